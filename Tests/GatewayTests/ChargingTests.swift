import NIOHTTP1
import Quantities
import Testing

@testable import Gateway

@Suite("Charging a request")
struct ChargingTests {
  static let perToken = Tariff(
    perRequest: JouleRange(exactly: 2), perInputToken: JouleRange(value: 0.1, low: 0.08, high: 0.12),
    perOutputToken: JouleRange(value: 5, low: 4, high: 6), origin: .measured, method: "request-energy@2")

  private static func reason(_ tariff: Tariff, _ used: Consumption) -> String? {
    do throws(ChargeGap) {
      _ = try tariff.charge(used)
      return nil
    } catch { return error.reason }
  }

  @Test("a tariff adds the request, its items, its uncached prompt tokens and its output tokens")
  func sum() throws {
    var tariff = Self.perToken
    tariff.perUnit = JouleRange(exactly: 10)
    let charge = try tariff.charge(
      Consumption(units: 3, tokens: TokenUsage(input: 100, output: 50, cachedInput: 40)))
    // 2 + 3 * 10 + 60 * 0.1 + 50 * 5
    #expect(charge.joules == JouleRange(value: 288, low: 2 + 30 + 4.8 + 200, high: 2 + 30 + 7.2 + 300))
    #expect(charge.origin == .measured)
    #expect(charge.method == "request-energy@2")
    #expect(charge.remark == nil)
  }

  @Test("more cached tokens than prompt tokens cost nothing, never less")
  func overCached() throws {
    let charge = try Self.perToken.charge(Consumption(tokens: TokenUsage(input: 10, output: 0, cachedInput: 40)))
    #expect(charge.joules.value == 2)
  }

  @Test("output tokens that nobody counted make no charge, and the reason is said")
  func unknownOutput() {
    let reason = Self.reason(Self.perToken, Consumption(tokens: TokenUsage(input: 10)))
    #expect(reason == "the model server did not say how many tokens it wrote")
    let broken = Self.reason(Self.perToken, Consumption(isPartial: true))
    #expect(broken == "the answer was broken off before its tokens were known")
  }

  @Test("counted pieces of a stream make a modelled charge with a wide interval")
  func counted() throws {
    var tariff = Self.perToken
    tariff.perInputToken = nil
    let charge = try tariff.charge(Consumption(tokens: TokenUsage(output: 8, isEstimated: true)))
    #expect(charge.joules == JouleRange(value: 42, low: 2 + 8 * 0.75 * 4, high: 2 + 8 * 2 * 6))
    #expect(charge.origin == .modelled)
    #expect(charge.remark == "output tokens are counted pieces of the stream")
  }

  @Test("a prompt that nobody counted is judged by its size, with a wide interval, never as 0")
  func uncountedPrompt() throws {
    let charge = try Self.perToken.charge(Consumption(tokens: TokenUsage(output: 0), requestBytes: 400))
    #expect(abs(charge.joules.value - 12) < 1e-9)
    #expect(charge.joules.low < 4 && charge.joules.high > 49)
    #expect(charge.remark == "prompt tokens are judged by the request's size")
  }

  @Test("an embedding writes no tokens, so none are missed")
  func embedding() throws {
    let charge = try Self.perToken.charge(Consumption(tokens: TokenUsage(input: 10), writesTokens: false))
    #expect(charge.joules.value == 3)
  }

  @Test("work on items that was broken off may have been none or all of it")
  func brokenOff() throws {
    let tariff = Tariff(perUnit: JouleRange(value: 4, low: 3, high: 5), origin: .measured, method: "m@1")
    let charge = try tariff.charge(Consumption(units: 2, isPartial: true))
    #expect(charge.joules == JouleRange(value: 4, low: 0, high: 10))
    #expect(charge.origin == .modelled)
  }

  @Test("TV-13: 92.924 output tokens at 5.864 J, 250 g/kWh, with and without a PUE of 1.2, and embodied carbon")
  func testVector13() throws {
    let joules = JouleRange(exactly: 92.924 * 5.864)
    #expect(abs(joules.value - 544.906336) < 1e-9)
    let plain = try #require(GridFact.sample(250).carbon(of: joules))
    #expect(abs(plain.value - 0.037840718) < 1e-9)
    let rate = GramRange(value: 1.6715e-4, low: 1.6715e-4, high: 1.6715e-4)
    let fact = GridFact.sample(250, pue: 1.2, embodied: rate)
    let embodied = try #require(fact.embodied(over: .seconds(2.206)))
    #expect(abs(embodied.value - 0.000369) < 5e-7)
    let figures = RequestFigures(
      id: "req_1", variant: "13b", quality: nil, why: .price,
      charge: .success(EnergyCharge(joules: joules, origin: .measured, method: "request-energy@2")), grid: fact,
      duration: .seconds(2.206))
    #expect(figures.scope2Field == "0.045408861")
    #expect(
      figures.energyField
        == "544.906336; low=544.906336; high=544.906336; origin=measured; method=request-energy@2")
  }

  @Test("grams stand as a plain decimal however small they are, without an exponent")
  func plainDecimals() {
    for (joules, grams) in [(1e-3, "0.000000069"), (1e-9, "0"), (3.6e6, "250"), (0.001_44, "0.0000001")] {
      let figures = RequestFigures(
        id: "r", variant: nil, quality: nil, why: .price,
        charge: .success(EnergyCharge(joules: JouleRange(exactly: joules), origin: .measured, method: "m@1")),
        grid: .sample(250), duration: .zero)
      #expect(figures.scope2Field == grams)
    }
  }

  @Test("an interval of the grid and one of the energy add up as independent deviations do")
  func combined() throws {
    var fact = GridFact.sample(100)
    (fact.low, fact.high) = (.gramsPerKilowattHour(50), .gramsPerKilowattHour(200))
    let carbon = try #require(fact.carbon(of: JouleRange(value: 3.6e6, low: 1.8e6, high: 7.2e6)))
    // Both ends a factor of 2 away: together 2^sqrt(2).
    #expect(abs(carbon.high - 266.514) < 1e-2)
    #expect(abs(carbon.low - 37.521) < 1e-2)
  }

  @Test("without a grid value there is energy and no carbon, and the record says why")
  func unknownGrid() {
    let figures = RequestFigures(
      id: "req_1", variant: "v", quality: 80.5, why: .sticky,
      charge: .success(EnergyCharge(joules: JouleRange(exactly: 1.5), origin: .declared, method: "m@1")),
      grid: .sample(nil), duration: .zero)
    #expect(figures.scope2Field == nil)
    #expect(figures.json.contains("\"carbon_grams\":null,\"carbon_reason\":"))
    #expect(figures.json.contains("\"quality\":80.5,\"why\":\"sticky\""))
    #expect(figures.json.contains("\"id\":\"req_1.energy\""))
  }

  @Test(
    "reports in header fields are read, measured before estimated",
    arguments: [
      ([("X-Energy-Joules", "1.5"), ("X-Energy-Method", "rapl")], 1.5, Origin.measured, "rapl"),
      ([("x-greengate-energy-joules", "2")], 2, .modelled, "GreenGate's estimate from tokens"),
      ([("X-GreenGate-Energy-Joules", "2"), ("X-Energy-Joules", "3")], 3, .measured, nil),
      ([("Dimmer-Energy", "4; low=3; high=6; origin=modelled; method=m@1")], 4, .modelled, "m@1"),
    ] as [([(String, String)], Double, Origin, String?)])
  func fields(fields: [(String, String)], joules: Double, origin: Origin, attribution: String?) {
    let report = EnergyReport(HTTPHeaders(fields))
    #expect(report?.joules == joules)
    #expect(report?.origin == origin)
    #expect(report?.attribution == attribution)
  }

  @Test("what cannot be the energy of a request is no report", arguments: ["0", "-1", "nan", "inf", "1e9", "x", ""])
  func absurd(value: String) { #expect(EnergyReport(HTTPHeaders([("X-Energy-Joules", value)])) == nil) }

  @Test("a stated interval is kept; without one the declared spread makes it")
  func spread() {
    #expect(
      EnergyReport(field: "4; low=3; high=6")?.charge(spread: 0.1).joules == JouleRange(value: 4, low: 3, high: 6))
    let charge = EnergyReport(joules: 10)?.charge(spread: 0.1)
    #expect(charge?.joules == JouleRange(value: 10, low: 9, high: 11))
    #expect(charge?.method == "reported-energy@1")
    #expect(charge?.isReported == true)
  }

  @Test("a field that we write is read as it was meant")
  func roundTrip() {
    let charge = EnergyCharge(
      joules: JouleRange(value: 1.25, low: 1, high: 2), origin: .modelled, method: "request-energy@2")
    let report = EnergyReport(field: charge.field)
    #expect(report?.joules == 1.25 && report?.low == 1 && report?.high == 2)
    #expect(report?.origin == .modelled && report?.attribution == "request-energy@2")
  }

  @Test(
    "reports in bodies are read where the servers put them",
    arguments: [
      (#"{"id":"c","energy":{"energy_joules":12.5,"attribution_method":"token share"},"usage":{}}"#, 12.5),
      (#"{"energy":{"energy_kwh":0.5}}"#, 1_800_000), (#"{"usage":{"energy":{"energy_joules":7}}}"#, 7),
      (#"{"details":{"finish_reason":"length","prefill":[{"id":1}],"energy_mj":2500}}"#, 2.5),
      (#"{"energy":{"energy_joules":"12"}}"#, nil), (#"{"energy":12}"#, nil),
      (#"{"choices":[{"energy":{"energy_joules":7}}]}"#, nil),
    ] as [(String, Double?)])
  func bodies(text: String, joules: Double?) {
    for pieces in [[Array(text.utf8)], singly(Array(text.utf8))] {
      var scan = AnswerScan()
      for piece in pieces { piece.withUnsafeBytes { scan.feed($0) } }
      #expect(scan.isWhole)
      #expect(scan.report?.joules == joules)
    }
  }

  @Test("the events of the Responses interface are counted by their deltas and charged by their usage")
  func responses() {
    let events = [
      #"{"type":"response.created","response":{"id":"r","usage":null,"error":null}}"#,
      #"{"type":"response.output_text.delta","delta":"Hel"}"#, #"{"type":"response.output_text.delta","delta":"lo"}"#,
      #"{"type":"response.completed","response":{"usage":{"input_tokens":9,"input_tokens_details":{"cached_tokens":4},"output_tokens":7}}}"#,
    ]
    var tap = SSETap()
    for event in events { Array("event: x\ndata: \(event)\n\n".utf8).withUnsafeBytes { tap.watch($0) } }
    #expect(tap.contentDeltas == 2)
    #expect(tap.usage == TokenUsage(input: 9, output: 7, cachedInput: 4))
    #expect(!tap.hasError)
  }
}

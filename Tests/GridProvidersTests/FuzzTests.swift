import Factors
import Grid
import Quantities
import Synchronization
import TestSupport
import Testing

@testable import GridProviders

@Suite("Mutated answers")
struct FuzzTests {
  static let year = range("2023-01-01T00:00Z", "2025-01-01T00:00Z")

  /// A codec with a query and a valid answer, and what a number in the text is multiplied by.
  struct Subject: Sendable, CustomTestStringConvertible {
    let name: String
    let codec: any SignalCodec
    let query: SignalQuery
    let body: String
    var scale = 1.0
    var isComputed = false
    var testDescription: String { name }
  }

  static let subjects: [Subject] = {
    let maps = ElectricityMaps(key: key)
    let watt = WattTime(user: "u", password: key, names: [california: "CAISO_NORTH"])
    let oxford = try! Region("GB-OX1")
    let period = [
      (start: "2024-05-01T08:00Z", end: "2024-05-01T10:00Z", step: "PT30M", points: [(1, "1000"), (3, "1400.5")])
    ]
    let entsoe = ENTSOE(token: key, fuels: exactFuels)
    func query(_ kind: SignalKind, _ region: Region = germany, forecast: Bool = false) -> SignalQuery {
      SignalQuery(
        region, kind,
        forecast
          ? .forecast(range("2023-01-01T00:00Z", "2023-03-01T00:00Z"))
          : .history(range("2024-01-01T00:00Z", "2024-06-01T00:00Z")))
    }
    let mapped = SignalMapping(
      name: "m", region: germany, kind: .average, format: .csv, time: "t", intervalSeconds: 3600, value: "v",
      unit: "g/kWh")
    return [
      Subject(
        name: "Electricity Maps", codec: maps, query: query(.averageLifecycle), body: Documented.electricityMapsHistory),
      Subject(
        name: "WattTime", codec: watt, query: query(.marginal, california), body: Documented.wattTime, scale: 0.45359237
      ),
      Subject(
        name: "UK", codec: UKCarbonIntensity(), query: SignalQuery(britain, .average, .latest),
        body: Documented.ukNational),
      Subject(
        name: "UK regional", codec: UKCarbonIntensity(areas: [oxford: .region(12)]),
        query: SignalQuery(oxford, .average, .latest), body: Documented.ukRegional),
      Subject(name: "Energy-Charts", codec: EnergyCharts(), query: query(.average), body: Documented.energyCharts),
      Subject(
        name: "Open-Meteo", codec: OpenMeteo(places: [germany: Coordinates(latitude: 42.2, longitude: -72.6)]),
        query: SignalQuery(germany, .temperature, .latest), body: Documented.openMeteo),
      Subject(
        name: "ENTSO-E load", codec: entsoe, query: query(.demand),
        body: Documented.entsoe([(nil, "A03", period)], domain: "outBiddingZone_Domain.mRID")),
      Subject(
        name: "ENTSO-E generation", codec: entsoe, query: query(.averageLifecycle),
        body: Documented.entsoe([("B05", "A03", period), ("B19", "A01", period)]), isComputed: true),
      Subject(
        name: "ENTSO-E prices", codec: entsoe,
        query: SignalQuery(germany, .price, .history(range("2023-01-01T00:00Z", "2023-01-02T00:00Z"))),
        body: Documented.entsoePrices),
      Subject(
        name: "EIA", codec: EIA930(key: key, fuels: exactFuels),
        query: query(.averageLifecycle, try! Region("US-NE-ISNE")), body: Documented.eiaFuels, isComputed: true),
      Subject(
        name: "SDK",
        codec: CarbonAwareSDK(address: WebAddress("http://sdk")!, kind: .marginal, locations: [california: "eastus"]),
        query: query(.marginal, california), body: Documented.sdkEmissions),
      Subject(
        name: "mapped CSV", codec: MappedEndpoint(mapped, address: WebAddress("http://m")!), query: query(.average),
        body: "t,v\n2024-05-01T10:00Z,310.5\n2024-05-01T11:00Z,\n2024-05-01T12:00Z,290\n"),
    ]
  }()

  @Test("never crash, and give no value that does not stand in the text", arguments: subjects)
  func mutated(_ subject: Subject) throws {
    var generator = Seeded(42)
    let valid = Array(subject.body.utf8)
    let now = at("2024-06-01T00:00Z")
    let moment = subject.name.hasPrefix("UK") ? at("2023-12-03T10:50Z") : now
    var passed = 0
    for round in 0..<600 {
      var body = valid
      for _ in 0..<(round == 0 ? 0 : Int.random(in: 1...3, using: &generator)) { Self.mutate(&body, &generator) }
      let answer = CodecAnswer(
        FetchRequest(
          WebAddress("http://t")!, "/fuel-type",
          query: subject.name.hasPrefix("ENTSO-E") ? [.init("documentType", Self.type(subject))] : []),
        FetchResponse(status: 200, body: body), receivedAt: moment)
      do throws(ProviderError) {
        _ = try subject.codec.next(after: answer)
        let delivery = try DeliveryCheck(query: subject.query, limits: SignalLimits()).delivery(
          of: try subject.codec.signals(in: [answer], for: subject.query), at: moment)
        passed += 1
        let numbers = subject.isComputed ? [] : Self.numbers(in: body).map { $0 * subject.scale }
        for signal in delivery.signals {
          #expect(signal.value.isFinite && !signal.validity.isEmpty && signal.issuedAt <= moment)
          // A mean of factors lies between the lowest and the highest of them.
          if subject.isComputed {
            #expect((11...820).contains(signal.value), "\(String(decoding: body, as: UTF8.self))")
          } else {
            #expect(
              numbers.contains { $0 == signal.value }, "\(signal.value) of \(String(decoding: body, as: UTF8.self))")
          }
        }
      } catch {
        #expect(!"\(error)".contains("S3cr3t") && "\(error)".utf8.count < 600)
      }
      if round == 0 { #expect(passed == 1, "the answer itself must pass") }
    }
    // Some changes, as in white space and unused fields, leave a sound answer.
    #expect(passed > 10 && passed < 600)
  }

  private static func type(_ subject: Subject) -> String {
    subject.name.contains("load") ? "A65" : subject.name.contains("prices") ? "A44" : "A75"
  }

  private static func mutate(_ body: inout [UInt8], _ generator: inout Seeded) {
    guard !body.isEmpty else { return }
    let index = Int.random(in: 0..<body.count, using: &generator)
    switch Int.random(in: 0..<7, using: &generator) {
    case 0: body[index] = UInt8.random(in: 0...255, using: &generator)
    case 1: body.remove(at: index)
    case 2: body.insert(UInt8("0123456789-.eE,:\"{}[]<>/ nulTZ".utf8.randomElement(using: &generator) ?? 0), at: index)
    case 3: body.removeSubrange(index..<min(index + Int.random(in: 1...40, using: &generator), body.count))
    case 4:
      body.insert(
        contentsOf: body[index..<min(index + Int.random(in: 1...60, using: &generator), body.count)], at: index)
    case 5: body.removeLast(body.count - index)
    default:
      // A digit becomes another one: the most believable damage.
      if let digit = body.indices.filter({ (0x30...0x39).contains(body[$0]) }).randomElement(using: &generator) {
        body[digit] = UInt8.random(in: 0x30...0x39, using: &generator)
      }
    }
  }

  /// Every number that can be read from some place of the text.
  private static func numbers(in body: [UInt8]) -> [Double] {
    var result: [Double] = []
    var index = 0
    while index < body.count {
      var end = index
      while end < body.count, "+-.0123456789eE".utf8.contains(body[end]) { end += 1 }
      if end > index, let number = Double(String(decoding: body[index..<end], as: UTF8.self)) { result.append(number) }
      index = max(end, index + 1)
    }
    return result
  }

  @Test("the readers of JSON and XML never crash on noise, and refuse what is not theirs")
  func noise() {
    var generator = Seeded(3)
    for _ in 0..<3000 {
      let letters = Array("{}[]\",:0123456789.eE-+truefalsn\\u<>/!?&;='x \n\u{e9}".utf8)
      let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
        letters.randomElement(using: &generator) ?? 0
      }
      _ = try? JSONValue(parsing: bytes)
      _ = try? XMLElement(parsing: bytes)
    }
    for text in [
      "", "01", "1.", "-", "[1,]", "{\"a\":1,\"a\":2}", "nul", "\"\u{1}\"", "\"\\ud800\"", "[1] 2", "NaN", "1e", "'a'",
      "{a:1}",
    ] {
      #expect(throws: JSONSyntaxError.self, "\(text)") { try JSONValue(parsing: Array(text.utf8)) }
    }
    #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
    for text in [
      "", "<a>", "<a></b>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a>&b;</a>", "<a/><b/>", "x<a/>", "<a b=c/>",
      "<a>&#0", "<>",
    ] {
      #expect(throws: XMLSyntaxError.self, "\(text)") { try XMLElement(parsing: Array(text.utf8)) }
    }
  }

  @Test("what is JSON and XML is read as it is written")
  func sound() throws {
    let json = try JSONValue(parsing: Array(" {\"a\\u00e9\\ud83d\\ude00\":[1.50,-0,1e3,true,null,\"\\n\\/\"]} ".utf8))
    #expect(
      json
        == .object([
          "aé😀": .array([.number("1.50"), .number("-0"), .number("1e3"), .bool(true), .null, .string("\n/")])
        ]))
    let xml = try XMLElement(
      parsing: Array(
        "\u{FEFF}<?xml version=\"1.0\"?><!-- c --><n:a x='1>2'>b&amp;&#x41;<c/><![CDATA[<d>]]></n:a>\n".utf8))
    #expect(xml.name == "a" && xml.text == "b&A<d>" && xml.children.map(\.name) == ["c"])
  }
}

/// Something that is set once.
final class Flag: Sendable {
  private let state = Mutex(false)
  var isSet: Bool { state.withLock { $0 } }
  func set() { state.withLock { $0 = true } }
}

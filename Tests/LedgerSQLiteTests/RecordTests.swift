import Ledger
import LedgerConformance
import Methods
import Quantities
import Testing

@Suite("Records and what follows from them")
struct RecordTests {
  @Test(
    "the data folder is told from the environment alone",
    arguments: [
      (["DIMMER_DATA_DIR": "/a/b/", "XDG_DATA_HOME": "/x", "HOME": "/h"], "/a/b"),
      (["DIMMER_DATA_DIR": "data", "HOME": "/h"], "data"),
      (["DIMMER_DATA_DIR": "", "XDG_DATA_HOME": "/x", "HOME": "/h"], "/x/dimmer"),
      (["XDG_DATA_HOME": "relative", "HOME": "/h"], "/h/.local/share/dimmer"),
      (["HOME": "/h/"], "/h/.local/share/dimmer"),
    ])
  func dataDirectory(_ environment: [String: String], _ expected: String) throws {
    let directory = try DataDirectory(environment: environment)
    #expect(directory.path == expected)
    #expect(directory.ledgerPath == "\(expected)/ledger.sqlite")
    #expect(directory.journalDirectory == "\(expected)/journal")
  }

  @Test("without any of its variables there is no data folder")
  func noDataDirectory() {
    #expect(throws: LedgerError.noDataDirectory) { try DataDirectory(environment: ["HOME": "relative"]) }
  }

  @Test(
    "every error tells the fix in one or two lines",
    arguments: [
      LedgerError.notFound("run_x", near: []), .notFound("run_x", near: ["run_y"]),
      .ambiguous("run_", matches: ["a", "b"]),
      .notAnID("x"), .invalid("because"), .diskFull(path: "/l"), .noPermission(path: "/l", reason: "r"),
      .missing(path: "/l"), .busy(path: "/l"), .corrupt(path: "/l", reason: "r"),
      .newerSchema(path: "/l", unknown: ["a"]), .olderSchema(path: "/l", missing: ["a"]), .noDataDirectory,
      .failed(path: "/l", reason: "r"),
    ])
  func errors(_ error: LedgerError) {
    let text = error.description
    #expect(!text.contains("\n") && (30...240).contains(text.count), "\(text)")
    #expect([64, 65, 66, 69, 74, 77, 78].contains(error.exitStatus))
  }

  @Test("a request's energy is joules per request plus units times joules per unit, errors as independent")
  func requestEnergy() throws {
    let estimate = RequestEnergy.estimate(Samples().variant(), units: 100)
    #expect(abs(estimate.value.joules - 0.7) < 1e-12)
    // Two independent terms of 0.1 J and 0.02 J either way: more than the larger, less than their sum.
    #expect(estimate.low.joules > 0.58 && estimate.low.joules < 0.6)
    #expect(estimate.high.joules < 0.82 && estimate.high.joules > 0.8)
    let answer = try RequestEnergy.method.calculate([
      "joules_per_request": .number(0.5), "units": .number(100), "joules_per_unit": .number(0.002),
    ])
    #expect(answer == ["energy_joules": .number(0.7)])
  }

  @Test("cached tokens cost nothing, tokens read and written each their own, the request its own")
  func tokenEnergy() throws {
    var variant = Samples().variant()
    variant.perInputToken = EnergyCoefficient(0.1, low: 0.05, high: 0.15)
    variant.perOutputToken = EnergyCoefficient(5, low: 4, high: 6)
    var request = Samples().request(Samples().ids.next(.serve))
    (request.tokensIn, request.tokensInCached, request.tokensOut) = (120, 20, 50)
    let estimate = try #require(RequestEnergy.estimate(variant, RequestWork(request)))
    // 0.5 + 100 x 0.002 + 100 x 0.1 + 50 x 5.
    #expect(abs(estimate.value.joules - 260.7) < 1e-9)
    let answer = try RequestEnergy.method.calculate([
      "joules_per_request": .number(0.5), "units": .number(100), "joules_per_unit": .number(0.002),
      "joules_per_input_token": .number(0.1), "uncached_tokens_in": .number(100),
      "joules_per_output_token": .number(5), "tokens_out": .number(50),
    ])
    #expect(answer == ["energy_joules": .number(estimate.value.joules)])
  }

  @Test("a calibration by the token charges nothing for tokens that nobody counted: the energy is unknown, and why")
  func uncountedTokens() {
    var variant = Samples().variant()
    variant.perOutputToken = EnergyCoefficient(5)
    var request = Samples().request(Samples().ids.next(.serve))
    #expect(RequestEnergy.estimate(variant, RequestWork(request)) == nil)
    (request.microjoules, request.energyMethod) = (nil, nil)
    let explained = RequestExplanation(request, variant: variant, pue: nil, signal: nil)
    #expect(explained.energy.value == nil)
    #expect(explained.energy.note == "the tokens out of the request could not be seen")
  }

  @Test("energy that the server reported is explained by its word, to the digit, whatever a calibration would say")
  func reportedEnergy() {
    var request = Samples().request(Samples().ids.next(.serve))
    (request.microjoules, request.lowMicrojoules, request.highMicrojoules) = (
      Microjoules(598_001), Microjoules(590_003), Microjoules(606_007)
    )
    (request.energyOrigin, request.energyMethod) = (.measured, "reported-energy@1")
    let energy = RequestExplanation(request, variant: Samples().variant(), pue: nil, signal: nil).energy
    #expect([energy.value, energy.low, energy.high] == [0.598001, 0.590003, 0.606007])
    #expect(energy.origin == .measured && energy.method == "reported-energy@1" && energy.inputs.isEmpty)
  }

  @Test("embodied carbon of a request is the machine's rate times its time; without a rate it is unknown")
  func embodied() throws {
    let request = Samples().request(Samples().ids.next(.serve))
    let rate = FigureRecord(
      request.activity, .embodiedPerSecond,
      Figure("rate", Estimate<Carbon>.exact(.grams(2e-4), origin: .modelled, method: "embodied-by-time@1")))
    let known = RequestExplanation(request, variant: nil, pue: nil, signal: nil, embodiedPerSecond: rate).embodied
    // 2e-4 g/s for 1.5 ms.
    #expect(try abs(#require(known.value) - 3e-7) < 1e-18)
    #expect(known.method == "embodied-by-time@1")
    let unknown = RequestExplanation(request, variant: nil, pue: nil, signal: nil).embodied
    #expect(unknown.value == nil && unknown.note?.contains("keeps no embodied carbon") == true)
  }

  @Test("the calibration in force is the latest that was there when the request came")
  func inForce() {
    let samples = Samples()
    let variants = [
      samples.variant(at: 0), samples.variant(at: 20), samples.variant("large", at: 5), samples.variant(at: 10),
    ]
    #expect(variants.inForce("small", at: Samples.moment(15)) == variants[3])
    #expect(variants.inForce("small", at: Samples.moment(20)) == variants[1])
    #expect(variants.inForce("small", at: Samples.moment(-1)) == nil)
  }

  @Test("a request's energy that differs from its calibration is said to")
  func differingRow() {
    let samples = Samples()
    var request = samples.request(samples.ids.next(.serve))
    request.microjoules = Microjoules(900_000)
    let explained = RequestExplanation(request, variant: samples.variant(), pue: nil, signal: nil)
    #expect(explained.energy.value == 0.9)
    #expect(explained.energy.note?.contains("another value than the calibration") == true)
    #expect(explained.energy.inputs.first?.value.map { abs($0 - 0.7) < 1e-9 } == true)
  }

  @Test("an input that only has an id gets source and inputs from what is known, and keeps its own value")
  func completion() {
    let named = Receipt(id: "sig_1", label: "grid", value: 5, unit: "g/kWh", origin: .published)
    let receipt = Receipt(
      label: "carbon", value: 1, unit: "g", origin: .modelled,
      inputs: [Receipt(label: "inner", value: 1, unit: "g", origin: .modelled, inputs: [named])])
    #expect(receipt.openReferences == ["sig_1"])
    let known = Receipt(
      id: "sig_1", label: "x", value: 6, unit: "g/kWh", origin: .published, source: Source("operator"))
    let completed = receipt.completed(with: ["sig_1": known])
    #expect(completed.openReferences.isEmpty)
    #expect(completed.inputs[0].inputs[0].value == 5)
    #expect(completed.inputs[0].inputs[0].source == Source("operator"))
  }

  @Test("carbon of small requests adds up: ten thousand tenths of a milligram are a gram")
  func smallCarbon() {
    let samples = Samples()
    let serve = samples.ids.next(.serve)
    let sum = (0..<10_000).map { _ in RequestSums(samples.request(serve)) }.reduce(RequestSums(), +)
    #expect(sum.carbon.grams == 1)
    #expect(sum.quality == nil)
  }
}

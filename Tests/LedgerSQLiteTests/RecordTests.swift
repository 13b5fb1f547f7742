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

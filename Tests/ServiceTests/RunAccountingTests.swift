import Accounting
import Factors
import Grid
import Ledger
import LedgerSQLite
import Methods
import Quantities
import Switching
import Testing

@testable import Metering
@testable import Service

@Suite("A run's record from its journal")
struct RunAccountingTests {
  /// Every method of every room, as the program puts them together.
  static let registry = MethodRegistry(
    MeteringMethods.all + FactorsMethods.all + GridMethods.all + AccountingMethods.all + SwitchingMethods.all
      + RequestEnergy.methods)

  @Test("a run that ended well: energy, components, intensity, carbon, and every microjoule accounted for")
  func done() async throws {
    let bench = try JournalBench()
    try bench.write(bench.whole())
    let account = try #require(try await bench.take())
    #expect(account.activity.status == .done && account.activity.exitCode == 0 && account.activity.reason == nil)
    #expect(account.activity.name == "train" && account.activity.detail.command == ["python3", "train.py"])
    #expect(account.activity.region == "DE" && account.activity.ended == bench.start + .seconds(10))
    // 40 W for 10 s and 30 µJ a second more.
    #expect(account.figure(.energy)?.value == 400.0012)
    #expect(account.figure(.energyCPU)?.origin == .modelled)
    #expect(account.components.map(\.microjoules) == [Microjoules(400_001_200)])
    let conservation = try #require(account.conservation)
    #expect(conservation.isExact && conservation.host == Microjoules(1_000_003_000))
    #expect(conservation.attributed == Microjoules(600_001_800))
    let intensity = try #require(account.figure(.intensity)?.value)
    let carbon = try #require(account.figure(.carbon)?.value)
    #expect(abs(carbon - 400.0012 / 3.6e6 * intensity) < 1e-12)
    #expect(account.activity.detail.cpuSeconds?.busy == 11e-9)
  }

  @Test(
    "a status other than 0 is a failed run, a signal is one with its number",
    arguments: [(3, nil), (nil, 9)] as [(Int32?, Int32?)])
  func failed(code: Int32?, signal: Int32?) async throws {
    let bench = try JournalBench()
    try bench.write([
      bench.begin(), .source(JournalBench.cpu), bench.sample(10), JournalBench.exit(code: code, signal: signal),
      .end(reason: "exited"),
    ])
    let run = try #require(try await bench.take()).activity
    #expect(run.status == .failed)
    #expect(run.exitCode == code ?? 137)
    #expect(run.reason == (signal == nil ? nil : "ended by signal 9"))
  }

  @Test("a run of a recorded machine says so as its clock, also when its Dimmer was killed before it could")
  func replayed() async throws {
    let bench = try JournalBench()
    try bench.write(bench.whole())
    let clock = "replay of a recorded machine"
    try RunAccounting.Context(clock: clock).keep(besideJournal: bench.path)
    #expect(try #require(try await bench.take()).activity.clock == clock)
  }

  @Test("a journal without an end is a run not observed after its last sample, with all that was known by then")
  func notObserved() async throws {
    let bench = try JournalBench()
    try bench.write([bench.begin(), .source(JournalBench.cpu), bench.sample(0), bench.sample(4)])
    let account = try #require(try await bench.take())
    #expect(account.activity.status == .notObserved(after: bench.start + .seconds(4)))
    #expect(account.activity.ended == bench.start + .seconds(4) && account.activity.exitCode == nil)
    #expect(account.activity.reason?.contains("at most one period") == true)
    #expect(account.figure(.energy)?.value == 160.00048)
    #expect(account.conservation?.isExact == true)
  }

  @Test("who saw how the command ended says so where a meter that was killed could not")
  func seen() throws {
    let bench = try JournalBench()
    try bench.write([bench.begin(), .source(JournalBench.cpu), bench.sample(0), bench.sample(4)])
    let outcome = RunOutcome(
      termination: .exited(7), pid: 4711,
      usage: JournalExit(code: 7, signal: nil, userMicroseconds: 0, systemMicroseconds: 0, peakResidentBytes: 0),
      started: bench.start,
      ended: bench.start + .seconds(5), monotonicStarted: MonotonicInstant(nanoseconds: 0),
      monotonicEnded: MonotonicInstant(nanoseconds: 5_000_000_000), faults: [])
    let journal = Metering.Journal(parsing: try bench.bytes())
    let entry = try #require(
      bench.accounting.entry(journal: journal, path: bench.path, context: .init(), outcome: outcome))
    let activity = try #require(entry.activity)
    #expect(activity.status == .failed && activity.exitCode == 7)
    #expect(activity.ended == bench.start + .seconds(5))
    #expect(activity.reason?.hasPrefix("the meter ended before the command did; nothing after ") == true)
    #expect(entry.figures.first { $0.id.name == .energy }?.value == 160.00048)
  }

  @Test("a journal cut in the middle of a line is taken up to its last whole one")
  func cut() async throws {
    let bench = try JournalBench()
    try bench.write(bench.whole())
    try bench.damage { $0.dropLast(60) }
    let account = try #require(try await bench.take())
    #expect(account.activity.status.name == "not_observed")
    #expect(account.conservation?.isExact == true)
  }

  @Test("gaps are named in the record")
  func gap() async throws {
    let bench = try JournalBench()
    let gap = { (from: Double, reason: String) in
      Metering.JournalRecord.gap(
        Gap(
          from: MonotonicInstant(nanoseconds: 8_000_000_000), to: MonotonicInstant(nanoseconds: 9_000_000_000),
          reason: reason))
    }
    try bench.write([
      bench.begin(), .source(JournalBench.cpu), bench.sample(0), gap(8, "no sample for 5 s"), gap(9, "the clock moved"),
      bench.sample(10), JournalBench.exit(code: 0), .end(reason: "exited"),
    ])
    #expect(try #require(try await bench.take()).activity.reason == "no sample for 5 s; the clock moved")
  }

  @Test("a run without a sample has no figure, and each says why")
  func noSamples() async throws {
    let bench = try JournalBench()
    try bench.write([bench.begin(), .source(JournalBench.cpu)])
    let account = try #require(try await bench.take())
    #expect(account.conservation == nil)
    #expect(account.figures.count == 5)
    #expect(account.figures.allSatisfy { $0.value == nil && $0.reason == "the meter took no sample" })
  }

  @Test("a run without a readable source has no energy and no carbon, and says why; nothing is 0")
  func noSource() async throws {
    let bench = try JournalBench()
    try bench.write([
      bench.begin(), .source(JournalBench.gpu), bench.sample(10, components: []), JournalBench.exit(code: 0),
      .end(reason: "exited"),
    ])
    let account = try #require(try await bench.take())
    for name in [FigureName.energy, .carbon, .embodied, .water, .energyGPU] {
      let figure = try #require(account.figure(name), "\(name)")
      #expect(figure.value == nil && figure.reason?.isEmpty == false, "\(name)")
    }
    #expect(account.components.first?.detail == "the driver does not answer")
  }

  @Test("a source that could not be read is unknown with its reason, and the sum says that it lacks it")
  func unknownSource() async throws {
    let bench = try JournalBench()
    try bench.write([
      bench.begin(), .source(JournalBench.cpu), .source(JournalBench.memory), .source(JournalBench.gpu),
      bench.sample(10, components: [.cpu, .memory]), JournalBench.exit(code: 0), .end(reason: "exited"),
    ])
    let account = try #require(try await bench.take())
    #expect(account.figure(.energy)?.value == 800.0024)
    #expect(
      account.figure(.energy)?.receipt.note == "not counted, because unknown: gpu (the driver does not answer)")
    let gpu = try #require(account.components.first { $0.name == "gpu" })
    #expect(gpu.microjoules == nil && gpu.detail == "the driver does not answer")
    #expect(account.figure(.energyGPU)?.reason == "the driver does not answer")
    #expect(account.conservation?.host == Microjoules(2_000_006_000))
    #expect(account.conservation?.isExact == true)
  }

  @Test("without a region carbon and intensity are unknown and say what to give; energy is not touched")
  func noRegion() async throws {
    let bench = try JournalBench()
    try bench.write(bench.whole(region: nil))
    let account = try #require(try await bench.take())
    #expect(account.figure(.carbon)?.reason?.contains("--region") == true)
    #expect(account.figure(.intensity)?.value == nil)
    #expect(account.figure(.energy)?.value != nil)
    #expect(account.activity.signalID == nil)
  }

  @Test("a region that nobody knows, a PUE and a WUE that no site can have lose no run: what needs them is unknown")
  func uselessContext() async throws {
    let bench = try JournalBench()
    try bench.write(bench.whole(region: "Atlantis"))
    try RunAccounting.Context(region: "Atlantis", pue: 0.5, onSiteWater: -1).keep(besideJournal: bench.path)
    let account = try #require(try await bench.take())
    #expect(account.figure(.energy)?.value != nil)
    #expect(account.figure(.carbon)?.reason?.contains("Atlantis") == true)
    #expect(account.figure(.water)?.value == nil)
    #expect(account.figure(.pue) == nil)
  }

  @Test("water: the part that is known stands under the one that is not, and both together make the total")
  func water() async throws {
    let bench = try JournalBench()
    let journal = { Metering.Journal(parsing: try bench.bytes()) }
    try bench.write(bench.whole(region: "US-CAL-CISO"))
    let half = try #require(bench.accounting.entry(journal: try journal(), path: bench.path, context: .init()))
    try await bench.store.commit(half)
    let explanation = try await bench.store.explain("\(bench.run).water")
    let receipt = try #require(explanation.receipts.first)
    #expect(receipt.value == nil && receipt.note?.contains("WUE") == true)
    #expect(receipt.inputs.map(\.label) == ["water at power plants"])
    #expect(receipt.inputs[0].value != nil)

    let whole = try #require(
      bench.accounting.entry(journal: try journal(), path: bench.path, context: .init(onSiteWater: 1.8)))
    let total = try #require(whole.figures.first { $0.id.name == .water })
    let off = try #require(receipt.inputs[0].value)
    #expect(abs((total.value ?? 0) - (400.0012 / 3.6e6 * 1.8 + off)) < 1e-12)
    #expect(total.receipt.flattened.contains { $0.label == "WUE, as stated" && $0.origin == .declared })
  }

  @Test(
    "region, PUE and WUE are checked before anything is started",
    arguments: [
      RunAccounting.Context(region: "Atlantis"), .init(pue: 0.9), .init(pue: .nan), .init(onSiteWater: -0.1),
      .init(onSiteWater: 101), .init(onSiteWater: .infinity),
    ])
  func checked(context: RunAccounting.Context) throws {
    let accounting = try RunAccounting()
    #expect(throws: (any Error).self) { try accounting.check(context) }
  }

  @Test(
    "and let through what makes sense",
    arguments: [
      RunAccounting.Context(), .init(region: "DE", pue: 1, onSiteWater: 0),
      .init(region: "US-CAL-CISO", onSiteWater: 100),
    ])
  func letThrough(context: RunAccounting.Context) throws { try RunAccounting().check(context) }

  @Test("explain goes from a figure's id down to the grid value, its sig_ id and its source")
  func explained() async throws {
    let bench = try JournalBench()
    try bench.write(bench.whole())
    let account = try #require(try await bench.take())
    let signal = try #require(account.activity.signalID)
    let explanation = try await bench.store.explain("\(bench.run).carbon")
    let value = try #require(explanation.allReceipts.first { $0.id == signal.description })
    #expect(value.source?.citation.isEmpty == false)
    #expect(value.value == account.figure(.intensity)?.value)
    let energy = try #require(explanation.allReceipts.first { $0.id == "\(bench.run).energy" })
    #expect(energy.inputs.first?.method == "vcpu-load@1")
    #expect(try await bench.store.signal(signal) != nil)
  }

  @Test("a run inside a job is explained with the job it is part of")
  func insideJob() async throws {
    let bench = try JournalBench()
    let job = IdentifierSource().next(.job)
    try await bench.store.commit(
      LedgerEntry(activity: Activity(id: job, name: "nightly", started: bench.start)))
    try bench.write(bench.whole(parent: job))
    let account = try #require(try await bench.take())
    #expect(account.activity.parent == job)
    let explanation = try await bench.store.explain(bench.run.description)
    #expect(explanation.context.contains { $0.id == job.description && $0.title == "nightly" })
    #expect(explanation.context.contains { $0.kind == "signal" })
    #expect(try await bench.store.children(of: job).map(\.id) == [bench.run])
  }

  @Test("a run inside a run that is not in the ledger yet says so")
  func nested() async throws {
    let bench = try JournalBench()
    let outer = IdentifierSource().next(.run)
    try bench.write(bench.whole(parent: outer))
    #expect(try await bench.take()?.activity.parent == outer)
    let explanation = try await bench.store.explain(bench.run.description)
    #expect(explanation.context.contains { $0.id == outer.description && $0.kind == "missing" })
  }

  @Test(
    "every method named in any receipt of a run is in the registry",
    arguments: ["DE", "US-CAL-CISO", "FR", "IN", "aws:us-east-1"])
  func registered(region: String) async throws {
    let bench = try JournalBench()
    try bench.write([
      bench.begin(region: region), .source(JournalBench.cpu), bench.sample(10), JournalBench.exit(code: 0),
      .end(reason: "exited"),
    ])
    let machine = Machine(threads: 2, parts: .init(cpus: 1, memory: .bytes(8e9)), isGuest: true)
    try RunAccounting.Context(region: region, pue: 1.2, machine: machine, onSiteWater: 1).keep(
      besideJournal: bench.path)
    _ = try #require(try await bench.take())
    let explanation = try await bench.store.explain(bench.run.description)
    let methods = Set(explanation.allReceipts.compactMap(\.method))
    #expect(methods.count >= 6)
    for method in methods { #expect(Self.registry[method] != nil, "\(method)") }
    for receipt in explanation.receipts { #expect(receipt.value != nil || receipt.note?.isEmpty == false) }
  }

  @Test("every method named in any receipt of a decision, a request and their grid value is in a list of its own")
  func registeredServing() async throws {
    let folder = try TemporaryFolder()
    let bench = try await LoopBench(
      store: try folder.ledger(), provider: TraceProvider(try cisoTrace()), start: BuiltInTrace.ciso.start)
    await bench.live(hours: 2)
    let decision = try #require(try await bench.decisions().last)
    let request = RequestRecord(
      id: IdentifierSource().next(.request), activity: bench.activity, alias: "digits", variant: "small",
      decisionID: decision.id, received: at("2026-01-01"), grid: decision.grid, durationMicroseconds: 1, status: 200,
      protocolName: "kserve-infer", units: 2, energy: RequestEnergy.estimate(bench.model.variants[0], units: 2),
      why: "price")
    try await bench.store.append([request])
    let policies = SwitchingPolicies.all.map(\.name)
    for id in ["\(request.id)", "\(decision.id)", "\(try #require(decision.signalID))"] {
      let explanation = try await bench.store.explain(id)
      #expect(explanation.allReceipts.contains { $0.method != nil })
      for method in Set(explanation.allReceipts.compactMap(\.method)) {
        // What a decision was expected to save is its policy's word.
        #expect(Self.registry[method] != nil || policies.contains(method.description), "\(method) of \(id)")
      }
    }
  }
}

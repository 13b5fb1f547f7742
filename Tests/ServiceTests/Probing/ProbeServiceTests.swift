import Gateway
import Grid
import Ledger
import LedgerSQLite
import Methods
import Quantities
import Reporting
import ServiceLifecycle
import Switching
import Synchronization
import TestSupport
import Testing

@testable import Service

/// Evaluations with a sender that plays: each variant gives so many right answers of ten, or none.
final class ProbeBench: Sendable {
  let bench: LoopBench
  let calibrations: CalibrationsInForce
  let decisions = ProbeService.Decisions()
  let service: ProbeService
  /// Right answers of ten for each variant; one that is not here is away.
  let right: Mutex<[String: Int]>
  /// The probe, counted from one, that is answered only in an hour.
  let hangsAt = Mutex<Int?>(nil)
  let asked = Mutex<[(variant: String, body: String)]>([])
  private static let start = at("2021-03-20")
  static func hour(_ index: Double) -> Timestamp { start + .hours(index) }

  init(
    _ store: any LedgerStore, model: ServingModel? = nil, right: [String: Int], charged: Int64? = 2_000_000,
    seed: UInt64 = 7
  ) async throws {
    let wall = at("2026-01-01")
    let identifiers = IdentifierSource(clock: { wall }, random: Seeded(seed + 1))
    bench = try await LoopBench(store: store, provider: nil, start: Self.start, model: model, seed: seed)
    calibrations = CalibrationsInForce([bench.model], table: bench.table, loops: [bench.loop], logger: silent)
    self.right = Mutex(right)
    var settings = ProbeSettings(file: "probes.jsonl")
    settings.sample = 10
    let set = try ProbeSet(
      lines: (0..<30).map { #"{"prompt":"\#($0)","expected":"yes"}"# }.joined(separator: "\n"), file: "probes.jsonl")
    let (calibrations, serving, clock) = (calibrations, bench.activity, bench.clock)
    let box = Box()
    service = ProbeService(
      alias: "digits", settings: settings, probes: set, decisions: decisions,
      reach: .init(
        ask: { probe, variant in
          guard let bench = box.bench.withLock({ $0 }) else { throw Gone() }
          let answer = try bench.answer(variant, String(decoding: probe.body(for: variant), as: UTF8.self))
          if bench.asked.withLock({ $0.count }) == bench.hangsAt.withLock({ $0 }) {
            try await Task.sleep(for: .seconds(3600))
          }
          return answer
        },
        charge: { id in
          ActivityID(parsing: id).map {
            var row = RequestRecord(
              id: $0, activity: serving, alias: "small", variant: "small", decisionID: nil, received: wall, grid: wall,
              durationMicroseconds: 1, status: 200, protocolName: "completion", units: 1, why: "exact")
            row.microjoules = charged.map { Microjoules($0) }
            (row.lowMicrojoules, row.highMicrojoules) = (row.microjoules, row.microjoules)
            row.energyOrigin = .measured
            row.nanograms = charged
            return row
          }
        }, variants: { calibrations.variants(of: "digits") },
        put: { await calibrations.put($0, newIn: .quality) }, gridNow: { clock.now }, wall: { wall }),
      store: store, serving: bench.activity, clock: "wall", identifiers: identifiers, resumes: true, logger: silent)
    box.bench.withLock { $0 = self }
  }

  private final class Box: Sendable { let bench = Mutex<ProbeBench?>(nil) }
  private struct Gone: Error {}

  private func answer(_ variant: String, _ body: String) throws -> ProbeAnswer {
    guard let right = right.withLock({ $0[variant] }) else { throw Gone() }
    let number = asked.withLock { asked in
      asked.append((variant, body))
      return asked.count { $0.variant == variant } - 1
    }
    let text = number % 10 < right ? "yes" : "no"
    return ProbeAnswer(
      status: 200, requestID: IdentifierSource().next(.request).description,
      body: Array(#"{"choices":[{"text":"\#(text)"}]}"#.utf8))
  }

  /// Tells of intensities of hours that follow each other.
  func tell(_ grams: [Double?], from first: Int = 0) async {
    for (index, value) in grams.enumerated() {
      await service.decided(on: value.map { .gramsPerKilowattHour($0) }, at: Self.hour(Double(first + index)))
    }
  }
}

@Suite("Quality is kept fresh by probes")
struct ProbeServiceTests {
  private let all = ["small": 6, "middle": 8, "large": 9]

  @Test(
    "quality that was never evaluated is at the first decision; the next decision's ladder has it, its energy stays")
  func first() async throws {
    let folder = try TemporaryFolder()
    let bench = try await ProbeBench(try folder.ledger(), right: all)
    await bench.bench.live(hours: 1)
    await bench.tell([300])
    #expect(bench.asked.withLock { $0.count } == 30)
    #expect(bench.asked.withLock { $0.allSatisfy { $0.body.contains(#""model":"\#($0.variant)""#) } })
    await bench.bench.live(hours: 1)
    let decisions = try await bench.bench.decisions()
    let input = try DecisionCoding.value(PolicyInput.self, from: try #require(decisions.last).input)
    let bound = try #require(QualityBound.wilson(correct: 8, of: 10))
    let middle = try #require(input.ladder.variants.first { $0.name == "middle" })
    #expect(middle.quality == bound.quality && middle.qualityLow == bound.low && middle.energy == .joules(4))
    for decision in decisions { #expect(try ServedReview.isMadeAgain(decision, by: bench.bench.model.policy)) }
  }

  @Test("the record has the evaluation with its reason, energy and carbon, and receipts that lead to the file")
  func recorded() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.ledger()
    let bench = try await ProbeBench(store, right: all)
    await bench.tell([300])
    let round = try #require(bench.service.standing.last)
    let activity = try #require(try await store.activity(round.activity))
    #expect(activity.parent == bench.bench.activity && activity.status == .done)
    #expect(activity.reason?.contains("their quality was never evaluated here") == true)
    #expect(activity.reason?.contains("middle has 80 points") == true, "\(activity.reason ?? "")")
    let figures = try await store.figures(of: activity.id)
    #expect(figures.first { $0.id.name == .energy }?.value == 60)
    #expect(abs((figures.first { $0.id.name == .carbon }?.value ?? 0) - 0.06) < 1e-12)
    let records = try await store.variants(alias: "digits").filter { $0.qualityReceipt != nil }
    #expect(records.map(\.samples) == [10, 10, 10])
    let receipt = try #require(records.first?.qualityReceipt)
    #expect(receipt.method == "probe-quality@1" && receipt.source?.citation.hasPrefix("probes.jsonl") == true)
    #expect(records.allSatisfy { $0.receipt.method == "request-energy@1" }, "its energy is explained as before")
    let json = bench.service.standing.json.text()
    #expect(json.contains(#""next_at_the_latest":"2021-03-23T00:00:00"#), "\(json)")
    #expect(json.contains(#""joules":60"#), "\(json)")
  }

  @Test("then it waits for a clean hour, not before the least time, and says why it was then")
  func clean() async throws {
    let folder = try TemporaryFolder()
    let bench = try await ProbeBench(try folder.ledger(), right: all)
    await bench.tell([300, 100, 150, 300, 400, 350, 300, 200, 90])
    #expect(bench.asked.withLock { $0.count } == 30, "the valley at hour 1 came too soon")
    await bench.tell([120], from: 9)
    #expect(bench.asked.withLock { $0.count } == 60)
    let reason = try #require(bench.service.standing.last).reason
    #expect(reason.contains("the grid is clean at 120 g/kWh and the last evaluation was 9 h ago"), "\(reason)")
  }

  @Test("without a signal it is done when the longest time is over")
  func overdue() async throws {
    let folder = try TemporaryFolder()
    let bench = try await ProbeBench(try folder.ledger(), right: all)
    await bench.tell([nil] + [Double?](repeating: nil, count: 71))
    #expect(bench.asked.withLock { $0.count } == 30)
    await bench.tell([nil], from: 72)
    #expect(bench.asked.withLock { $0.count } == 60)
    #expect(bench.service.standing.last?.reason.contains("never put off for more than") == true)
  }

  @Test(
    "a variant that gives no answers keeps its quality, and that is said; when all are away it is tried again sooner")
  func failed() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.ledger()
    let bench = try await ProbeBench(store, right: ["small": 6, "middle": 8])
    await bench.tell([300])
    let large = bench.calibrations.variants(of: "digits").first { $0.name == "large" }
    #expect(large?.quality == 90 && large?.qualityReceipt == nil)
    let round = try #require(bench.service.standing.last)
    #expect(
      round.reason.contains("large keeps its 90 points, because 10 of 10 probes gave no answer"), "\(round.reason)")
    let energy = try await store.figures(of: round.activity).first { $0.id.name == .energy }
    #expect(energy?.value == nil && energy?.reason?.contains("10 of 30 probes is not known") == true)
    bench.right.withLock { $0 = [:] }
    await bench.tell([nil], from: 72)
    #expect(bench.service.standing.evaluated == ProbeBench.hour(0), "nothing new is known")
    #expect(bench.service.standing.latest == ProbeBench.hour(78))
    let failed = try #require(bench.service.standing.last)
    #expect(try await store.activity(failed.activity)?.status == .failed)
  }

  @Test("after a restart it knows when it was last done, and goes on in the file")
  func resumed() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.ledger()
    let first = try await ProbeBench(store, right: all)
    await first.tell([300])
    let model = try ServingModel.sample(variants: first.calibrations.variants(of: "digits"))
    let second = try await ProbeBench(store, model: model, right: all, seed: 70)
    await second.tell([300, 300], from: 5)
    #expect(second.asked.withLock { $0.isEmpty })
    #expect(second.service.standing.evaluated == ProbeBench.hour(0))
    await second.tell([300], from: 72)
    #expect(second.asked.withLock { $0.first?.body.contains(#""prompt":"10""#) } == true)
  }

  @Test("running, it is told by the control loop's decisions")
  func running() async throws {
    let folder = try TemporaryFolder()
    let bench = try await ProbeBench(try folder.ledger(), right: all)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await bench.service.run() }
      bench.decisions.tell(.gramsPerKilowattHour(200), at: ProbeBench.hour(0))
      while bench.service.standing.last == nil { await Task.yield() }
      group.cancelAll()
      try await group.waitForAll()
    }
    #expect(bench.asked.withLock { $0.count } == 30)
  }

  @Test("stopped on the way it puts nothing in force, and what it took is on record all the same")
  func stopped() async throws {
    let folder = try TemporaryFolder()
    let store = try folder.ledger()
    let bench = try await ProbeBench(store, right: all)
    bench.hangsAt.withLock { $0 = 15 }
    let group = ServiceGroup(services: [bench.service], logger: silent)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      bench.decisions.tell(nil, at: ProbeBench.hour(0))
      while bench.asked.withLock({ $0.count }) < 15 { await Task.yield() }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
    #expect(bench.calibrations.variants(of: "digits").allSatisfy { $0.qualityReceipt == nil })
    let activity = try #require(try await store.activities(ActivityQuery(kinds: [.calibration])).first)
    #expect(activity.status == .failed && activity.reason?.contains("stopped on the way") == true)
    let energy = try await store.figures(of: activity.id).first { $0.id.name == .energy }
    #expect(energy?.value == nil && energy?.reason?.contains("1 of 15 probes is not known") == true)
  }

  @Test("the method by name gives what the receipt says")
  func method() throws {
    let scores = [1.0, 1, 1, 0, 1, 1, 0, 1, 1, 1]
    let quality = try ProbeQuality(
      of: "small", scores: scores, asked: (10, 0), judge: .exact, file: "p", round: 0, figure: "")
    let named = try ProbeQuality.method.calculate(["scores": .numbers(scores)])
    #expect(named["quality"] == .number(quality.bound.quality) && named["low"] == .number(quality.bound.low))
    #expect(quality.receipt.low == quality.bound.low && quality.samples == 10)
    #expect(
      throws: ProbeQuality.Unknown(reason: "2 answers that are neither right nor wrong say nothing of their spread")
    ) {
      try ProbeQuality(of: "x", scores: [0.4, 0.6], asked: (2, 0), judge: .rougeL, file: "p", round: 0, figure: "")
    }
  }
}

@Suite("Probes in the configuration")
struct ProbeSettingsTests {
  private func read(_ probes: String, quality: String = "") throws -> Configuration {
    try Configuration(
      yaml: """
        models:
          - alias: chat
            floor: 50
            probes: \(probes)
            variants:
              - {name: small, url: "http://127.0.0.1:9001", energy_per_request: 4 J\(quality)}
        """, file: "dimmer.yaml")
  }

  @Test("a file is enough; the rest has defaults")
  func settings() throws {
    let plain = try #require(try read("{file: p.jsonl}").models[0].probes)
    #expect(plain.sample == 50 && plain.judge == .exact && plain.least == .hours(6) && plain.longest == .hours(72))
    let full = try read("{file: p.jsonl, judge: rouge-l, sample: 20, least: 100 h, longest: 200 h}").models[0].probes
    #expect(full?.judge == .rougeL && full?.sample == 20 && full?.longest == .hours(200))
  }

  @Test(
    "what cannot be is refused",
    arguments: [
      ("{judge: exact}", "'file'"), ("{file: p, sample: 1.5}", "whole"),
      ("{file: p, least: 9 h, longest: 8 h}", "longer"),
      ("{file: p, judge: guess}", "guess"),
    ])
  func refused(probes: String, words: String) {
    let error = #expect(throws: ConfigurationError.self) { try read(probes) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test("a stated quality stands until probes have measured one; without probes it always does")
  func stated() throws {
    var known = VariantRecord.sample("small", alias: "chat", quality: 71, low: 66, perUnit: 0, perRequest: 4)
    known.qualityReceipt = Receipt(
      id: "cal_x.quality-1", label: "q", value: 71, unit: "points", origin: .measured, method: "probe-quality@1")
    let now = at("2026-01-01")
    let models = { (configuration: Configuration, kept: [VariantRecord]) in
      try Calibrations.models(of: configuration, kept: kept, identifiers: IdentifierSource(), now: now).models
    }
    let probed = try read("{file: p.jsonl}", quality: ", quality: 80")
    #expect(try models(probed, [])[0].variants[0].quality == 80)
    let kept = try models(probed, [known])[0].variants[0]
    #expect(kept.quality == 71 && kept.qualityLow == 66 && kept.qualityReceipt == known.qualityReceipt)
    var plain = probed
    plain.models[0].probes = nil
    let stated = try models(plain, [known])[0].variants[0]
    #expect(stated.quality == 80 && stated.qualityLow == 80 && stated.qualityReceipt == nil)
  }
}

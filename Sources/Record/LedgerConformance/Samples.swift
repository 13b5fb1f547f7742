public import Ledger
import Methods
public import Quantities
import Synchronization

/// Repeatable random numbers (SplitMix64: Steele, Lea, Flood, OOPSLA 2014), so that a failing case can be run again.
public struct RepeatableNumbers: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The numbers of that seed.
  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}

/// Makes whole records for tests, the same ones in every run.
public final class Samples: Sendable {
  /// A moment that samples begin at.
  public static let start = Timestamp(milliseconds: 1_614_585_600_000)

  /// Makes the ids; its clock moves on by a millisecond for each.
  public let ids: IdentifierSource

  /// Samples of that seed.
  public init(seed: UInt64 = 1) {
    let clock = TickingClock(Samples.start)
    ids = IdentifierSource(clock: { clock.tick() }, random: RepeatableNumbers(seed: seed))
  }

  /// A moment so many seconds after ``start``.
  public static func moment(_ seconds: Double) -> Timestamp { start + .seconds(seconds) }

  /// A finished activity with every field set.
  public func activity(
    _ kind: ActivityKind = .run, parent: ActivityID? = nil, status: ActivityStatus = .done, at seconds: Double = 0
  ) -> Activity {
    var activity = Activity(
      id: ids.next(kind), parent: parent, name: "train ☼ small's \"net\"", status: status,
      started: Samples.moment(seconds),
      detail: ActivityDetail(
        command: ["python", "train.py", "--name", "a b"], tags: ["team": "süd"], components: ["cpu": "rapl"]))
    activity.reason = status == .failed ? "the command ended with status 3" : nil
    activity.ended = activity.ended ?? Samples.moment(seconds + 60)
    activity.gridStarted = Samples.moment(seconds)
    activity.gridEnded = Samples.moment(seconds + 60)
    activity.monotonicStarted = MonotonicInstant(nanoseconds: 123_456_789_012_345)
    activity.monotonicEnded = MonotonicInstant(nanoseconds: .max)
    activity.clock = "replay from 2021-03-01T00:00:00Z x1440"
    activity.meter = "dimmer-meter"
    activity.region = "DE"
    activity.exitCode = status == .failed ? 3 : 0
    return activity
  }

  /// A grid value that holds for an hour.
  public func signal(
    value: Double = 312.5, issued: Double = 0, from: Double = 0, to: Double = 3600, region: String = "DE",
    kind: String = "average", provider: String = "published-hours"
  ) -> SignalRecord {
    SignalRecord(
      id: ids.next(), region: region, kind: kind, issued: Samples.moment(issued), validFrom: Samples.moment(from),
      validTo: Samples.moment(to), value: value, low: value * 0.9, high: value * 1.1, provider: provider,
      estimated: false, source: Source("Grid operator, hourly generation by fuel", year: 2021, licence: "CC-BY-4.0"))
  }

  /// The carbon of an activity by energy x PUE x intensity, resting on that signal.
  public func carbon(_ activity: ActivityID, resting signal: SignalRecord) -> FigureRecord {
    let energy = energy(activity)
    let grams = energy.value.map { $0 / 3.6e6 * signal.value } ?? 0
    let estimate = Estimate<Carbon>(
      .grams(grams), relative: -0.1...0.1, origin: .modelled, method: "operational-carbon@1", source: "grid")
    // As a writer does that keeps only the signal's id: explaining it must find the source.
    let named = Receipt(
      id: signal.id.description, label: "carbon intensity", value: signal.value, unit: "g/kWh", origin: .published)
    return FigureRecord(
      activity, .carbon, Figure("operational carbon", estimate, inputs: [energy.receipt, named]))
  }

  /// The energy of an activity.
  public func energy(_ activity: ActivityID) -> FigureRecord {
    let estimate = Estimate<Energy>(
      .joules(0.1 + 0.2), relative: -0.05...0.07, origin: .measured, method: "meter-energy@1", source: "meter:cpu")
    return FigureRecord(activity, .energy, Figure("energy", estimate, source: Source("the machine's own counter")))
  }

  /// A whole entry about a finished run.
  public func entry(_ activity: Activity, signal: SignalRecord? = nil) -> LedgerEntry {
    let signal = signal ?? self.signal()
    let id = activity.id
    let cpu = Estimate<Energy>(
      .joules(12.5), relative: -0.1...0.1, origin: .modelled, method: "cpu-load-model@1", source: "load-model:cpu")
    return LedgerEntry(
      activity: activity,
      components: [
        Component(activity: id, name: "cpu", cpu, detail: "8 threads"),
        Component(activity: id, name: "gpu0", unknownBecause: "the driver gives no energy counter"),
      ],
      conservation: Conservation(
        activity: id, host: Microjoules(20_000_001), attributed: Microjoules(12_500_000), idle: Microjoules(7_000_000),
        own: Microjoules(1), unattributed: Microjoules(500_000)),
      figures: [
        energy(id), carbon(id, resting: signal),
        FigureRecord(
          id, .water, of: Water.self, label: "water consumed", unknownBecause: "no water factor for region DE"),
      ], signals: [signal],
      journal: JournalRecord(path: "/data/journal/\(id).journal", activity: id, bytes: 4096, closed: Samples.start))
  }

  /// A decision of a serve that rests on that signal.
  public func decision(
    _ activity: ActivityID, signal: SignalRecord? = nil, alias: String = "digits", at seconds: Double = 0
  ) -> DecisionRecord {
    DecisionRecord(
      id: ids.next(), activity: activity, alias: alias, grid: Samples.moment(seconds),
      made: Samples.moment(seconds + 1), policy: "quality-floor@1", mode: "normal", price: 0.25, chosen: "small",
      shares: ["small": 0.75, "large": 0.25], reason: "The grid is dirty this hour, so most go to small.",
      expectedSavingGrams: 1.5, signalID: signal?.id,
      grids: signal.map { ["far": VariantGrid(region: $0.region, signalID: $0.id, pue: 1.25)] },
      input: "{ \"b\": 1.0,\n  \"a\":\"ü ☼ \\u0000\" }",
      state: "{\"spent\":0.1}  ")
  }

  /// A calibrated variant: 0.5 J a request and 0.002 J a unit.
  public func variant(_ name: String = "small", alias: String = "digits", at seconds: Double = -60) -> VariantRecord {
    let receipt = Receipt(
      label: "calibration of \(name)", value: 0.5, unit: "J", origin: .modelled, method: "calibration@1",
      note: "5 requests of 3 sizes", inputs: [])
    let quality = Receipt(
      label: "quality of \(name)", value: 0.97, low: 0.95, high: 0.98, unit: "points", origin: .measured,
      method: "probe-quality@1", note: "400 answers")
    return VariantRecord(
      id: ids.next(), alias: alias, name: name, calibrated: Samples.moment(seconds), quality: 0.97, qualityLow: 0.95,
      samples: 400, perUnit: (0.002, 0.0018, 0.0022), perRequest: (0.5, 0.4, 0.6), directiveOf: "large",
      receipt: receipt, qualityReceipt: quality)
  }

  /// A request of 100 units answered by `small`, with 0.7 J and 0.1 mg.
  public func request(
    _ activity: ActivityID, decision: DecisionID? = nil, alias: String = "digits", variant: String = "small",
    at seconds: Double = 0, status: Int = 200, correct: Int64? = nil
  ) -> RequestRecord {
    RequestRecord(
      id: ids.next(.request), activity: activity, alias: alias, variant: variant, decisionID: decision,
      received: Samples.moment(seconds), grid: Samples.moment(seconds), durationMicroseconds: 1500, status: status,
      protocolName: "kserve-v2", units: 100,
      energy: Estimate(
        .joules(0.7), low: .joules(0.598), high: .joules(0.802), origin: .modelled, method: RequestEnergy.id,
        source: "calibration"), carbon: .grams(0.0001), why: "its turn by the shares", correct: correct)
  }
}

/// A clock that moves on by a millisecond each time it is read.
private final class TickingClock: Sendable {
  private let milliseconds: Mutex<Int64>
  init(_ start: Timestamp) { milliseconds = Mutex(start.milliseconds) }
  func tick() -> Timestamp {
    milliseconds.withLock {
      $0 += 1
      return Timestamp(milliseconds: $0)
    }
  }
}

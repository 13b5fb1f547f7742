import Grid
public import Ledger
public import Quantities
public import Switching

/// What a serving activity did, read back from the ledger and held against the baselines by the same replay code that
/// judges policies on history. It goes by the hour, as the ledger's sums do, however often was decided.
public struct ServedReview: Sendable {
  /// The outcome and its baselines.
  public let result: ReplayResult
  /// The decisions, in grid time.
  public let decisions: [DecisionRecord]
  /// Requests and units by hour and variant.
  public let hours: [HourRollup]
  /// The grid values of those hours, as issued in the end.
  public let signals: [SignalRecord]
  /// How many recorded decisions the pure policy makes again, byte for byte, from its recorded inputs.
  public let replayedEqual: Int
  /// What was served, as a replay of recorded decisions: the outcome's baselines come from it.
  public let replay: Replay

  /// Reads and judges an activity.
  ///
  /// - Parameters:
  ///   - model: the model it served, for energies, qualities, floor and policy.
  ///   - range: the grid time to judge.
  /// - Throws: ``LedgerError``, ``SwitchingError``, or a coding error for a decision that cannot be read.
  public init(
    store: any LedgerStore, activity: ActivityID, model: ServingModel, region: String, signalKind: String, pue: Double,
    range: Range<Timestamp>
  ) async throws {
    try await self.init(
      store: store, activities: [activity], contract: ServedContract(model, pue: pue), policy: model.policy,
      region: region, signalKind: signalKind, range: range)
  }

  /// Reads and judges what several activities served under one alias, as those of a server that was started again.
  ///
  /// - Parameters:
  ///   - contract: what was promised and could serve.
  ///   - policy: the policy to make recorded decisions again with; `nil`: they are not made again.
  ///   - region: the grid; `nil` when none was known, and then no carbon is.
  ///   - range: the grid time to judge.
  /// - Throws: ``LedgerError``, ``SwitchingError``, or a coding error for a decision that cannot be read.
  public init(
    store: any LedgerStore, activities: [ActivityID], contract: ServedContract, policy: (any SwitchingPolicy)?,
    region: String?, signalKind: String, range: Range<Timestamp>
  ) async throws {
    var decisions: [DecisionRecord] = []
    var hours: [HourRollup] = []
    for activity in activities {
      decisions += try await store.decisions(
        DecisionQuery(activity: activity, alias: contract.alias, range: range, limit: .max))
      hours += try await store.rollups(RollupQuery(activity: activity, alias: contract.alias, range: range))
    }
    decisions.sort { ($0.grid, $0.made) < ($1.grid, $1.made) }
    self.decisions = decisions
    self.hours = hours
    let values = { (region: String) in
      try await store.signals(
        SignalQuery(region: region, kind: signalKind, range: range, issuedBy: range.upperBound + .hours(24)))
    }
    var signals: [SignalRecord] = []
    if let region { signals = try await values(region) }
    self.signals = signals
    var elsewhere: [String: [SignalRecord]] = [:]
    for place in contract.ladder.places { elsewhere[place] = try await values(place) }
    replayedEqual = try policy.map { policy in try decisions.count { try Self.isMadeAgain($0, by: policy) } } ?? 0

    var history: [HistoryInterval] = []
    var served: [Timestamp: [VariantShare]] = [:]
    let byHour = Dictionary(grouping: hours, by: \.key.hour)
    var start = range.lowerBound.startOfHour
    while start < range.upperBound {
      let here = byHour[start] ?? []
      let units = here.reduce(0.0) { $0 + Double($1.sums.units) }
      let value = signals.intensity(over: start..<(start + .hours(1)))
      let there = elsewhere.compactMapValues { $0.intensity(over: start..<(start + .hours(1))) }
      history.append(
        HistoryInterval(
          start: start, intensity: value.map(CarbonIntensity.gramsPerKilowattHour), requests: units,
          elsewhere: contract.ladder.isPlaced ? there.mapValues(CarbonIntensity.gramsPerKilowattHour) : nil))
      if units > 0 {
        served[start] = contract.ladder.variants.map { variant in
          let own = here.filter { $0.key.variant == variant.name }.reduce(0.0) { $0 + Double($1.sums.units) }
          return VariantShare(variant.name, own / units)
        }
      }
      start = start + .hours(1)
    }
    replay = try Replay(
      history: history, interval: .hours(1), ladder: contract.ladder, floor: contract.floor,
      instantFloor: contract.instantFloor, period: .utcDay, pue: contract.pue, requestNoun: contract.unitNoun,
      pueElsewhere: contract.pueElsewhere)
    // What was served needs no forecast.
    let nothing: IntensityForecaster = { _, _ in [] }
    result = replay.run(
      RecordedPolicy(name: contract.policy, served: served, decisions: decisions), intensities: nothing,
      demand: { _, _ in [] },
      elsewhere: Dictionary(uniqueKeysWithValues: contract.ladder.places.map { ($0, nothing) }))
  }

  /// Whether the policy, given what it was given then, decides the same today, byte for byte.
  static func isMadeAgain(_ record: DecisionRecord, by policy: some SwitchingPolicy) throws -> Bool {
    let input = try DecisionCoding.value(PolicyInput.self, from: record.input)
    let outcome = try DecisionCoding.value(DecisionOutcome.self, from: record.state)
    let (after, decision) = policy.decide(input, state: outcome.before)
    let again = DecisionOutcome(
      before: outcome.before, decision: decision, after: after, forecast: outcome.forecast,
      forecastsElsewhere: outcome.forecastsElsewhere)
    return try DecisionCoding.text(again) == record.state && DecisionCoding.text(input) == record.input
  }
}

/// A policy that "decides" what was in fact served, so that a recorded outcome can be judged like any policy.
struct RecordedPolicy: SwitchingPolicy {
  let name: String
  let served: [Timestamp: [VariantShare]]
  let decisions: [DecisionRecord]
  var summary: String { "What was served, as recorded." }

  func decide(_ input: PolicyInput, state: PolicyState) -> (PolicyState, Decision) {
    // Any policy's decision carries the fields; only the shares matter here.
    var (next, decision) = AlwaysBest().decide(input, state: state)
    if let recorded = decisions.last(where: { $0.grid <= input.now }), let mode = DecisionMode(rawValue: recorded.mode)
    {
      decision.mode = mode
      decision.reason = recorded.reason
      // In an hour without requests the decision stands for what would have been served.
      decision.shares = decision.shares.map { VariantShare($0.variant, recorded.shares[$0.variant] ?? 0) }
      decision.main = recorded.chosen
    }
    if let shares = served[input.now] {
      decision.shares = shares
      decision.main = shares.max { $0.share < $1.share }?.variant ?? decision.main
    }
    decision.limit = nil
    next.current = decision.main
    return (next, decision)
  }
}

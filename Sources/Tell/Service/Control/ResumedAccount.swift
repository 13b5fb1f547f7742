import Ledger
import Quantities
import Switching

/// What an earlier serve of the same alias left: the account of its last day, what was asked for, and what the policy
/// remembered. A restart must not forget what is owed.
///
/// Read from the ledger alone. What was answered and not yet written when a serve was killed is not in it.
struct ResumedAccount: Hashable, Sendable {
  /// Units of one hour of grid time.
  struct Hour: Hashable, Sendable {
    let start: Timestamp
    let units: Double
  }

  /// The UTC day of the account, the last one on which a decision was made.
  var day: Timestamp
  /// Point-requests owed by the days before it.
  var carriedDebt: Double
  /// What was served on it.
  var served: PolicyInput.Served
  /// Units of the last two days, by hour.
  var demand: [Hour]
  /// What the policy remembered after the last decision; `nil` when that was another policy's, or long ago.
  var state: PolicyState?

  /// What is remembered of a variant that served is not used after so long.
  private static let memory = Span.hours(26)

  /// Reads the account as of `now`; `nil` when no serve of the alias decided anything before.
  ///
  /// - Parameter own: the activity that resumes; what it served itself it knows.
  /// Units are credited with the lower quality bound that their variant had when they were served: the lowest one of the
  /// decisions in force in their hour, and the present one where no decision knew the variant.
  ///
  /// - Throws: ``LedgerError``, or a coding error for a decision that cannot be read.
  static func read(
    of model: ServingModel, from store: any LedgerStore, at now: Timestamp, beside own: ActivityID
  ) async throws -> ResumedAccount? {
    let past = (now - .hours(24 * 400))..<(now + .seconds(0.001))
    let decisions = try await store.decisions(
      DecisionQuery(alias: model.alias, range: past, newestFirst: true, limit: 1))
    guard let last = decisions.first else { return nil }
    let input = try DecisionCoding.value(PolicyInput.self, from: last.input)
    let day = input.now.startOfDay
    let earlier = try await store.decisions(
      DecisionQuery(alias: model.alias, range: (day - model.interval)..<(input.now + .seconds(0.001))))
    let qualities = try QualitiesInForce(earlier)
    let hours = try await store.rollups(RollupQuery(alias: model.alias, range: day..<(day + .hours(24))))
    var served = PolicyInput.Served()
    for hour in hours where hour.key.activity != own {
      let name = hour.key.variant
      guard let quality = qualities.quality(of: name, in: hour.key.hour)?.low ?? model.qualityLow(of: name)
      else { continue }
      served.requests += Double(hour.sums.units)
      served.points += Double(hour.sums.units) * quality
    }
    let start = (now - .hours(48)).startOfHour
    let recent = try await store.rollups(RollupQuery(alias: model.alias, range: start..<(now + .seconds(0.001))))
    let demand = Dictionary(grouping: recent.filter { $0.key.activity != own }, by: \.key.hour).map { hour, rows in
      Hour(start: hour, units: rows.reduce(0) { $0 + Double($1.sums.units) })
    }
    let isFresh = last.policy == model.policy.name && now - last.grid <= memory
    return ResumedAccount(
      day: day, carriedDebt: input.carriedDebt, served: served, demand: demand.sorted { $0.start < $1.start },
      state: isFresh ? try DecisionCoding.value(DecisionOutcome.self, from: last.state).after : nil)
  }
}

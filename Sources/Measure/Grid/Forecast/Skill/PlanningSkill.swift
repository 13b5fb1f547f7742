public import Quantities

/// What planning on a forecast saves: the start of a job is chosen where the forecast is lowest, and paid for at what
/// came. Compared with starting at once and with perfect knowledge.
///
/// Source: signals-and-scheduling reference, 12.1 (what counts is the order of the hours, not the size of the error).
public struct PlanningSkill: Hashable, Sendable, Codable {
  /// How many plans.
  public let plans: Int
  /// Windows that were left out because a value or a forecast in them is missing.
  public let skipped: Int
  /// Mean value over the job when it starts at once, in the series' unit.
  public let now: Double
  /// The same when it starts as planned.
  public let planned: Double
  /// The same when it starts at the best moment.
  public let best: Double

  /// What planning saves of what starting at once costs, in per cent.
  public var savedPercent: Double { 100 * (1 - planned / now) }
  /// What perfect knowledge saves, in per cent.
  public var possiblePercent: Double { 100 * (1 - best / now) }
  /// The share of the possible saving that planning keeps, in per cent; nothing when nothing can be saved.
  public var keptPercent: Double? { now > best ? 100 * (now - planned) / (now - best) : nil }

  /// Plans on what a forecaster said at the time.
  ///
  /// - Parameters:
  ///   - hours: the job's length in hours; it lies wholly within the window.
  ///   - window: the window's length in hours.
  ///   - every: the time between two plans; 24 h from midnight UTC unless told.
  ///   - warmUp: how much of the series' beginning is for learning only.
  ///   - issueLag: when a value becomes known, after its interval began.
  /// - Returns: nothing when there is no window to plan in.
  public static func of(
    _ forecaster: any Forecaster, on actual: Series, hours: Int = 4, window: Int = 24, every: Span = .hours(24),
    warmUp: Span = .hours(24 * 21), issueLag: Span = .hours(1), beside: [Series] = []
  ) -> PlanningSkill? {
    let known = actual.issued(after: issueLag)
    var forecaster = forecaster
    return plan(on: actual, hours: hours, window: window, every: every, from: warmUp) { range in
      let history = known.asIssued(by: range.lowerBound)
      let others = beside.map { $0.asIssued(by: range.lowerBound) }
      forecaster.learn(from: history, beside: others)
      return forecaster.forecast(from: history, over: range, step: .hours(1), beside: others).values
    }
  }

  /// Plans on forecasts that somebody else issued by the beginning of each window.
  public static func of(
    _ forecast: Series, against actual: Series, hours: Int = 4, window: Int = 24, every: Span = .hours(24)
  ) -> PlanningSkill? {
    plan(on: actual, hours: hours, window: window, every: every, from: .zero) { range in
      range.divided(into: .hours(1)).map { forecast.wholeMean(over: $0) }
    }
  }

  private static func plan(
    on actual: Series, hours: Int, window: Int, every: Span, from warmUp: Span,
    expected: (Range<Timestamp>) -> [Double?]
  ) -> PlanningSkill? {
    guard let extent = actual.extent, hours >= 1, window >= hours, every.seconds >= 1 else { return nil }
    var sums = (now: 0.0, planned: 0.0, best: 0.0)
    var plans = 0
    var skipped = 0
    var start = (extent.lowerBound + warmUp).startOfDay
    if start < extent.lowerBound + warmUp { start = start + .hours(24) }
    while start + .hours(Double(window)) <= extent.upperBound {
      let range = start..<(start + .hours(Double(window)))
      start = start + every
      let truth = range.divided(into: .hours(1)).compactMap { actual.wholeMean(over: $0) }
      let forecast = expected(range).compactMap { $0 }
      guard truth.count == window, forecast.count == window else {
        skipped += 1
        continue
      }
      let costs = means(truth, hours)
      let guesses = means(forecast, hours)
      let chosen = guesses.indices.min { guesses[$0] < guesses[$1] } ?? 0
      sums = (sums.now + costs[0], sums.planned + costs[chosen], sums.best + (costs.min() ?? costs[0]))
      plans += 1
    }
    guard plans > 0 else { return nil }
    let number = Double(plans)
    return PlanningSkill(
      plans: plans, skipped: skipped, now: sums.now / number, planned: sums.planned / number,
      best: sums.best / number)
  }

  /// The mean over the job for each start within the window, the earliest first.
  private static func means(_ values: [Double], _ hours: Int) -> [Double] {
    (0...(values.count - hours)).map { values[$0..<($0 + hours)].reduce(0, +) / Double(hours) }
  }
}

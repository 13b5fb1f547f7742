public import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// When to look again how good each variant's answers are: judging costs energy, so it waits for a clean hour, but not for
/// ever.
///
/// SPROUT's rule. With g(t) = CI(t) * exp(urgency * hours since the last evaluation), an evaluation is due at a local
/// minimum of g (its change turns from not rising to not falling) when the least distance is kept and the intensity is
/// not above the mean of what was seen since; and at the latest when the longest distance is over. It is pure: the caller
/// keeps the state, and tells it of each new value. Nothing later is looked at: a minimum is known one value after it was
/// there, and it is then that the evaluation is due. Source: B. Li et al., "SPROUT", EMNLP 2024, arXiv 2403.12900; constants after its
/// published code.
public struct EvaluationSchedule: Hashable, Sendable, Codable {
  /// What happened at the last value that was told.
  public struct State: Hashable, Sendable, Codable {
    /// When quality was last evaluated.
    public var evaluated: Timestamp
    /// The newest value's moment; `nil` before the first.
    public var seen: Timestamp?
    /// g at that moment.
    var urgency: Double?
    /// Whether g had not risen up to that moment.
    var wasFalling = false
    /// Sum and number of the intensities since the last evaluation.
    var sum = 0.0
    var count = 0.0

    /// The state right after an evaluation.
    public init(evaluated: Timestamp) { self.evaluated = evaluated }
  }

  /// Whether to evaluate now, and why.
  public enum Verdict: Hashable, Sendable, Codable {
    /// Not now.
    case wait
    /// The grid is clean and the last evaluation old enough.
    case clean
    /// It has been too long, however dirty the grid is.
    case overdue
  }

  /// How fast waiting weighs, per hour; 0.029 doubles it in 24 h.
  public var urgencyPerHour: Double
  /// The least time between two evaluations.
  public var least: Span
  /// The longest.
  public var longest: Span

  /// The schedule with SPROUT's published numbers unless others are given.
  public init(urgencyPerHour: Double = 0.029, least: Span = .hours(6), longest: Span = .hours(72)) {
    self.urgencyPerHour = urgencyPerHour
    self.least = least
    self.longest = max(least, longest)
  }

  /// Takes the intensity that holds from `now`; `nil` when it is unknown, which is never clean but does not stop the
  /// longest distance.
  ///
  /// - Returns: the state for the next value, and the verdict; after one that is not `wait` the state begins anew.
  public func told(_ intensity: CarbonIntensity?, at now: Timestamp, state: State) -> (State, Verdict) {
    let waited = now - state.evaluated
    var next = state
    next.seen = now
    guard waited < longest else { return (State(evaluated: now), .overdue) }
    guard let grams = intensity?.gramsPerKilowattHour, grams.isFinite else {
      // A gap breaks the chain: what comes after it is compared with what comes after that.
      (next.urgency, next.wasFalling) = (nil, false)
      return (next, .wait)
    }
    next.sum += grams
    next.count += 1
    let urgency = grams * exp(urgencyPerHour * waited.hours)
    guard let before = state.urgency else {
      next.urgency = urgency
      return (next, .wait)
    }
    let isMinimum = state.wasFalling && urgency >= before
    if isMinimum, waited >= least, grams <= next.sum / next.count { return (State(evaluated: now), .clean) }
    next.wasFalling = urgency <= before
    next.urgency = urgency
    return (next, .wait)
  }
}

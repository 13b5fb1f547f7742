public import Quantities

/// How a provider's host is treated.
public struct FetchPolicy: Hashable, Sendable {
  /// Time and size of one exchange.
  public var limits: FetchLimits
  /// How often one request is sent at most.
  public var attempts: Int
  /// The longest wait before the first repeat; it doubles from repeat to repeat.
  public var firstBackoff: Span
  /// The longest wait before any repeat.
  public var longestBackoff: Span
  /// How many requests a host gets in ``budgetInterval``.
  public var budget: Int
  /// The time in which the budget refills.
  public var budgetInterval: Span
  /// After how many failures in a row a host is left alone.
  public var failuresUntilRest: Int
  /// How long it is left alone the first time; it doubles until it answers again.
  public var firstRest: Span
  /// The longest time it is left alone for our own reasons.
  public var longestRest: Span
  /// The longest time it is left alone because it asks for it.
  public var longestRetryAfter: Span
  /// The longest time an answer is taken for fresh because its `Cache-Control` says so.
  public var longestFreshness: Span
  /// How many redirects are followed, within one host only.
  public var redirects: Int

  /// The usual policy: three attempts, 60 requests a minute, a rest after five failures.
  public init(
    limits: FetchLimits = FetchLimits(), attempts: Int = 3, firstBackoff: Span = .seconds(0.5),
    longestBackoff: Span = .seconds(20), budget: Int = 60, budgetInterval: Span = .seconds(60),
    failuresUntilRest: Int = 5, firstRest: Span = .seconds(60), longestRest: Span = .seconds(900),
    longestRetryAfter: Span = .hours(24), longestFreshness: Span = .seconds(600), redirects: Int = 3
  ) {
    self.limits = limits
    self.attempts = attempts
    self.firstBackoff = firstBackoff
    self.longestBackoff = longestBackoff
    self.budget = budget
    self.budgetInterval = budgetInterval
    self.failuresUntilRest = failuresUntilRest
    self.firstRest = firstRest
    self.longestRest = longestRest
    self.longestRetryAfter = longestRetryAfter
    self.longestFreshness = longestFreshness
    self.redirects = redirects
  }

  /// The wait before repeat number `count` (from 1): random between half and all of the doubled first wait, so that
  /// many clients that failed together do not come back together.
  func backoff(before count: Int, using generator: inout some RandomNumberGenerator) -> Span {
    let longest = min(firstBackoff.seconds * Double(1 << min(count - 1, 20)), longestBackoff.seconds)
    return .seconds(Double.random(in: 0.5...1, using: &generator) * longest)
  }
}

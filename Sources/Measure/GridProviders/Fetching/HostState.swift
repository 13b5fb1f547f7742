import Quantities

/// What is remembered of a host: how many requests it may still get, and whether it is left alone.
struct HostState: Hashable {
  /// Requests left, refilled continuously.
  private var tokens: Double
  private var counted: Timestamp
  private var failures = 0
  private var rests = 0
  private var restUntil: Timestamp?
  private var restReason = ""
  private var asksForPeaceUntil: Timestamp?

  init(_ policy: FetchPolicy, at now: Timestamp) {
    tokens = Double(policy.budget)
    counted = now
  }

  /// Why the host is not to be asked now; nothing when it may be.
  ///
  /// A host at rest gets one request when the rest is over; only its success ends the series of failures.
  func refusal(_ policy: FetchPolicy, at now: Timestamp) -> ProviderError? {
    // A moment that lies further ahead than any rest was set by a clock that has since been put back.
    if let until = asksForPeaceUntil, now < until, until - now <= policy.longestRetryAfter {
      return .rateLimited(until: until)
    }
    if let until = restUntil, now < until, until - now <= policy.longestRest {
      return .resting(until: until, after: restReason)
    }
    return nil
  }

  /// Takes a request out of the budget, or tells when there will be one.
  mutating func spend(_ policy: FetchPolicy, at now: Timestamp) -> Timestamp? {
    let rate = Double(policy.budget) / policy.budgetInterval.seconds
    tokens = min(tokens + max(0, (now - counted).seconds) * rate, Double(policy.budget))
    counted = now
    guard tokens >= 1 else { return now + .seconds((1 - tokens) / rate) }
    tokens -= 1
    return nil
  }

  mutating func succeeded() {
    failures = 0
    rests = 0
    restUntil = nil
  }

  /// Counts a failure; after several in a row the host is left alone, twice as long each time.
  mutating func failed(_ error: ProviderError, _ policy: FetchPolicy, at now: Timestamp) {
    failures += 1
    guard failures >= policy.failuresUntilRest else { return }
    rest("\(failures) requests in a row failed, the last with: \(error)", policy, at: now)
  }

  /// A refused key stays refused: the host is left alone at once.
  mutating func refusedKey(_ error: ProviderError, _ policy: FetchPolicy, at now: Timestamp) {
    rest("\(error)", policy, at: now)
  }

  mutating func asksForPeace(until moment: Timestamp) {
    asksForPeaceUntil = max(moment, asksForPeaceUntil ?? moment)
  }

  private mutating func rest(_ reason: String, _ policy: FetchPolicy, at now: Timestamp) {
    let span = min(policy.firstRest.seconds * Double(1 << min(rests, 20)), policy.longestRest.seconds)
    restUntil = now + .seconds(span)
    restReason = reason
    rests += 1
  }
}

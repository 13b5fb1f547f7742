import Quantities

/// One request on its way: how often it was sent, how long it may take.
struct Exchange: Hashable {
  /// The request as it was asked for.
  let original: FetchRequest
  /// The request as it goes out: another path after a redirect, questions after what is kept.
  var current: FetchRequest
  let deadline: Timestamp
  var attempts = 0
  var redirects = 0
  /// How long the attempt under way may take.
  var patience = Span.zero

  init(_ request: FetchRequest, deadline: Timestamp) {
    original = request
    current = request
    self.deadline = deadline
  }
}

/// A sound answer, and when it came. An answer that was only confirmed keeps the time at which it was read.
struct Answer: Hashable {
  let response: FetchResponse
  let receivedAt: Timestamp
}

/// What is to be done next for a request.
enum FetchStep: Hashable {
  case send(FetchRequest, FetchLimits)
  case wait(until: Timestamp)
  case finish(Answer)
  case fail(ProviderError)
}

/// Decides when a request is sent, repeated, answered from what is kept, or given up. Pure: time and chance are handed
/// in, and nothing here waits or sends.
struct FetchMachine {
  let policy: FetchPolicy
  private var hosts: [String: HostState] = [:]
  private var cache = ResponseCache()

  init(_ policy: FetchPolicy) { self.policy = policy }

  /// The next step of a request that is not under way: at its beginning and after a wait.
  mutating func begin(_ exchange: inout Exchange, at now: Timestamp) -> FetchStep {
    let kept = cache.entry(for: exchange.original)
    if let kept, now < kept.freshUntil, now >= kept.receivedAt {
      return .finish(Answer(response: kept.response, receivedAt: kept.receivedAt))
    }
    guard now < exchange.deadline else { return .fail(.timedOut(after: .zero)) }
    let origin = exchange.current.address.origin
    var host = hosts[origin] ?? HostState(policy, at: now)
    defer { hosts[origin] = host }
    if let refusal = host.refusal(policy, at: now) { return .fail(refusal) }
    if let later = host.spend(policy, at: now) {
      return later < exchange.deadline ? .wait(until: later) : .fail(.budgetSpent(until: later))
    }
    var request = exchange.current
    if let kept, exchange.redirects == 0 {
      if let tag = kept.response.header("etag") { request.headers.append(.init("If-None-Match", tag)) }
      if let date = kept.response.header("last-modified") { request.headers.append(.init("If-Modified-Since", date)) }
    }
    exchange.attempts += 1
    var limits = policy.limits
    limits.total = min(limits.total, exchange.deadline - now)
    limits.connect = min(limits.connect, limits.total)
    exchange.patience = limits.total
    return .send(request, limits)
  }

  /// The next step after the request was sent.
  mutating func received(
    _ outcome: Result<FetchResponse, FetchFailure>, for exchange: inout Exchange, at now: Timestamp,
    using generator: inout some RandomNumberGenerator
  ) -> FetchStep {
    switch outcome {
    case .success(let response): return take(response, for: &exchange, at: now, using: &generator)
    case .failure(.cancelled): return .fail(.cancelled)
    case .failure(let failure):
      let error: ProviderError =
        switch failure {
        case .unreachable(let why): .unreachable(Redaction.excerpt(why, without: exchange.current.secrets))
        case .timedOut: .timedOut(after: exchange.patience)
        case .tooLarge: .tooLarge(limit: policy.limits.maximumBytes)
        case .cutShort, .cancelled: .cutShort
        }
      return again(exchange, after: error, at: now, unless: failure == .tooLarge, using: &generator)
    }
  }

  /// Takes back what was kept for a request whose answer turned out to be no good.
  mutating func forget(_ request: FetchRequest) { cache.forget(request) }

  /// Ends the rest of a request's host.
  mutating func wake(_ request: FetchRequest) { hosts[request.address.origin]?.succeeded() }

  private mutating func take(
    _ raw: FetchResponse, for exchange: inout Exchange, at now: Timestamp,
    using generator: inout some RandomNumberGenerator
  ) -> FetchStep {
    let origin = exchange.current.address.origin
    let response = Redaction.redacted(raw, exchange.current.secrets)
    switch response.status {
    case 200, 204:
      hosts[origin]?.succeeded()
      cache.keep(response, for: exchange.original, at: now, policy)
      return .finish(Answer(response: response, receivedAt: now))
    case 304:
      guard let kept = cache.entry(for: exchange.original) else {
        return .fail(.status(304, said: "not changed, and nothing is kept here"))
      }
      hosts[origin]?.succeeded()
      cache.confirm(exchange.original, by: response, at: now, policy)
      return .finish(Answer(response: kept.response, receivedAt: kept.receivedAt))
    case 301, 302, 303, 307, 308: return follow(response, for: &exchange, at: now)
    case 401:
      let place = (exchange.current.query + exchange.current.headers).lazy.compactMap(\.secret).first?.place
      let error = ProviderError.keyRefused(status: 401, place: place ?? "the configuration")
      hosts[origin]?.refusedKey(error, policy, at: now)
      return .fail(error)
    case 403:
      hosts[origin]?.succeeded()
      return .fail(.notPermitted(status: 403, said: Redaction.said(in: response)))
    case 429, 503:
      let asked = HTTPDate.retryAfter(response.header("retry-after"), at: now)
      guard response.status == 429 || asked != nil else { fallthrough }
      // A host that does not say for how long is left alone for as long as after a row of failures.
      let until = min(asked ?? (now + policy.firstRest), now + policy.longestRetryAfter)
      if exchange.attempts < policy.attempts, until < exchange.deadline { return .wait(until: max(until, now)) }
      hosts[origin]?.asksForPeace(until: until)
      return .fail(.rateLimited(until: until))
    case 500...599:
      let error = ProviderError.status(response.status, said: Redaction.said(in: response))
      return again(exchange, after: error, at: now, unless: response.status == 501, using: &generator)
    default:
      hosts[origin]?.succeeded()
      return .fail(.status(response.status, said: Redaction.said(in: response)))
    }
  }

  /// Once more after a while, when there are attempts and time left. Only GET is sent, so a repeat does no harm.
  private mutating func again(
    _ exchange: Exchange, after error: ProviderError, at now: Timestamp, unless isFinal: Bool,
    using generator: inout some RandomNumberGenerator
  ) -> FetchStep {
    let origin = exchange.current.address.origin
    hosts[origin]?.failed(error, policy, at: now)
    guard !isFinal, exchange.attempts < policy.attempts, hosts[origin]?.refusal(policy, at: now) == nil else {
      return .fail(error)
    }
    let until = now + policy.backoff(before: exchange.attempts, using: &generator)
    return until < exchange.deadline ? .wait(until: until) : .fail(error)
  }

  /// Follows a redirect within the host: keys travel in headers and must not reach another one.
  private mutating func follow(_ response: FetchResponse, for exchange: inout Exchange, at now: Timestamp) -> FetchStep
  {
    let address = exchange.current.address
    let location = response.header("location") ?? ""
    let target: Substring
    if location.hasPrefix("/"), !location.hasPrefix("//") {
      target = location[...]
    } else if location.lowercased().hasPrefix(address.origin + "/") {
      target = location.dropFirst(address.origin.count)
    } else {
      let elsewhere = WebAddress(String(location.prefix { $0 != "?" && $0 != "#" }))?.host ?? "an unnamed place"
      return .fail(.redirected(to: elsewhere))
    }
    exchange.redirects += 1
    guard exchange.redirects <= policy.redirects, let host = WebAddress(address.origin) else {
      return .fail(.redirected(to: "itself, more than \(policy.redirects) times"))
    }
    // The query of the request stays: a redirect's own query is left out, for it may have lost the key's place.
    let path = String(target.prefix { $0 != "?" && $0 != "#" })
    exchange.current = FetchRequest(host, path, query: exchange.original.query, headers: exchange.original.headers)
    // A redirect is a step of the same attempt.
    exchange.attempts -= 1
    return begin(&exchange, at: now)
  }
}

public import Grid
public import Methods
public import Quantities

/// How one service is asked and what its answers mean. Pure: nothing here touches the network or a clock.
public protocol SignalCodec: Sendable {
  /// The name for people: `Electricity Maps`.
  var name: String { get }
  /// What to cite, with the licence of the data.
  var source: Source { get }
  /// The oldest that its newest value may be to stand for now, from its interval's start.
  var maximumAge: Span { get }
  /// What values are believed.
  var limits: SignalLimits { get }
  /// How to get a token, for services that want one.
  var login: LoginRule? { get }

  /// Why the query is not for this service; nothing when it is.
  func objection(to query: SignalQuery) -> ProviderError?

  /// The requests that answer a query, asked at `now`.
  func requests(for query: SignalQuery, at now: Timestamp) throws(ProviderError) -> [FetchRequest]

  /// The request for the page behind an answer; nothing when it was the last one.
  func next(after answer: CodecAnswer) throws(ProviderError) -> FetchRequest?

  /// The values in the answers to all requests.
  ///
  /// A missing value is left out; it is never zero. Intervals are as the service defines them.
  func signals(in answers: [CodecAnswer], for query: SignalQuery) throws(ProviderError) -> [Signal]
}

extension SignalCodec {
  public var maximumAge: Span { .hours(2) }
  public var limits: SignalLimits { SignalLimits() }
  public var login: LoginRule? { nil }
  public func next(after answer: CodecAnswer) throws(ProviderError) -> FetchRequest? { nil }
}

/// A sound answer to one of a codec's requests.
public struct CodecAnswer: Hashable, Sendable {
  /// What was asked.
  public let request: FetchRequest
  /// The answer: status 200 or 204.
  public let response: FetchResponse
  /// When it was read.
  public let receivedAt: Timestamp

  /// An answer.
  public init(_ request: FetchRequest, _ response: FetchResponse, receivedAt: Timestamp) {
    self.request = request
    self.response = response
    self.receivedAt = receivedAt
  }

  /// The answer as JSON.
  func json() throws(ProviderError) -> JSONNode {
    guard !response.body.isEmpty else { throw .noValues("came: the answer is empty") }
    return try JSONNode(answer: response.body)
  }

  /// When a value was issued: as stated, but never after it was read here. A service's clock may be ahead of ours, and
  /// what is known here has been issued.
  func issued(_ stated: Timestamp?) -> Timestamp { min(stated ?? receivedAt, receivedAt) }
}

/// How a token is got and kept.
public struct LoginRule: Sendable {
  /// The request that answers with a token.
  public let request: FetchRequest
  /// How long a token is used.
  public let lifetime: Span
  /// Takes the token out of the answer.
  let token: @Sendable (FetchResponse) throws(ProviderError) -> Credential
  /// Puts the token into a request.
  let authorize: @Sendable (inout FetchRequest, Credential) -> Void
}

extension SignalQuery {
  /// An objection to a kind that a service does not give.
  func requireKind(_ kinds: [SignalKind], of name: String) -> ProviderError? {
    kinds.contains(kind)
      ? nil : .notOffered("\(name) gives \(kinds.map(\.label).joined(separator: ", ")), not \(kind.label)")
  }

  /// Whether an interval belongs to the asked time.
  func covers(_ validity: Range<Timestamp>) -> Bool {
    switch extent {
    case .latest: true
    case .history(let range), .forecast(let range): validity.overlaps(range)
    }
  }
}

extension Range where Bound == Timestamp {
  /// The range in pieces of at most `length`, in order.
  func chunks(of length: Span, limit: Int = 100) throws(ProviderError) -> [Range<Timestamp>] {
    let count = ((upperBound - lowerBound).seconds / length.seconds).rounded(.up)
    guard count <= Double(limit) else { throw .tooManyCalls(Int(Swift.min(count, 1e9)), limit: limit) }
    var pieces: [Range<Timestamp>] = []
    var start = lowerBound
    while start < upperBound {
      let end = Swift.min(start + length, upperBound)
      pieces.append(start..<end)
      start = end
    }
    return pieces
  }
}

extension Timestamp {
  /// The last moment on a grid of whole steps since 1970 that is not later.
  func floored(to step: Span) -> Timestamp {
    let unit = Swift.max(Int64(step.seconds * 1000), 1)
    let rest = milliseconds % unit
    return Timestamp(milliseconds: milliseconds - (rest < 0 ? rest + unit : rest))
  }

  /// To the minute: `2023-12-03T10:31Z`.
  var toMinute: String { String(description.prefix(16)) + "Z" }
  /// The date: `2023-12-03`.
  var date: String { String(description.prefix(10)) }
}

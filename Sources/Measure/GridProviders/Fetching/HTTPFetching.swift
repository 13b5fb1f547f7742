/// What a server answered.
public struct FetchResponse: Hashable, Sendable {
  /// The status.
  public var status: Int
  /// The headers, in the order in which they came.
  public var headers: [Header]
  /// The body, unpacked, whole.
  public var body: [UInt8]

  /// A header line.
  public struct Header: Hashable, Sendable {
    /// The name, in any case.
    public let name: String
    /// The value, without space around it.
    public let value: String
    /// A header line.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// An answer.
  public init(status: Int, headers: [Header] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The first header of that name, in any case.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// Why there is no whole answer.
public enum FetchFailure: Error, Hashable, Sendable {
  /// The name does not resolve, the connection is refused, TLS fails: why, without the URL, which may hold a key.
  case unreachable(String)
  /// The time given for the request ran out.
  case timedOut
  /// The body is larger than the limit.
  case tooLarge
  /// The connection ended before the body did, or what came is no HTTP.
  case cutShort
  /// The task was cancelled.
  case cancelled
}

/// One exchange over the network and no more: no retry, no redirect followed, no cookie, no cache.
///
/// The adapter of a real client keeps to the limits by itself: it gives up when the total time is over even while
/// bytes drip in, and stops reading at the limit whatever the length header says.
public protocol HTTPFetching: Sendable {
  /// Sends the request and reads the answer.
  func fetch(_ request: FetchRequest, limits: FetchLimits) async throws(FetchFailure) -> FetchResponse
}

/// The place of a service: scheme, host, port and the path in front of every request's own.
public struct WebAddress: Hashable, Sendable, CustomStringConvertible {
  /// `https` or `http`.
  public let scheme: String
  /// The host's name or address.
  public let host: String
  /// The port; the scheme's own unless stated.
  public let port: Int
  /// The path, without a slash at its end: `/v3` or nothing.
  public let path: String

  /// An address written as `https://host[:port][/path]`.
  ///
  /// - Returns: nothing for another scheme, a user, a query, or a text that is no address.
  public init?(_ text: String) {
    let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, ["http", "https"].contains(parts[0].lowercased()) else { return nil }
    scheme = parts[0].lowercased()
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !parts[1].contains(where: { "?#@\\\"<>".contains($0) })
    else { return nil }
    let authority = parts[1].prefix { $0 != "/" }
    var path = String(parts[1].dropFirst(authority.count))
    while path.hasSuffix("/") { path.removeLast() }
    self.path = path
    let colon = authority.lastIndex(of: ":")
    let isBracketed = authority.hasSuffix("]")
    if let colon, !isBracketed {
      guard let port = UInt16(authority[authority.index(after: colon)...]), port > 0 else { return nil }
      self.port = Int(port)
      host = authority[..<colon].lowercased()
    } else {
      port = scheme == "https" ? 443 : 80
      host = authority.lowercased()
    }
    guard !host.isEmpty else { return nil }
  }

  /// The address of a service written in this room's source.
  init(trusted text: StaticString) {
    guard let address = WebAddress("\(text)") else { preconditionFailure("'\(text)' is no address") }
    self = address
  }

  /// Scheme, host and port: what a redirect must not leave and a budget is kept for.
  public var origin: String {
    "\(scheme)://\(host)\(port == (scheme == "https" ? 443 : 80) ? "" : ":\(port)")"
  }

  public var description: String { origin + path }
}

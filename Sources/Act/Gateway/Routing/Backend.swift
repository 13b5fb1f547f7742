/// A secret for a backend: usable by the gateway, never printed.
public struct BackendKey: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The value of the `Authorization` field, scheme included.
  let headerValue: String

  /// A key sent as `Authorization: Bearer KEY`.
  public init(bearer key: String) { headerValue = "Bearer " + key }
  /// A whole `Authorization` value, for schemes other than Bearer.
  public init(authorization value: String) { headerValue = value }

  /// Never the secret.
  public var description: String { "<secret>" }
  /// Never the secret.
  public var debugDescription: String { description }
  /// Never the secret, in `dump` neither.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What a backend is sent as `Authorization`.
public enum BackendAuthorization: Sendable, Hashable {
  /// Nothing; the caller's key stays here.
  case none
  /// The gateway's own key for this backend.
  case key(BackendKey)
  /// The caller's key as it came.
  case passesCallersKey
}

/// One model server: where it listens and how it is addressed.
public struct Backend: Sendable, Hashable, CustomStringConvertible {
  /// Name or address.
  public let host: String
  /// TCP port.
  public let port: Int
  /// What stands before `/v1` or `/v2` there, without a slash at the end.
  public let pathPrefix: String
  /// What it is sent as `Authorization`.
  public let authorization: BackendAuthorization
  /// Whether a streamed request that did not ask for its usage may be given that wish (the extra event is withheld
  /// from the caller). Turn it off for servers that refuse `stream_options`.
  public let understandsStreamUsage: Bool
  /// How its connections are protected; nil for plain HTTP.
  public let tls: BackendTLS?
  /// Whether it is reached over HTTPS.
  public var usesTLS: Bool { tls != nil }

  /// A model server reached over HTTP/1.1, in the clear unless `tls` is given.
  public init(
    host: String, port: Int, pathPrefix: String = "", authorization: BackendAuthorization = .none,
    understandsStreamUsage: Bool = true, tls: BackendTLS? = nil
  ) {
    self.host = host
    self.port = port
    var prefix = Substring(pathPrefix)
    while prefix.hasSuffix("/") { prefix.removeLast() }
    self.pathPrefix = prefix.isEmpty || prefix.hasPrefix("/") ? String(prefix) : "/" + prefix
    self.authorization = authorization
    self.understandsStreamUsage = understandsStreamUsage
    self.tls = tls
  }

  /// `host:port` as the `Host` field has it; IPv6 addresses in brackets.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// The `Host` field's value: the port is left out where it is the scheme's own (RFC 9110, section 7.2).
  var hostField: String {
    guard port == (usesTLS ? 443 : 80) else { return description }
    return host.contains(":") ? "[\(host)]" : host
  }
}

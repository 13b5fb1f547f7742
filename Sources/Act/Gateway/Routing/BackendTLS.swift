/// How connections to a backend are protected. Certificates are checked; there is no way to leave the check out.
///
/// A certificate must be for the backend's name, or for the address that was connected to: the TLS library (swift-nio-ssl)
/// takes either.
public struct BackendTLS: Sendable, Hashable {
  /// A PEM file with the certificates that are trusted; nil for the system's.
  public var trustedCertificates: String?
  /// The name that the backend's certificate must have and that it is asked for (SNI); nil for the backend's host.
  public var serverName: String?

  /// TLS with the system's certificates and the backend's host as its name, unless said otherwise.
  public init(trustedCertificates: String? = nil, serverName: String? = nil) {
    self.trustedCertificates = trustedCertificates
    self.serverName = serverName
  }
}

import NIOSSL

/// What TLS needs for each backend, made once at the start, so that an unreadable certificate is told then.
struct TLSContexts: Sendable {
  private var contexts: [BackendTLS: NIOSSLContext] = [:]

  /// - Throws: ``GatewayError`` when certificates cannot be read.
  init(_ backends: [Backend]) throws(GatewayError) {
    for tls in backends.compactMap(\.tls) where contexts[tls] == nil {
      do {
        contexts[tls] = try Self.context(tls)
      } catch {
        throw .badCertificates(tls.trustedCertificates, reason: "\(error)")
      }
    }
  }

  private static func context(_ tls: BackendTLS) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.certificateVerification = .fullVerification
    configuration.applicationProtocols = ["http/1.1"]
    if let file = tls.trustedCertificates {
      // Read here, so that a file without certificates is an error and not a backend that is never trusted.
      let certificates = try NIOSSLCertificate.fromPEMFile(file)
      guard !certificates.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
      configuration.trustRoots = .certificates(certificates)
    }
    return try NIOSSLContext(configuration: configuration)
  }

  /// The context for a backend; nil for one in the clear.
  subscript(_ backend: Backend) -> NIOSSLContext? { backend.tls.flatMap { contexts[$0] } }
}

extension BackendTLS {
  /// The handler of one connection. Addresses are checked against the certificate, too, but are no names to ask for
  /// (RFC 6066, section 3).
  static func handler(for backend: Backend, _ context: NIOSSLContext) throws -> NIOSSLClientHandler {
    let name = backend.tls?.serverName ?? backend.host
    let numbers = name.split(separator: ".")
    let isAddress = name.contains(":") || (numbers.count == 4 && numbers.allSatisfy { UInt8($0) != nil })
    return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : name)
  }
}

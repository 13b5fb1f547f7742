import NIOCore

/// An address that only this machine can reach: 127.0.0.0/8 or ::1.
enum LoopbackAddress {
  /// The socket address for a host and port.
  ///
  /// Names are not looked up: what a name stands for can change after the check. `localhost` is 127.0.0.1 by definition
  /// (RFC 6761, section 6.3).
  /// - Throws: ``GatewayError`` for anything that is not a loopback address.
  static func resolve(host: String, port: Int) throws(GatewayError) -> SocketAddress {
    let literal = isLocalhost(host) ? "127.0.0.1" : host
    guard (0...65_535).contains(port) else { throw .invalidLimit("port", "between 0 and 65535, not \(port)") }
    guard let address = try? SocketAddress(ipAddress: literal, port: port) else { throw .notAnAddress(host) }
    guard isLoopback(address) else { throw .notLoopback(host) }
    return address
  }

  /// Whether a host is the name that every machine has for itself.
  static func isLocalhost(_ host: String) -> Bool { host.lowercased() == "localhost" }

  /// The system's own spelling of an address is unambiguous: four decimal numbers, or the shortest IPv6 form.
  private static func isLoopback(_ address: SocketAddress) -> Bool {
    switch address {
    case .v4: address.ipAddress?.hasPrefix("127.") ?? false
    case .v6: address.ipAddress == "::1"
    default: false
    }
  }
}

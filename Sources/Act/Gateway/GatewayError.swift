/// Why the gateway could not start, in one or two lines with the fix.
public struct GatewayError: Error, Equatable, CustomStringConvertible {
  /// The kinds of trouble.
  public enum Code: Sendable, Hashable {
    /// The address is not a loopback address.
    case notLoopback
    /// The text is no address.
    case notAnAddress
    /// Another program has the port.
    case portInUse
    /// The system refused for another reason.
    case cannotListen
    /// A limit makes no sense.
    case invalidLimit
    /// The certificates to trust cannot be read.
    case badCertificates
  }
  /// What kind of trouble it is.
  public let code: Code
  /// What is wrong and what to do.
  public let description: String

  static func notLoopback(_ host: String) -> GatewayError {
    GatewayError(
      code: .notLoopback,
      description:
        "the gateway listens on loopback addresses only, not on \(host): callers are not authenticated yet.\n"
        + "Use 127.0.0.1 or ::1, with a proxy that authenticates in front to serve other machines.")
  }
  static func notAnAddress(_ host: String) -> GatewayError {
    GatewayError(
      code: .notAnAddress, description: "'\(host)' is not an address to listen on; use 127.0.0.1, ::1 or localhost.")
  }
  static func portInUse(_ host: String, _ port: Int) -> GatewayError {
    GatewayError(
      code: .portInUse,
      description:
        "port \(port) on \(host) is in use; stop the program that has it, or choose another port (0 picks one).")
  }
  static func cannotListen(_ host: String, _ port: Int, reason: String) -> GatewayError {
    GatewayError(code: .cannotListen, description: "cannot listen on \(host) port \(port): \(reason).")
  }
  static func badCertificates(_ file: String?, reason: String) -> GatewayError {
    GatewayError(
      code: .badCertificates,
      description: "cannot read trusted certificates from \(file ?? "the system"): \(reason).\n"
        + "Give a PEM file with at least one certificate.")
  }
  static func invalidLimit(_ name: String, _ need: String) -> GatewayError {
    GatewayError(code: .invalidLimit, description: "the gateway's \(name) must be \(need).")
  }
}

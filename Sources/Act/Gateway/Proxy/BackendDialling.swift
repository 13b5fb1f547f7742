import NIOCore
import NIOPosix

extension ClientBootstrap {
  /// Opens a connection to a backend.
  ///
  /// An address is taken as it is. `localhost` is this machine by definition (RFC 6761, section 6.3): 127.0.0.1 and,
  /// where nobody listens there, ::1. It is never looked up, so that nobody's answer leads elsewhere, and a container
  /// without a table of hosts serves as well. Other names are looked up at each connect.
  func connect(to backend: Backend) -> EventLoopFuture<any Channel> {
    if let address = try? SocketAddress(ipAddress: backend.host, port: backend.port) { return connect(to: address) }
    guard LoopbackAddress.isLocalhost(backend.host),
      let first = try? SocketAddress(ipAddress: "127.0.0.1", port: backend.port),
      let second = try? SocketAddress(ipAddress: "::1", port: backend.port)
    else { return connect(host: backend.host, port: backend.port) }
    // Nobody changes it any more, and the second connect comes after the first.
    nonisolated(unsafe) let bootstrap = self
    return connect(to: first).flatMapError { refused in
      bootstrap.connect(to: second).flatMapErrorThrowing { _ in throw refused }
    }
  }
}

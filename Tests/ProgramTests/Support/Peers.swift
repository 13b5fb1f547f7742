import Foundation

/// Servers that the tests start beside Dimmer.
extension Workspace {
  /// Starts a server that writes the port it listens on to the file it is given last.
  ///
  /// - Returns: its port.
  func startPeer(_ program: [String]) async throws -> Int {
    let name = "peer-\(UUID().uuidString).port"
    return try await port(of: try start(program: program + [file(name)]), in: name)
  }

  /// The port that a program writes to a file here once it listens.
  func port(of program: StartedProgram, in name: String) async throws -> Int {
    try await eventually("a server listens") { () -> Int? in
      guard program.isRunning else { throw TookTooLong(description: "the server ended: \(program.errorText)") }
      return text(name).flatMap { Int($0) }
    }
  }
}

/// A port that nobody has just now, for servers that cannot choose one themselves.
func freePort() throws -> Int {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let failed = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, size) != 0 || getsockname(descriptor, $0, &size) != 0
    }
  }
  guard !failed else { throw TookTooLong(description: "no port is free: \(String(cString: strerror(errno)))") }
  return Int(UInt16(bigEndian: address.sin_port))
}

import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Who serves a port")
struct PortOwnerTests {
  @Test("the kernel's table tells the socket that listens on a port, by either family, and no other")
  func table() {
    let text = """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 0100007F:2328 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 41 1 0 100 0 0 10 0
         1: 0100007F:2328 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 42 1 0 20 4 30 10 -1
         2: 00000000000000000000000001000000:2328 00000000000000000000000000000000:0000 0A 0:0 00:0 0 1000 0 43 1 0
         3: 0100007F:2329 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 44 1 0 100 0 0 10 0
        cut off: 00
      """
    #expect(PortOwner.listening(on: 9000, in: text) == [41, 43])
    #expect(PortOwner.listening(on: 9001, in: text) == [44])
    #expect(PortOwner.listening(on: 80, in: text).isEmpty && PortOwner.listening(on: 80, in: "").isEmpty)
  }

  @Test("a socket of this process is this process's, and nobody's once it is closed")
  func real() throws {
    let (listener, port) = try listen()
    #expect(PortOwner.process(listeningOn: port) == getpid())
    close(listener)
    #expect(PortOwner.process(listeningOn: port) == nil)
  }

  @Test("each of sixty servers is found: the kernel gives its table by the page, 27 lines at a time")
  func many() throws {
    let servers = try (0..<60).map { _ in try listen() }
    defer { for server in servers { close(server.listener) } }
    #expect(servers.count { PortOwner.process(listeningOn: $0.port) != getpid() } == 0)
  }

  private func listen() throws -> (listener: Int32, port: Int) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(listener >= 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(listener, generic, length) + Glibc.listen(listener, 1) + getsockname(listener, generic, &length)
      }
    }
    try #require(result == 0)
    return (listener, Int(UInt16(bigEndian: address.sin_port)))
  }
}

import Glibc
import Testing

@testable import Gateway

@Suite("A backend on localhost", .timeLimit(.minutes(2)))
struct LocalhostTests {
  /// Asks a server at `address` under the name.
  private func ask(at address: String, as name: String) async throws {
    let server = try await ModelServer(host: address) { request, reply in reply.answer(200, request.body) }
    try await withGateway(TLSBackendTests.routes(Backend(host: name, port: server.port))) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", #"{"model":"chat"}"#)
      #expect(answer.text == #"{"model":"v"}"#)
    }
    #expect(server.requests.count == 1)
    await server.stop()
  }

  @Test("is this machine, also where no table of hosts says so", arguments: ["localhost", "LOCALHOST"])
  func first(_ name: String) async throws { try await ask(at: "127.0.0.1", as: name) }

  @Test("is found where it listens on ::1 alone", .enabled(if: LocalhostTests.hasSecond, "this machine has no ::1"))
  func second() async throws { try await ask(at: "::1", as: "localhost") }

  @Test("that does not listen is refused as any other")
  func nobody() async throws {
    let server = try await ModelServer { _, _ in }
    let port = server.port
    await server.stop()
    try await withGateway(TLSBackendTests.routes(Backend(host: "localhost", port: port))) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", #"{"model":"chat"}"#)
      #expect(answer.status == 503)
    }
  }

  /// Whether ::1 can be listened at.
  private static let hasSecond: Bool = {
    let socket = Glibc.socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { return false }
    defer { close(socket) }
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_addr = in6addr_loopback
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) == 0
      }
    }
  }()
}

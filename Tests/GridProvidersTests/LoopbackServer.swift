import Foundation
import GridProviders
import Quantities
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// A real HTTP server on 127.0.0.1 that plays scripts: recorded answers, and every way of misbehaving.
final class LoopbackServer: Sendable {
  /// What the server does on a connection after it has read the request.
  enum Act: Sendable {
    /// Sends these bytes.
    case send(String)
    /// Sends a byte again and again, so many milliseconds apart, until the client is gone.
    case drip(String, everyMilliseconds: UInt32)
    /// Sends so many bytes of filling.
    case flood(Int)
  }

  /// A whole answer with its length.
  static func answer(_ status: Int, _ body: String, _ headers: [String] = [], type: String = "application/json")
    -> [Act]
  {
    let lines = [
      "HTTP/1.1 \(status) X", "Content-Type: \(type)", "Content-Length: \(body.utf8.count)", "Connection: close",
    ]
    return [.send((lines + headers).joined(separator: "\r\n") + "\r\n\r\n" + body)]
  }

  private let descriptor: Int32
  let port: Int
  private let script: @Sendable (String) -> [Act]
  private let log = Mutex<[String]>([])
  var requests: [String] { log.withLock { $0 } }
  var address: WebAddress { WebAddress("http://127.0.0.1:\(port)")! }

  init(_ script: @escaping @Sendable (String) -> [Act]) throws {
    self.script = script
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isBound = withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
    port = Int(UInt16(bigEndian: place.sin_port))
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0, let self else {
          // Closed here and nowhere else: while this thread accepts, another server must not get the number.
          if connection >= 0 { close(connection) }
          close(descriptor)
          return
        }
        Thread.detachNewThread { self.serve(connection) }
      }
    }
  }

  func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  private func serve(_ connection: Int32) {
    defer { close(connection) }
    var request: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !String(decoding: request, as: UTF8.self).contains("\r\n\r\n") {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      request += buffer[..<count]
    }
    let text = String(decoding: request, as: UTF8.self)
    log.withLock { $0.append(text) }
    func put(_ bytes: [UInt8]) -> Bool { send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count }
    for act in script(text) {
      switch act {
      case .send(let text): if !put(Array(text.utf8)) { return }
      case .drip(let text, let pause): while put(Array(text.utf8)) { usleep(pause * 1000) }
      case .flood(let count):
        let block = [UInt8](repeating: UInt8(ascii: "1"), count: 65_536)
        for _ in 0..<(count / block.count) where !put(block) { return }
      }
    }
  }
}

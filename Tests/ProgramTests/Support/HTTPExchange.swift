import Foundation

/// One HTTP/1.1 request on a connection of its own, as bytes: nothing is added and nothing hidden.
struct HTTPExchange: Sendable {
  let status: Int
  /// Header fields, names in lower case.
  let headers: [String: String]
  /// The body with its transfer coding undone.
  let body: String

  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  /// Asks `port` on loopback.
  static func ask(
    _ method: String = "GET", port: Int, _ path: String, host: String? = nil, json: String? = nil,
    headers: [String: String] = [:]
  ) async throws -> HTTPExchange {
    var lines = ["\(method) \(path) HTTP/1.1", "Host: \(host ?? "127.0.0.1:\(port)")", "Connection: close"]
    lines += headers.map { "\($0.key): \($0.value)" }
    if let json { lines += ["Content-Type: application/json", "Content-Length: \(json.utf8.count)"] }
    let request = lines.joined(separator: "\r\n") + "\r\n\r\n" + (json ?? "")
    let answer = Once<Result<Data, Failed>>()
    Thread.detachNewThread {
      answer.set(Result { () throws(Failed) in try bytes(answering: request, port: port) })
    }
    guard let bytes = await answer.value(within: .seconds(60)) else {
      throw TookTooLong(description: "\(method) \(path) on port \(port) was not answered")
    }
    return try HTTPExchange(bytes.get())
  }

  private static func bytes(answering request: String, port: Int) throws(Failed) -> Data {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failed(description: "no socket") }
    defer { close(descriptor) }
    var limit = timeval(tv_sec: 50, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    address.sin_port = UInt16(port).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else {
      throw Failed(description: "no connection to port \(port): \(String(cString: strerror(errno)))")
    }
    var rest = Array(request.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { break }
      rest = rest.dropFirst(count)
    }
    var received = Data()
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(descriptor, &chunk, chunk.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return received }
      received.append(contentsOf: chunk[0..<count])
    }
  }

  private init(_ bytes: Data) throws {
    guard let end = bytes.range(of: Data("\r\n\r\n".utf8)) else {
      throw Failed(description: "no whole HTTP answer: '\(String(decoding: bytes.prefix(200), as: UTF8.self))'")
    }
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    guard let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw Failed(description: "no status in '\(lines[0])'")
    }
    self.status = status
    let fields = lines.dropFirst().compactMap { line -> (String, String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (line[..<colon].lowercased(), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
    }
    headers = Dictionary(fields) { "\($0), \($1)" }
    let rest = Data(bytes[end.upperBound...])
    body = String(decoding: headers["transfer-encoding"] == "chunked" ? Self.unchunked(rest) : rest, as: UTF8.self)
  }

  private static func unchunked(_ bytes: Data) -> Data {
    var whole = Data()
    var rest = bytes
    while let line = rest.range(of: Data("\r\n".utf8)),
      let count = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16), count > 0
    {
      whole.append(rest[line.upperBound...].prefix(count))
      rest = Data(rest[line.upperBound...].dropFirst(count + 2))
    }
    return whole
  }

  /// The body as JSON.
  func document() throws -> JSON { try JSON(body) }
}

import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// `http://host:port/path`, numbers or a name for the host.
public struct HTTPAddress: Hashable, Sendable {
  /// The host.
  public let host: String
  /// The port, 80 when none is given.
  public let port: UInt16
  /// The path, `/metrics` when none is given.
  public let path: String

  /// Reads an address; `nil` for any other kind of address.
  public init?(_ text: String) {
    guard text.hasPrefix("http://"), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    let rest = text.dropFirst(7)
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    let path = String(rest[slash...])
    self.path = path.isEmpty || path == "/" ? "/metrics" : path
    let parts = rest[..<slash].split(separator: ":", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let host = parts.first, !host.isEmpty else { return nil }
    self.host = String(host)
    guard parts.count == 2 else {
      port = 80
      return
    }
    guard let port = UInt16(parts[1]), port > 0 else { return nil }
    self.port = port
  }
}

/// One page over HTTP/1.0, in the calling thread, within a time limit: enough for an exporter beside us.
enum HTTPFetch {
  /// More than this is no exporter's page.
  static let largestPage = 8 << 20

  /// Finds the host once, for looking up a name knows no limit, and gives a function that gets the page.
  static func fetcher(
    _ address: HTTPAddress, patience: Quantities.Span
  ) throws(MeteringError) -> PrometheusSource.Fetcher {
    let target = try resolve(address)
    return { get(address, target, patience) }
  }

  /// A socket address's bytes and family.
  struct Target: Sendable {
    let family: Int32
    let bytes: [UInt8]
  }

  private static func resolve(_ address: HTTPAddress) throws(MeteringError) -> Target {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(address.host, "\(address.port)", &hints, &list)
    defer { if list != nil { freeaddrinfo(list) } }
    guard code == 0, let first = list?.pointee, let bytes = first.ai_addr else {
      throw MeteringError("\(address.host): \(code == 0 ? "no address" : String(cString: gai_strerror(code)))")
    }
    return Target(
      family: first.ai_family, bytes: Array(UnsafeRawBufferPointer(start: bytes, count: Int(first.ai_addrlen))))
  }

  static func get(
    _ address: HTTPAddress, _ target: Target, _ patience: Quantities.Span
  ) -> Result<[UInt8], MeteringError> {
    let end = Clocks.monotonic.nanoseconds + UInt64(max(patience.seconds, 0) * 1e9)
    let place = "http://\(address.host):\(address.port)\(address.path)"
    func failure(_ why: String) -> Result<[UInt8], MeteringError> { .failure(MeteringError("\(place): \(why)")) }
    let descriptor = socket(
      target.family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { return failure(errorText(errno)) }
    defer { close(descriptor) }
    let connected = target.bytes.withUnsafeBytes { bytes in
      connect(descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
    }
    if connected != 0, errno != EINPROGRESS { return failure(errorText(errno)) }
    var request = Array("GET \(address.path) HTTP/1.0\r\nHost: \(address.host)\r\nAccept: text/plain\r\n\r\n".utf8)[...]
    while !request.isEmpty {
      guard wait(descriptor, Int16(POLLOUT), until: end) else { return failure(late(patience)) }
      let sent = request.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if sent < 0 {
        if errno == EAGAIN || errno == EINTR { continue }
        return failure(errorText(errno))
      }
      request = request.dropFirst(sent)
    }
    var answer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      guard wait(descriptor, Int16(POLLIN), until: end) else { return failure(late(patience)) }
      let count = recv(descriptor, &chunk, chunk.count, 0)
      if count == 0 { break }
      if count < 0 {
        if errno == EAGAIN || errno == EINTR { continue }
        return failure(errorText(errno))
      }
      answer += chunk[0..<count]
      guard answer.count <= largestPage else { return failure("the page is larger than \(largestPage >> 20) MiB") }
    }
    return body(answer).map { .success($0) }
      ?? failure("it answers with something else than a page: \(firstLine(answer))")
  }

  /// What follows the headers of an answer with status 200; `nil` for anything else.
  static func body(_ answer: [UInt8]) -> [UInt8]? {
    guard answer.starts(with: Array("HTTP/1.".utf8)), answer.count > 12,
      answer[9..<12].elementsEqual(Array("200".utf8))
    else { return nil }
    let empty = Array("\r\n\r\n".utf8)
    var index = 0
    while index + 4 <= answer.count {
      if answer[index..<index + 4].elementsEqual(empty) { return Array(answer[(index + 4)...]) }
      index += 1
    }
    return nil
  }

  private static func firstLine(_ answer: [UInt8]) -> String {
    String(decoding: answer.prefix { $0 != 0x0D && $0 != 0x0A }.prefix(80), as: UTF8.self)
  }

  private static func late(_ patience: Quantities.Span) -> String {
    "no answer within \(Int((patience.seconds * 1000).rounded())) ms"
  }

  private static func wait(_ descriptor: Int32, _ events: Int16, until end: UInt64) -> Bool {
    while true {
      let now = Clocks.monotonic.nanoseconds
      guard now < end else { return false }
      var entry = pollfd(fd: descriptor, events: events, revents: 0)
      let ready = poll(&entry, 1, Int32(clamping: (end - now + 999_999) / 1_000_000))
      if ready > 0 { return true }
      if ready < 0, errno != EINTR { return false }
    }
  }
}

/// HTTP/1.1 requests by the letter of RFC 9112, read whole and slowly: the reader that the gateway's framing is held
/// against. What it cannot judge with certainty it leaves open.
struct StrictHTTP {
  struct Request: Equatable {
    let method: String
    let target: String
    let body: [UInt8]
    /// Whether another request may follow on the connection.
    let mayBeFollowed: Bool
  }

  enum Ending: Equatable {
    /// The bytes end between two requests.
    case clean
    /// The bytes end within a request.
    case cut
    /// The framing is broken; nothing after this place is a request.
    case broken
    /// Unusual, and read differently by good servers: line ends without CR, spaces, tabs, CONNECT and its like.
    case open
  }

  private(set) var requests: [Request] = []
  private(set) var ending = Ending.clean

  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    while index < bytes.count {
      switch readRequest() {
      case .success(let request):
        requests.append(request)
        if !request.mayBeFollowed { return }
      case .failure(let stop):
        ending = stop.ending
        return
      }
    }
  }

  private struct Stop: Error { let ending: Ending }

  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  /// Methods whose reading nobody disputes.
  private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]

  /// The next line without its CRLF.
  private mutating func line() throws(Stop) -> ArraySlice<UInt8> {
    var end = index
    while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
    guard end + 1 < bytes.count else {
      // A lone LF or CR at the very end may be anything yet.
      throw Stop(ending: end < bytes.count ? .open : .cut)
    }
    guard bytes[end] == 0x0D, bytes[end + 1] == 0x0A else { throw Stop(ending: .open) }
    defer { index = end + 2 }
    return bytes[index..<end]
  }

  private mutating func readRequest() -> Result<Request, Stop> {
    do throws(Stop) {
      return .success(try request())
    } catch {
      return .failure(error)
    }
  }

  private mutating func request() throws(Stop) -> Request {
    let words = try line().split(separator: 0x20, omittingEmptySubsequences: false)
    guard words.count == 3, let method = String(validating: words[0], as: UTF8.self), Self.methods.contains(method),
      words[1].first == UInt8(ascii: "/"), words[1].allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x23 }),
      words[2].elementsEqual("HTTP/1.1".utf8)
    else { throw Stop(ending: .open) }
    var fields: [(name: String, value: String)] = []
    while true {
      let field = try line()
      if field.isEmpty { break }
      fields.append(try Self.field(field))
    }
    let target = String(decoding: words[1], as: UTF8.self)
    let values = { (name: String) in fields.filter { $0.name == name }.map(\.value) }
    // What an upgrade does to the rest of the connection depends on the server.
    guard values("upgrade").isEmpty, values("expect").isEmpty else { throw Stop(ending: .open) }
    let body = try body(values("content-length"), values("transfer-encoding"))
    let connection = values("connection").map { $0.lowercased() }
    guard connection.allSatisfy({ ["close", "keep-alive"].contains($0) }), connection.count <= 1 else {
      throw Stop(ending: .open)
    }
    return Request(method: method, target: target, body: body, mayBeFollowed: connection != ["close"])
  }

  private static func field(_ line: ArraySlice<UInt8>) throws(Stop) -> (String, String) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
      line[..<colon].allSatisfy(isToken)
    else { throw Stop(ending: .broken) }
    let value = line[(colon + 1)...]
    guard value.allSatisfy({ $0 == 0x09 || (0x20...0x7E).contains($0) }) else { throw Stop(ending: .open) }
    let trimmed = value.drop { $0 == 0x20 || $0 == 0x09 }.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed()
    return (
      String(decoding: line[..<colon], as: UTF8.self).lowercased(), String(decoding: Array(trimmed), as: UTF8.self)
    )
  }

  /// The body, read past.
  private mutating func body(_ lengths: [String], _ codings: [String]) throws(Stop) -> [UInt8] {
    if !codings.isEmpty {
      guard lengths.isEmpty, codings.map({ $0.lowercased() }) == ["chunked"] else { throw Stop(ending: .broken) }
      return try chunks()
    }
    guard let text = lengths.first else { return [] }
    guard lengths.allSatisfy({ $0 == text }) else { throw Stop(ending: .broken) }
    // A length said twice in the same way may be refused or taken.
    guard lengths.count == 1 else { throw Stop(ending: .open) }
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(text) else {
      throw Stop(ending: .broken)
    }
    guard length <= bytes.count - index else { throw Stop(ending: .cut) }
    defer { index += length }
    return Array(bytes[index..<(index + length)])
  }

  private mutating func chunks() throws(Stop) -> [UInt8] {
    var body: [UInt8] = []
    while true {
      let size = try line()
      // Extensions and spaces are read differently.
      guard !size.isEmpty, size.count <= 8 else { throw Stop(ending: size.isEmpty ? .broken : .open) }
      guard let length = Int(String(decoding: size, as: UTF8.self), radix: 16), size.allSatisfy(Self.isToken) else {
        throw Stop(ending: size.contains(UInt8(ascii: ";")) || size.contains(0x20) ? .open : .broken)
      }
      guard size.first != UInt8(ascii: "+"), size.first != UInt8(ascii: "-") else { throw Stop(ending: .broken) }
      if length == 0 { break }
      guard length <= bytes.count - index else { throw Stop(ending: .cut) }
      body += bytes[index..<(index + length)]
      index += length
      guard try line().isEmpty else { throw Stop(ending: .broken) }
    }
    while try !line().isEmpty { throw Stop(ending: .open) }
    return body
  }
}

public import Quantities

/// One GET request, with its secrets apart, so that it can be shown.
public struct FetchRequest: Hashable, Sendable, CustomStringConvertible {
  /// A part of the query or a header.
  public struct Field: Hashable, Sendable {
    /// Its name.
    public let name: String
    let prefix: String
    let secret: Credential?

    /// A field that may be shown.
    public init(_ name: String, _ value: String) {
      self.name = name
      prefix = value
      secret = nil
    }

    /// A field with a secret behind an open beginning: `Bearer ` and a token.
    public init(_ name: String, _ secret: Credential, after prefix: String = "") {
      self.name = name
      self.prefix = prefix
      self.secret = secret
    }

    /// The value in clear.
    var value: String { prefix + (secret?.revealed ?? "") }
    var shown: String { prefix + (secret == nil ? "" : "***") }
  }

  /// Where the service is.
  public let address: WebAddress
  /// The path behind the address's own, with a slash in front.
  public let path: String
  /// The query, in order.
  public var query: [Field]
  /// The headers. `Accept` is one of them; host, connection and encoding are the transport's.
  public var headers: [Field]

  /// A request for a path at an address.
  public init(_ address: WebAddress, _ path: String, query: [Field] = [], headers: [Field] = []) {
    self.address = address
    self.path = path
    self.query = query
    self.headers = headers
  }

  /// The URL in clear, keys included: for the transport, never for a log.
  public var url: String { address.description + target(\.value) }

  /// Path and query as they stand in the request line, in clear.
  public var requestTarget: String { address.path + target(\.value) }

  /// The headers in clear, for the transport.
  public var headerPairs: [(name: String, value: String)] { headers.map { ($0.name, $0.value) } }

  /// The request without its secrets.
  public var description: String { "GET " + address.description + target(\.shown) }

  private func target(_ value: (Field) -> String) -> String {
    let text = query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode(value($0), also: "*"))" }
    return PercentEncoding.encode(path, also: "/:") + (text.isEmpty ? "" : "?" + text.joined(separator: "&"))
  }

  /// The secrets as they can come back in an answer that echoes the request.
  var secrets: [String] {
    (query + headers).compactMap(\.secret).flatMap { [$0.revealed, PercentEncoding.encode($0.revealed)] }
  }
}

/// How long and how much of an answer is waited for.
public struct FetchLimits: Hashable, Sendable {
  /// The longest time until connected.
  public var connect: Span
  /// The longest time until the whole answer is there.
  public var total: Span
  /// The most bytes of the body that are read.
  public var maximumBytes: Int

  /// 5 s to connect, 15 s in all, 16 MiB: far above any documented answer (a year of hourly values is under 2 MiB).
  public init(connect: Span = .seconds(5), total: Span = .seconds(15), maximumBytes: Int = 16 * 1_048_576) {
    self.connect = connect
    self.total = total
    self.maximumBytes = maximumBytes
  }
}

/// Percent-encoding (RFC 3986).
enum PercentEncoding {
  private static let hexadecimal = Array("0123456789ABCDEF".utf8)

  /// All but letters, digits, `-._~` and what is named is written as `%XX`.
  static func encode(_ text: String, also allowed: String = "") -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      let isPlain =
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || "-._~".utf8.contains(byte) || allowed.utf8.contains(byte)
      bytes += isPlain ? [byte] : [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Takes keys out of what a server sends back before anybody sees it, and makes short texts of the rest.
enum Redaction {
  /// The answer with every secret replaced. A server that echoes the request must not carry a key into an error.
  static func redacted(_ response: FetchResponse, _ secrets: [String]) -> FetchResponse {
    let needles = secrets.filter { !$0.isEmpty }.map { Array($0.utf8) }
    guard !needles.isEmpty else { return response }
    var result = response
    for needle in needles { result.body = replaced(needle, in: result.body) }
    result.headers = response.headers.map { header in
      .init(
        header.name,
        needles.reduce(header.value) { text, needle in
          String(decoding: replaced(needle, in: Array(text.utf8)), as: UTF8.self)
        })
    }
    return result
  }

  /// One printable line of at most 120 characters.
  static func excerpt(_ text: String, without secrets: [String] = []) -> String {
    var bytes = Array(text.utf8.prefix(2000))
    for secret in secrets where !secret.isEmpty { bytes = replaced(Array(secret.utf8), in: bytes) }
    let words = String(decoding: bytes, as: UTF8.self).split { $0.isWhitespace }
    let line = words.joined(separator: " ").unicodeScalars.filter { $0.isASCII && $0.value >= 0x20 && $0.value != 0x7F }
    return String(String(String.UnicodeScalarView(line)).prefix(120))
  }

  /// What an answer that means failure says in words; nothing for a web page.
  static func said(in response: FetchResponse) -> String {
    switch BodyKind.of(response.body) {
    case .html, .xml, .empty: return ""
    case .json, .other: return excerpt(String(decoding: response.body.prefix(2000), as: UTF8.self))
    }
  }

  private static func replaced(_ needle: [UInt8], in bytes: [UInt8]) -> [UInt8] {
    guard needle.count <= bytes.count, let first = needle.first else { return bytes }
    var result: [UInt8]?
    var copied = 0
    var index = 0
    while index + needle.count <= bytes.count {
      if bytes[index] == first, bytes[index..<(index + needle.count)].elementsEqual(needle) {
        result = (result ?? []) + bytes[copied..<index] + Array("***".utf8)
        index += needle.count
        copied = index
      } else {
        index += 1
      }
    }
    return result.map { $0 + bytes[copied...] } ?? bytes
  }
}

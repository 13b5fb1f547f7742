import Glibc

/// Where a `multipart/form-data` body (RFC 7578) names its model, so that the name alone can be replaced.
///
/// Of a part named twice the last counts, as in the parsers of Python's model servers. Files are passed over with the
/// C library's search, not read.
struct FormScan: Equatable {
  /// The model's name and the place of its bytes; nil when there is no such part or it is no text of one line.
  private(set) var model: (name: String, range: Range<Int>)?
  /// Whether the part `stream` says true.
  private(set) var isStreamed = false
  /// Whether the body is a form with this boundary from its beginning to its end.
  private(set) var isWhole = false

  static func == (left: FormScan, right: FormScan) -> Bool {
    left.model?.name == right.model?.name && left.model?.range == right.model?.range
      && left.isStreamed == right.isStreamed && left.isWhole == right.isWhole
  }

  /// The boundary of a form's `Content-Type`; nil when it is no form or has none (RFC 2046: 1 to 70 characters).
  static func boundary(ofContentType value: String?) -> [UInt8]? {
    guard let value, HeaderRules.isMediaType(value, "multipart/form-data"),
      let found = parameter("boundary", of: value), (1...70).contains(found.utf8.count)
    else { return nil }
    return Array(found.utf8)
  }

  /// Longest model name looked at.
  private static let longestValue = 1024
  /// Longest header of a part; a form beyond this is not understood.
  private static let longestHead = 16 << 10

  /// Reads a whole body.
  init(_ body: UnsafeRawBufferPointer, boundary: [UInt8]) {
    let dashes = [0x2D, 0x2D] + boundary
    let delimiter = [0x0D, 0x0A] + dashes
    // The first delimiter may stand at the very beginning, without a line end before it.
    var index = 0
    if !Self.matches(dashes, body, 0) {
      guard let found = Self.find(delimiter, in: body, from: 0) else { return }
      index = found + 2
    }
    index += dashes.count
    while true {
      if Self.matches([0x2D, 0x2D], body, index) {
        isWhole = true
        return
      }
      // Padding after a boundary is allowed.
      while index < body.count, body[index] == 0x20 || body[index] == 0x09 { index += 1 }
      guard Self.matches([0x0D, 0x0A], body, index) else { return }
      // From the line end on, so that a part without header fields is one, too.
      guard let head = Self.find([0x0D, 0x0A, 0x0D, 0x0A], in: body, from: index), head - index <= Self.longestHead,
        let end = Self.find(delimiter, in: body, from: head + 2)
      else { return }
      take(body, head: index..<head, value: (head + 4)..<max(head + 4, end))
      index = end + delimiter.count
    }
  }

  private mutating func take(_ body: UnsafeRawBufferPointer, head: Range<Int>, value: Range<Int>) {
    let lines = String(decoding: body[head], as: UTF8.self).split(separator: "\r\n")
    let field = lines.first { $0.prefix { $0 != ":" }.lowercased() == "content-disposition" }
    guard let field, let name = Self.parameter("name", of: String(field.drop { $0 != ":" }.dropFirst())) else { return }
    switch name {
    case "model":
      model = nil
      // Bytes that are no UTF-8 would be repaired: that name would be another than the one that stands there.
      if value.count <= Self.longestValue, let text = String(validating: body[value], as: UTF8.self),
        !text.isEmpty, !text.utf8.contains(where: { $0 < 0x20 })
      {
        model = (text, value)
      }
    case "stream": isStreamed = value.count == 4 && String(decoding: body[value], as: UTF8.self).lowercased() == "true"
    default: break
    }
  }

  /// A parameter of a header field's value, its quotes taken away.
  private static func parameter(_ name: String, of value: String) -> String? {
    var rest = Substring(value)
    while let semicolon = rest.firstIndex(of: ";") {
      rest = rest[rest.index(after: semicolon)...].drop { $0 == " " || $0 == "\t" }
      let key = rest.prefix { $0 != "=" && $0 != ";" }
      rest = rest[key.endIndex...]
      guard rest.first == "=" else { continue }
      rest = rest.dropFirst()
      var text = ""
      if rest.first == "\"" {
        rest = rest.dropFirst()
        while let character = rest.popFirst(), character != "\"" {
          text.append(character == "\\" ? rest.popFirst() ?? character : character)
        }
      } else {
        let bare = rest.prefix { $0 != ";" && $0 != " " && $0 != "\t" }
        rest = rest[bare.endIndex...]
        text = String(bare)
      }
      if key.lowercased() == name { return text }
    }
    return nil
  }

  private static func matches(_ wanted: [UInt8], _ body: UnsafeRawBufferPointer, _ start: Int) -> Bool {
    start + wanted.count <= body.count && body[start..<(start + wanted.count)].elementsEqual(wanted)
  }

  /// The next place of `wanted`, found by its first byte.
  private static func find(_ wanted: [UInt8], in body: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard let base = body.baseAddress else { return nil }
    var index = start
    while index + wanted.count <= body.count {
      guard let found = memchr(base + index, Int32(wanted[0]), body.count - index) else { return nil }
      index = UnsafeRawPointer(found) - base
      if matches(wanted, body, index) { return index }
      index += 1
    }
    return nil
  }
}

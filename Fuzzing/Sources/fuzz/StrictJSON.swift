/// JSON as RFC 8259 has it, read whole and strictly: the reader that the scanner is held against. It keeps repeated keys
/// and the text of numbers; lone surrogates become U+FFFD.
indirect enum StrictJSON: Equatable {
  case object([Member])
  case array([StrictJSON])
  case string(String)
  /// A number, `true`, `false` or `null`, as written.
  case literal(String)

  struct Member: Equatable {
    let key: String
    var value: StrictJSON
    /// The bytes between the quotes of a text as written; the scanner keeps no more than so many.
    let rawKeyLength: Int
    var rawValueLength: Int
  }

  /// Deeper texts are not judged.
  static let maximumDepth = 200

  /// The text as one whole value; nil when it is none, is not UTF-8 or is too deep.
  init?(_ bytes: [UInt8]) {
    guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
    var reader = Reader(bytes: bytes)
    reader.skipSpace()
    guard let value = reader.value(depth: 1) else { return nil }
    reader.skipSpace()
    guard reader.index == bytes.count else { return nil }
    self = value
  }

  /// The members, when it is an object.
  var members: [Member]? { if case .object(let members) = self { members } else { nil } }

  private struct Reader {
    let bytes: [UInt8]
    var index = 0
    var lastTextLength = 0

    var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func skipSpace() {
      while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { index += 1 }
    }

    mutating func take(_ byte: UInt8) -> Bool {
      guard next == byte else { return false }
      index += 1
      return true
    }

    mutating func value(depth: Int) -> StrictJSON? {
      guard depth <= StrictJSON.maximumDepth, let byte = next else { return nil }
      switch byte {
      case UInt8(ascii: "{"): return object(depth)
      case UInt8(ascii: "["): return array(depth)
      case UInt8(ascii: "\""): return text().map { .string($0) }
      default: return literal()
      }
    }

    private mutating func object(_ depth: Int) -> StrictJSON? {
      index += 1
      var members: [Member] = []
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object([]) }
      repeat {
        skipSpace()
        guard next == UInt8(ascii: "\""), let key = text() else { return nil }
        let keyLength = lastTextLength
        skipSpace()
        guard take(UInt8(ascii: ":")) else { return nil }
        skipSpace()
        guard let value = value(depth: depth + 1) else { return nil }
        members.append(Member(key: key, value: value, rawKeyLength: keyLength, rawValueLength: lastTextLength))
        skipSpace()
      } while take(UInt8(ascii: ","))
      return take(UInt8(ascii: "}")) ? .object(members) : nil
    }

    private mutating func array(_ depth: Int) -> StrictJSON? {
      index += 1
      var items: [StrictJSON] = []
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array([]) }
      repeat {
        skipSpace()
        guard let item = value(depth: depth + 1) else { return nil }
        items.append(item)
        skipSpace()
      } while take(UInt8(ascii: ","))
      return take(UInt8(ascii: "]")) ? .array(items) : nil
    }

    private mutating func literal() -> StrictJSON? {
      let start = index
      for word in ["true", "false", "null"] where bytes[index...].starts(with: word.utf8) {
        index += word.utf8.count
        return .literal(word)
      }
      _ = take(UInt8(ascii: "-"))
      if !take(UInt8(ascii: "0")) { guard digits() else { return nil } }
      if take(UInt8(ascii: ".")) { guard digits() else { return nil } }
      if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
        if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
        guard digits() else { return nil }
      }
      return .literal(String(decoding: bytes[start..<index], as: UTF8.self))
    }

    private mutating func digits() -> Bool {
      let start = index
      while let byte = next, (0x30...0x39).contains(byte) { index += 1 }
      return index > start
    }

    private mutating func text() -> String? {
      index += 1
      let start = index
      var result = String.UnicodeScalarView()
      var plain = index
      func flushed(_ reader: Reader) -> String.UnicodeScalarView {
        String(decoding: reader.bytes[plain..<reader.index], as: UTF8.self).unicodeScalars
      }
      while let byte = next {
        if byte == UInt8(ascii: "\"") {
          result.append(contentsOf: flushed(self))
          lastTextLength = index - start
          index += 1
          return String(result)
        }
        guard byte >= 0x20 else { return nil }
        guard byte == UInt8(ascii: "\\") else {
          index += 1
          continue
        }
        result.append(contentsOf: flushed(self))
        index += 1
        guard let scalar = escape() else { return nil }
        result.append(scalar)
        plain = index
      }
      return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
      guard let letter = next else { return nil }
      index += 1
      switch letter {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
      case UInt8(ascii: "b"): return "\u{8}"
      case UInt8(ascii: "f"): return "\u{C}"
      case UInt8(ascii: "n"): return "\n"
      case UInt8(ascii: "r"): return "\r"
      case UInt8(ascii: "t"): return "\t"
      case UInt8(ascii: "u"): break
      default: return nil
      }
      guard let first = unit() else { return nil }
      if let scalar = Unicode.Scalar(first) { return scalar }
      let place = index
      if first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
        // A second half that is no hexadecimal number is found wrong when it is read on its own.
        if let second = unit(), (0xDC00...0xDFFF).contains(second) {
          return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        }
      }
      index = place
      return "\u{FFFD}"
    }

    private mutating func unit() -> UInt32? {
      guard index + 4 <= bytes.count else { return nil }
      var value: UInt32 = 0
      for byte in bytes[index..<(index + 4)] {
        switch byte {
        case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
        case 0x41...0x46: value = value << 4 | UInt32(byte - 0x41 + 10)
        case 0x61...0x66: value = value << 4 | UInt32(byte - 0x61 + 10)
        default: return nil
        }
      }
      index += 4
      return value
    }
  }
}

/// Reads and writes the text of JSON strings.
enum JSONText {
  /// The text of a string's raw bytes between the quotes; nil when an escape is not one of JSON's.
  static func decoded(_ raw: [UInt8]) -> String? {
    guard raw.contains(0x5C) else { return String(decoding: raw, as: UTF8.self) }
    var units: [UInt8] = []
    units.reserveCapacity(raw.count)
    var index = 0
    while index < raw.count {
      let byte = raw[index]
      index += 1
      guard byte == 0x5C else {
        units.append(byte)
        continue
      }
      guard index < raw.count else { return nil }
      let escape = raw[index]
      index += 1
      switch escape {
      case 0x22, 0x5C, 0x2F: units.append(escape)
      case UInt8(ascii: "b"): units.append(8)
      case UInt8(ascii: "f"): units.append(12)
      case UInt8(ascii: "n"): units.append(10)
      case UInt8(ascii: "r"): units.append(13)
      case UInt8(ascii: "t"): units.append(9)
      case UInt8(ascii: "u"):
        guard let scalar = scalar(raw, &index) else { return nil }
        units.append(contentsOf: Array(String(Character(scalar)).utf8))
      default: return nil
      }
    }
    return String(decoding: units, as: UTF8.self)
  }

  /// The text as a JSON string with its quotes; only what JSON demands is escaped.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// The scalar of `XXXX` after `\u`, with its second half when it is a surrogate; a lone half becomes U+FFFD.
  private static func scalar(_ raw: [UInt8], _ index: inout Int) -> Unicode.Scalar? {
    guard let first = unit(raw, index) else { return nil }
    index += 4
    if let plain = Unicode.Scalar(first) { return plain }
    if first < 0xDC00, index + 1 < raw.count, raw[index] == 0x5C, raw[index + 1] == UInt8(ascii: "u"),
      let second = unit(raw, index + 2), (0xDC00...0xDFFF).contains(second)
    {
      index += 6
      return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    }
    return "\u{FFFD}"
  }

  private static func unit(_ raw: [UInt8], _ start: Int) -> UInt32? {
    guard start + 4 <= raw.count else { return nil }
    var value: UInt32 = 0
    for byte in raw[start..<(start + 4)] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}

extension JSONTokenizer {
  /// Whether the last token's text is `name`, however it was escaped.
  func text(is name: StaticString) -> Bool {
    guard !textIsCut else { return false }
    if !textHasEscapes {
      guard text.count == name.utf8CodeUnitCount else { return false }
      return text.withUnsafeBytes { bytes in
        name.withUTF8Buffer { wanted in bytes.elementsEqual(wanted) }
      }
    }
    return JSONText.decoded(text) == name.description
  }

  /// The last literal as a whole number; nil when it is none or does not fit.
  var wholeNumber: Int? {
    guard !textIsCut, !text.isEmpty, text.count <= 18 else { return nil }
    var value = 0
    for byte in text {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }
}

/// Values of a journal line: what would end a value or a line is written as `%` and two hexadecimal digits.
enum PercentText {
  private static let digits = Array("0123456789abcdef".utf8)

  /// `text` for use as a value.
  static func encode(_ text: String, isReserved: (UInt8) -> Bool = PercentText.isReserved) -> String {
    guard text.utf8.contains(where: isReserved) else { return text }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 8)
    for byte in text.utf8 {
      if isReserved(byte) {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The text behind a value; `nil` when a `%` is not followed by two digits.
  static func decode(_ value: some Sequence<UInt8>) -> String? {
    var bytes: [UInt8] = []
    var iterator = value.makeIterator()
    while let byte = iterator.next() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = iterator.next().flatMap(digit), let low = iterator.next().flatMap(digit) else { return nil }
      bytes.append(high << 4 | low)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Several words as one text: spaces inside a word are encoded, so that the words come back whole.
  static func join(_ words: [String]) -> String {
    words.map { encode($0, isReserved: { $0 == 0x20 || $0 == UInt8(ascii: "%") }) }.joined(separator: " ")
  }

  /// The words of a joined text; an empty word is kept.
  static func split(_ text: String) -> [String] {
    guard !text.isEmpty else { return [] }
    return text.split(separator: " ", omittingEmptySubsequences: false).map { decode($0.utf8) ?? String($0) }
  }

  static func isReserved(_ byte: UInt8) -> Bool {
    byte <= 0x20 || byte == 0x7F || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "=")
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}

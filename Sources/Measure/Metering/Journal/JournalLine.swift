/// One line: a kind and its values by key, in order.
struct JournalLine: Hashable {
  let kind: String
  private(set) var fields: [(key: String, value: String)] = []

  init(_ kind: String) { self.kind = kind }

  mutating func set(_ key: String, _ value: some CustomStringConvertible) {
    fields.append((key, value.description))
  }
  mutating func set(_ key: String, _ value: (some CustomStringConvertible)?) {
    if let value { fields.append((key, value.description)) }
  }

  subscript(key: String) -> String? { fields.first { $0.key == key }?.value }
  func integer<N: FixedWidthInteger>(_ key: String) -> N? { self[key].flatMap { N($0) } }
  func numbers<N: FixedWidthInteger>(_ key: String, count: Int) -> [N]? {
    guard let parts = self[key]?.split(separator: ",", omittingEmptySubsequences: false), parts.count == count else {
      return nil
    }
    let numbers = parts.compactMap { N($0) }
    return numbers.count == count ? numbers : nil
  }

  static func == (left: JournalLine, right: JournalLine) -> Bool {
    left.kind == right.kind && left.fields.elementsEqual(right.fields, by: ==)
  }
  func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    for field in fields {
      hasher.combine(field.key)
      hasher.combine(field.value)
    }
  }

  /// The line as bytes, its end included: `<checksum of the rest> <sequence> <kind> key=value …`.
  func bytes(sequence: UInt64) -> [UInt8] {
    var text = ByteText()
    append(to: &text, sequence: sequence)
    return text.bytes
  }

  /// Appends what ``bytes(sequence:)`` gives.
  func append(to text: inout ByteText, sequence: UInt64) {
    let start = text.beginLine()
    text.append(sequence)
    text.append(byte: 0x20)
    text.append(self.text)
    text.endLine(start)
  }

  /// Reads a line without its end.
  ///
  /// - Returns: the sequence number and the line, or `nil` for a line that is damaged.
  static func parse(_ bytes: ArraySlice<UInt8>) -> (sequence: UInt64, line: JournalLine)? {
    guard bytes.count > 9, bytes[bytes.startIndex + 8] == UInt8(ascii: " ") else { return nil }
    let body = bytes.dropFirst(9)
    guard bytes.prefix(8).elementsEqual(CRC32C.hexadecimal(CRC32C.checksum(body))) else { return nil }
    let words = body.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard words.count >= 2, let sequence = UInt64(String(decoding: words[0], as: UTF8.self)) else { return nil }
    var line = JournalLine(String(decoding: words[1], as: UTF8.self))
    for word in words.dropFirst(2) {
      guard let equals = word.firstIndex(of: UInt8(ascii: "=")), let key = PercentText.decode(word[..<equals]),
        let value = PercentText.decode(word[(equals + 1)...])
      else { return nil }
      line.fields.append((key, value))
    }
    return (sequence, line)
  }
}

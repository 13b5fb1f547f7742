/// The small texts that kernel files hold.
public enum KernelText {
  /// A decimal number with nothing but a line end behind it; anything else, also nothing at all, is no number.
  public static func number(_ bytes: some Sequence<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    var digits = 0
    var ended = false
    for byte in bytes {
      if byte == 0x0A || byte == 0x20 {
        ended = true
      } else if (0x30...0x39).contains(byte), !ended {
        let (scaled, tooLarge) = value.multipliedReportingOverflow(by: 10)
        let (sum, tooLargeNow) = scaled.addingReportingOverflow(UInt64(byte - 0x30))
        if tooLarge || tooLargeNow { return nil }
        value = sum
        digits += 1
      } else {
        return nil
      }
    }
    return digits > 0 ? value : nil
  }

  /// Why a file gave no number: the kernel's reason, or that it holds none.
  static func failure(_ number: Int32, of file: String) -> String {
    number == 0 ? "\(file) holds no number" : "\(file): \(errorText(number))"
  }

  /// How many processors a list such as `0-3,8` names; `nil` when it is not such a list.
  public static func list(_ text: some StringProtocol) -> [Int]? {
    var members: [Int] = []
    for part in text.split(separator: ",") {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0.trimmed) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last, last < 1 << 20
      else { return nil }
      members += first...last
    }
    return members.isEmpty ? nil : members
  }
}

/// Reads numbers and words from bytes without making any text of them.
struct ByteScanner {
  private let bytes: UnsafeRawBufferPointer
  private(set) var position: Int

  init(_ bytes: UnsafeRawBufferPointer, from position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  /// The next decimal number after spaces, with its sign lost: `-1` reads as 1. `nil` when the next word is none.
  mutating func number() -> UInt64? {
    skipSpaces()
    if position < bytes.count, bytes[position] == 0x2D { position += 1 }
    var value: UInt64 = 0
    let start = position
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      value = value &* 10 &+ UInt64(bytes[position] - 0x30)
      position += 1
    }
    return position > start ? value : nil
  }

  /// Passes over so many words; false when there are not so many.
  mutating func skipWords(_ count: Int) -> Bool {
    for _ in 0..<count {
      skipSpaces()
      guard position < bytes.count else { return false }
      while position < bytes.count, bytes[position] > 0x20 { position += 1 }
    }
    return true
  }

  /// The next byte that is not a space.
  mutating func character() -> UInt8? {
    skipSpaces()
    guard position < bytes.count else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  /// Goes behind the first line that begins with `key`; false when there is none.
  mutating func seek(line key: StaticString) -> Bool {
    let length = key.utf8CodeUnitCount
    while position + length <= bytes.count {
      var matches = true
      for index in 0..<length where bytes[position + index] != key.utf8Start[index] {
        matches = false
        break
      }
      if matches {
        position += length
        return true
      }
      while position < bytes.count, bytes[position] != 0x0A { position += 1 }
      position += 1
    }
    return false
  }

  private mutating func skipSpaces() {
    while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
  }
}

extension StringProtocol {
  /// The text without white space around it; cheap, because kernel texts are ASCII.
  var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}

/// Finds the next byte that matters in JSON or SSE text, eight bytes at a time, so that a tensor or a long prompt can
/// be passed over without looking at each byte on its own.
enum ByteSearch {
  /// The index of the next `"` or `\` at or after `start`; the count when there is none.
  static func quoteOrBackslash(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    search(
      bytes, from: start, word: { zeroes($0 ^ every(0x22)) | zeroes($0 ^ every(0x5C)) },
      byte: { $0 == 0x22 || $0 == 0x5C })
  }

  /// The index of the next `"`, `[`, `]`, `{` or `}` at or after `start`; the count when there is none.
  static func quoteOrBracket(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    // Setting bit 5 maps [ to { and ] to }, and no third byte onto either.
    search(
      bytes, from: start,
      word: {
        let folded = $0 | every(0x20)
        return zeroes($0 ^ every(0x22)) | zeroes(folded ^ every(0x7B)) | zeroes(folded ^ every(0x7D))
      },
      byte: { $0 == 0x22 || $0 | 0x20 == 0x7B || $0 | 0x20 == 0x7D })
  }

  /// The index of the next CR or LF at or after `start`; the count when there is none.
  static func lineEnd(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    search(
      bytes, from: start, word: { zeroes($0 ^ every(0x0A)) | zeroes($0 ^ every(0x0D)) },
      byte: { $0 == 0x0A || $0 == 0x0D })
  }

  @inline(__always)
  private static func search(
    _ bytes: UnsafeRawBufferPointer, from start: Int, word: (UInt64) -> UInt64, byte: (UInt8) -> Bool
  ) -> Int {
    var index = start
    while index + 8 <= bytes.count {
      let value = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      let found = word(value)
      // The lowest flag is exact; flags above it may be carries, which do not matter.
      if found != 0 { return index + found.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < bytes.count, !byte(bytes[index]) { index += 1 }
    return index
  }

  @inline(__always) private static func every(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }
  /// The high bit of each byte that is zero, exact for the lowest such byte.
  @inline(__always) private static func zeroes(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
  }
}

/// A canonical Huffman code (RFC 1951, section 3.2.2) as a table: the next bits of the stream are the index.
struct Huffman {
  /// Symbol and code length for every pattern of ``longest`` bits; length 0 where no code begins so.
  let table: [(symbol: UInt16, length: UInt8)]
  /// The longest code, in bits.
  let longest: Int

  /// A code from its lengths by symbol, 0 for symbols that do not occur.
  ///
  /// - Returns: nothing when the lengths promise more codes than there are, or leave some unused: only a single code
  ///   of one bit may be alone, which is how a lone distance is written.
  init?(lengths: some Collection<UInt8>) {
    var counts = [Int](repeating: 0, count: 16)
    for length in lengths { counts[Int(length)] += 1 }
    counts[0] = 0
    guard let longest = counts.lastIndex(where: { $0 > 0 }) else {
      self.table = [(0, 0), (0, 0)]
      self.longest = 1
      return
    }
    var left = 1
    for length in 1...longest {
      left = left << 1 - counts[length]
      guard left >= 0 else { return nil }
    }
    guard left == 0 || (longest == 1 && counts[1] == 1) else { return nil }
    var next = [Int](repeating: 0, count: 16)
    for length in 1..<15 { next[length + 1] = (next[length] + counts[length]) << 1 }
    var table = [(symbol: UInt16, length: UInt8)](repeating: (0, 0), count: 1 << longest)
    for (symbol, length) in lengths.enumerated() where length > 0 {
      let code = next[Int(length)]
      next[Int(length)] += 1
      var pattern = Huffman.reversed(code, bits: Int(length))
      while pattern < table.count {
        table[pattern] = (UInt16(symbol), length)
        pattern += 1 << Int(length)
      }
    }
    self.table = table
    self.longest = longest
  }

  /// Codes are sent first bit first, everything else last bit first.
  private static func reversed(_ code: Int, bits: Int) -> Int {
    (0..<bits).reduce(0) { $0 | (code >> $1 & 1) << (bits - 1 - $1) }
  }

  /// The code for literals and lengths of a block that brings none (section 3.2.6).
  static let fixedLiterals = Huffman(
    lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
  /// The code for distances of a block that brings none.
  static let fixedDistances = Huffman(lengths: [UInt8](repeating: 5, count: 32))
}

public import Quantities

extension ULID {
  /// The identifier that depends on nothing but a moment and a content: the same content, read again or by another
  /// process, is the same record.
  ///
  /// The random part is 80 bits of a hash over the fields: FNV-1a, 128 bits, folded (Fowler, Noll, Vo; IETF
  /// draft-eastlake-fnv).
  public init(_ moment: Timestamp, content fields: [String]) {
    var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
    let prime: UInt128 = 1 << 88 | 0x13b
    for byte in fields.joined(separator: "\u{1f}").utf8 { hash = (hash ^ UInt128(byte)) &* prime }
    self.init(moment, random: hash >> 80 ^ hash)
  }

  /// Reads the 128 bits from a UUID (RFC 9562), in either case; `nil` for any other text.
  public init?(uuid text: some StringProtocol) {
    let groups = text.split(separator: "-", omittingEmptySubsequences: false)
    guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12],
      groups.joined().utf8.allSatisfy({ "0123456789abcdefABCDEF".utf8.contains($0) }),
      let bits = UInt128(groups.joined(), radix: 16)
    else { return nil }
    self.init(bits: bits)
  }
}

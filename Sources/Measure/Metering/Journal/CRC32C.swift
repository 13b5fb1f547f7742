/// The Castagnoli checksum (polynomial 0x1EDC6F41, reflected; RFC 3720 appendix B.4), one byte at a time by table.
public enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
  }

  /// The checksum of `bytes`.
  public static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(UInt32.max) { value, byte in table[Int((value ^ UInt32(byte)) & 0xFF)] ^ value >> 8 }
  }

  /// Eight hexadecimal digits, small letters.
  static func hexadecimal(_ value: UInt32) -> [UInt8] {
    (0..<8).map { index in
      let digit = UInt8(value >> UInt32(28 - 4 * index) & 0xF)
      return digit < 10 ? 0x30 + digit : 0x57 + digit
    }
  }
}

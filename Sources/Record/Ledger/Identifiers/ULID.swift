public import Quantities

/// A universally unique, lexically sortable identifier: 48 bits of milliseconds since 1970, then 80 random bits.
///
/// Written as 26 lower-case characters of Crockford's base 32, so that the order of the texts is the order in time.
/// Layout and alphabet are those of the ULID specification (github.com/ulid/spec).
public struct ULID: Hashable, Comparable, Sendable {
  let bits: UInt128

  init(bits: UInt128) { self.bits = bits }

  /// An identifier of a moment; moments before 1970 count as 1970, the upper 48 bits of `random` are left out.
  public init(_ moment: Timestamp, random: UInt128) {
    let milliseconds = UInt64(clamping: moment.milliseconds)
    bits = UInt128(min(milliseconds, ULID.latestMillisecond)) << 80 | (random & ULID.randomMask)
  }

  /// Reads 26 characters of Crockford's base 32 in either case; `i` and `l` are read as 1, `o` as 0.
  public init?(parsing text: some StringProtocol) {
    var bits: UInt128 = 0
    var count = 0
    for byte in text.utf8 {
      guard let digit = Crockford.value(of: byte) else { return nil }
      if count == 0, digit > 7 { return nil }
      bits = bits << 5 | UInt128(digit)
      count += 1
      if count > ULID.length { return nil }
    }
    guard count == ULID.length else { return nil }
    self.bits = bits
  }

  /// The number of characters.
  public static let length = 26
  /// The moment in the identifier, to the millisecond.
  public var moment: Timestamp { Timestamp(milliseconds: Int64(bits >> 80)) }

  /// The same 128 bits written as a UUID (RFC 9562), for formats that ask for one.
  public var uuid: String {
    let digits = String(bits, radix: 16)
    var text = String(repeating: "0", count: 32 - digits.count) + digits
    for place in [20, 16, 12, 8] { text.insert("-", at: text.index(text.startIndex, offsetBy: place)) }
    return text
  }

  /// The next identifier in order; its time moves on by a millisecond when the random part is used up.
  var successor: ULID { ULID(bits: bits &+ 1) }

  static let latestMillisecond: UInt64 = 1 << 48 - 1
  static let randomMask: UInt128 = 1 << 80 - 1

  public static func < (left: ULID, right: ULID) -> Bool { left.bits < right.bits }
}

extension ULID: CustomStringConvertible {
  public var description: String {
    String(unsafeUninitializedCapacity: ULID.length) { buffer in
      for index in 0..<ULID.length {
        let shift = 5 * (ULID.length - 1 - index)
        buffer[index] = Crockford.alphabet[Int(truncatingIfNeeded: bits >> shift & 31)]
      }
      return ULID.length
    }
  }
}

/// Crockford's base 32: no `i`, `l`, `o`, `u`, so that ids survive being read aloud and typed.
enum Crockford {
  static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  private static let values: [UInt8?] = {
    var table = [UInt8?](repeating: nil, count: 256)
    for (value, byte) in alphabet.enumerated() {
      table[Int(byte)] = UInt8(value)
      if byte >= 0x61 { table[Int(byte) - 32] = UInt8(value) }
    }
    for (alias, value) in zip("iIlLoO".utf8, [1, 1, 1, 1, 0, 0] as [UInt8]) { table[Int(alias)] = value }
    return table
  }()

  static func value(of byte: UInt8) -> UInt8? { values[Int(byte)] }

  /// The beginning of an identifier as the ledger writes it, or `nil` when a character is in no identifier.
  static func normalized(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      guard let value = value(of: byte) else { return nil }
      bytes.append(alphabet[Int(value)])
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

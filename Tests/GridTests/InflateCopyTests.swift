import TestSupport
import Testing

@testable import Grid

/// A deflate stream with fixed codes, written independently of the reader: codes are computed, not looked up.
struct FixedBlockWriter {
  private(set) var bits: [Bool] = [true, true, false]

  /// Literals 0 to 143 are eight bits from 00110000; those here are all ASCII.
  mutating func literal(_ byte: UInt8) { code(0b0011_0000 + Int(byte), length: 8) }

  mutating func copy(length: Int, distance: Int) {
    let (lengthCode, lengthExtra, lengthBits) = Self.lengthCode(length)
    lengthCode < 280 ? code(lengthCode - 256, length: 7) : code(0b1100_0000 + lengthCode - 280, length: 8)
    plain(lengthExtra, count: lengthBits)
    let (distanceCode, distanceExtra, distanceBits) = Self.distanceCode(distance)
    code(distanceCode, length: 5)
    plain(distanceExtra, count: distanceBits)
  }

  mutating func end() { code(0, length: 7) }

  var bytes: [UInt8] {
    var result = [UInt8](repeating: 0, count: (bits.count + 7) / 8)
    for (index, bit) in bits.enumerated() where bit { result[index / 8] |= 1 << UInt8(index % 8) }
    return result
  }

  /// Four codes share each number of further bits from code 265 on; 258 has a code of its own.
  static func lengthCode(_ length: Int) -> (code: Int, extra: Int, bits: Int) {
    if length == 258 { return (285, 0, 0) }
    let value = length - 3
    if value < 8 { return (257 + value, 0, 0) }
    let bits = Int.bitWidth - 1 - value.leadingZeroBitCount - 2
    return (261 + bits * 4 + (value >> bits) - 4, value & (1 << bits - 1), bits)
  }

  /// Two codes share each number of further bits from code 4 on.
  static func distanceCode(_ distance: Int) -> (code: Int, extra: Int, bits: Int) {
    let value = distance - 1
    if value < 4 { return (value, 0, 0) }
    let bits = Int.bitWidth - 1 - value.leadingZeroBitCount - 1
    return (2 + bits * 2 + (value >> bits) - 2, value & (1 << bits - 1), bits)
  }

  private mutating func code(_ value: Int, length: Int) {
    for bit in (0..<length).reversed() { bits.append(value >> bit & 1 == 1) }
  }

  private mutating func plain(_ value: Int, count: Int) {
    for bit in 0..<count { bits.append(value >> bit & 1 == 1) }
  }
}

@Suite("A copy in a deflate stream") struct InflateCopyTests {
  /// Writes literals and copies, and what they stand for.
  func unpacked(_ copies: [(length: Int, distance: Int)], after count: Int) throws -> (read: [UInt8], expected: [UInt8])
  {
    var random = Seeded(UInt64(count))
    var writer = FixedBlockWriter()
    var expected: [UInt8] = []
    for _ in 0..<count {
      let byte = UInt8.random(in: 32...126, using: &random)
      writer.literal(byte)
      expected.append(byte)
    }
    for (length, distance) in copies {
      writer.copy(length: length, distance: distance)
      for _ in 0..<length { expected.append(expected[expected.count - distance]) }
    }
    writer.end()
    var read: [UInt8] = []
    _ = try Inflate.unpack(writer.bytes, from: 0, into: &read, limit: 1 << 20)
    return (read, expected)
  }

  @Test("has every length from 3 to 258")
  func lengths() throws {
    let (read, expected) = try unpacked((3...258).map { ($0, 200) }, after: 300)
    #expect(read == expected)
  }

  @Test("reaches back by every distance at which a code begins or ends, up to 32768")
  func distances() throws {
    var ends: Set<Int> = [1]
    for power in 1...15 {
      let whole = 1 << power
      let half = whole + whole / 2
      ends.formUnion([whole, whole + 1, half, half + 1])
    }
    let distances = ends.filter { $0 <= 32_768 }.sorted()
    #expect(distances.last == 32_768)
    let (read, expected) = try unpacked(distances.map { (7, $0) }, after: 32_768)
    #expect(read == expected)
  }
}

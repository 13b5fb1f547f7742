/// Unpacks a deflate stream (RFC 1951).
struct Inflate {
  private let bytes: [UInt8]
  private var position: Int
  private var held: UInt32 = 0
  private var heldBits = 0
  private let memberStart: Int
  private let limit: Int

  /// Appends the content of the stream that begins at `start` to `output`.
  ///
  /// - Returns: the position behind the stream's last byte.
  /// - Throws: ``GzipError`` when the stream ends early, breaks the format or unpacks to more than `limit` bytes.
  static func unpack(
    _ bytes: [UInt8], from start: Int, into output: inout [UInt8], limit: Int
  ) throws(GzipError) -> Int {
    var reader = Inflate(bytes: bytes, position: start, memberStart: output.count, limit: limit)
    var isLast = false
    while !isLast {
      isLast = try reader.bits(1) == 1
      switch try reader.bits(2) {
      case 0: try reader.stored(into: &output)
      case 1: try reader.block(Huffman.fixedLiterals, Huffman.fixedDistances, into: &output)
      case 2:
        let (literals, distances) = try reader.codes()
        try reader.block(literals, distances, into: &output)
      default: throw reader.corrupt("unknown kind of block")
      }
    }
    // Whole bytes that were read ahead belong to what follows.
    return reader.position - reader.heldBits / 8
  }

  private init(bytes: [UInt8], position: Int, memberStart: Int, limit: Int) {
    self.bytes = bytes
    self.position = position
    self.memberStart = memberStart
    self.limit = limit
  }

  private func corrupt(_ what: String) -> GzipError { .corrupt(atByte: min(position, bytes.count), what) }

  /// Holds at least `count` bits (at most 16), or what is left.
  private mutating func hold(_ count: Int) {
    while heldBits < count, position < bytes.count {
      held |= UInt32(bytes[position]) << UInt32(heldBits)
      position += 1
      heldBits += 8
    }
  }

  /// The next `count` bits, the first one lowest.
  private mutating func bits(_ count: Int) throws(GzipError) -> Int {
    hold(count)
    guard heldBits >= count else { throw .cutOff(atByte: bytes.count) }
    let value = held & (1 << UInt32(count) - 1)
    held >>= UInt32(count)
    heldBits -= count
    return Int(value)
  }

  private mutating func symbol(_ code: Huffman) throws(GzipError) -> Int {
    hold(code.longest)
    let (symbol, length) = code.table[Int(held) & (code.table.count - 1)]
    guard length > 0 else { throw corrupt("bits that are no code") }
    guard heldBits >= Int(length) else { throw .cutOff(atByte: bytes.count) }
    held >>= UInt32(length)
    heldBits -= Int(length)
    return Int(symbol)
  }

  /// A block without compression (section 3.2.4).
  private mutating func stored(into output: inout [UInt8]) throws(GzipError) {
    position -= heldBits / 8
    held = 0
    heldBits = 0
    guard position + 4 <= bytes.count else { throw .cutOff(atByte: bytes.count) }
    let length = Int(bytes[position]) | Int(bytes[position + 1]) << 8
    let complement = Int(bytes[position + 2]) | Int(bytes[position + 3]) << 8
    guard length ^ 0xFFFF == complement else { throw corrupt("length of a stored block") }
    position += 4
    guard position + length <= bytes.count else { throw .cutOff(atByte: bytes.count) }
    guard output.count + length <= limit else { throw .tooLarge(limit: limit) }
    output.append(contentsOf: bytes[position..<(position + length)])
    position += length
  }

  /// The two codes that a block brings (section 3.2.7).
  private mutating func codes() throws(GzipError) -> (Huffman, Huffman) {
    let literalCount = try bits(5) + 257
    let distanceCount = try bits(5) + 1
    let lengthCount = try bits(4) + 4
    guard literalCount <= 286, distanceCount <= 30 else { throw corrupt("too many codes") }
    var order = [UInt8](repeating: 0, count: 19)
    for index in 0..<lengthCount { order[Inflate.lengthOrder[index]] = UInt8(try bits(3)) }
    guard let lengthCode = Huffman(lengths: order) else { throw corrupt("code lengths") }
    var lengths: [UInt8] = []
    while lengths.count < literalCount + distanceCount {
      let (value, count): (UInt8, Int)
      switch try symbol(lengthCode) {
      case 16:
        guard let last = lengths.last else { throw corrupt("nothing to repeat") }
        (value, count) = (last, 3 + (try bits(2)))
      case 17: (value, count) = (0, 3 + (try bits(3)))
      case 18: (value, count) = (0, 11 + (try bits(7)))
      case let plain: (value, count) = (UInt8(plain), 1)
      }
      lengths.append(contentsOf: repeatElement(value, count: count))
    }
    guard lengths.count == literalCount + distanceCount else { throw corrupt("code lengths run over") }
    guard lengths[256] > 0 else { throw corrupt("a block without an end") }
    guard let literals = Huffman(lengths: lengths[..<literalCount]),
      let distances = Huffman(lengths: lengths[literalCount...])
    else { throw corrupt("code lengths") }
    return (literals, distances)
  }

  /// Literals and copies up to the end of the block.
  private mutating func block(
    _ literals: Huffman?, _ distances: Huffman?, into output: inout [UInt8]
  ) throws(GzipError) {
    guard let literals, let distances else { throw corrupt("code lengths") }
    while true {
      let value = try symbol(literals)
      if value == 256 { return }
      if value < 256 {
        guard output.count < limit else { throw .tooLarge(limit: limit) }
        output.append(UInt8(value))
        continue
      }
      guard value - 257 < Inflate.lengths.count else { throw corrupt("length code") }
      let (lengthBase, lengthBits) = Inflate.lengths[value - 257]
      let length = lengthBase + (try bits(lengthBits))
      let distanceSymbol = try symbol(distances)
      guard distanceSymbol < Inflate.distances.count else { throw corrupt("distance code") }
      let (distanceBase, distanceBits) = Inflate.distances[distanceSymbol]
      let distance = distanceBase + (try bits(distanceBits))
      guard distance <= output.count - memberStart else { throw corrupt("a copy from before the start") }
      guard output.count + length <= limit else { throw .tooLarge(limit: limit) }
      // Byte by byte: a copy may reach into itself, which is how runs are written.
      for _ in 0..<length { output.append(output[output.count - distance]) }
    }
  }

  private static let lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  /// Smallest length and number of further bits, by code from 257 (section 3.2.5).
  private static let lengths: [(base: Int, bits: Int)] = [
    (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1), (15, 1), (17, 1), (19, 2),
    (23, 2), (27, 2), (31, 2), (35, 3), (43, 3), (51, 3), (59, 3), (67, 4), (83, 4), (99, 4), (115, 4), (131, 5),
    (163, 5), (195, 5), (227, 5), (258, 0),
  ]

  /// Smallest distance and number of further bits, by code: two codes a power of two.
  private static let distances: [(base: Int, bits: Int)] = [
    (1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (7, 1), (9, 2), (13, 2), (17, 3), (25, 3), (33, 4), (49, 4), (65, 5),
    (97, 5), (129, 6), (193, 6), (257, 7), (385, 7), (513, 8), (769, 8), (1025, 9), (1537, 9), (2049, 10),
    (3073, 10), (4097, 11), (6145, 11), (8193, 12), (12289, 12), (16385, 13), (24577, 13),
  ]
}

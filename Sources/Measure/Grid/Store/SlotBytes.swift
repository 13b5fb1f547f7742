/// Writes columns of numbers as variable-length bytes.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  mutating func append(_ more: [UInt8]) { bytes += more }

  /// Seven bits a byte, least first.
  mutating func unsigned(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Small numbers of either sign in few bytes.
  mutating func signed(_ value: Int64) { unsigned(UInt64(bitPattern: (value << 1) ^ (value >> 63))) }

  /// Differences of differences, in runs: a regular column is three numbers.
  mutating func differences(_ column: [Int64]) {
    var last: Int64 = 0
    var lastStep: Int64 = 0
    var run: (value: Int64, count: UInt64) = (0, 0)
    for value in column {
      let step = value &- last
      let change = step &- lastStep
      last = value
      lastStep = step
      if run.count > 0, run.value == change {
        run.count += 1
        continue
      }
      flush(run)
      run = (change, 1)
    }
    flush(run)
  }

  private mutating func flush(_ run: (value: Int64, count: UInt64)) {
    guard run.count > 0 else { return }
    unsigned(run.count)
    signed(run.value)
  }

  /// Numbers with up to four decimals as differences of whole numbers, after one byte that says how many; others raw.
  mutating func numbers(_ column: [Double]) {
    for (places, scale) in Decimal.scales.enumerated() {
      guard let whole = Decimal.whole(column, scale) else { continue }
      byte(UInt8(places))
      var last: Int64 = 0
      for value in whole {
        signed(value - last)
        last = value
      }
      return
    }
    byte(Decimal.raw)
    for value in column {
      var bits = value.bitPattern
      for _ in 0..<8 {
        bytes.append(UInt8(truncatingIfNeeded: bits))
        bits >>= 8
      }
    }
  }

  /// Which are there, in runs, then those.
  mutating func optionals(_ column: [Double?]) {
    differences(column.map { $0 == nil ? 0 : 1 })
    let there = column.compactMap(\.self)
    if !there.isEmpty { numbers(there) }
  }
}

/// Reads what ``ByteWriter`` wrote, and refuses all else.
struct ByteReader {
  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { index == bytes.count }

  mutating func byte() throws(SlotBlockError) -> UInt8 {
    guard index < bytes.count else { throw .damaged }
    defer { index += 1 }
    return bytes[index]
  }

  mutating func bytes(_ count: UInt64) throws(SlotBlockError) -> ArraySlice<UInt8> {
    guard count <= UInt64(bytes.count - index) else { throw .damaged }
    defer { index += Int(count) }
    return bytes[index..<(index + Int(count))]
  }

  mutating func unsigned() throws(SlotBlockError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      let byte = try byte()
      guard shift < 63 || byte <= 1 else { throw .damaged }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw .damaged
  }

  mutating func signed() throws(SlotBlockError) -> Int64 {
    let value = try unsigned()
    return Int64(bitPattern: (value >> 1) ^ (0 &- (value & 1)))
  }

  mutating func differences(_ count: Int) throws(SlotBlockError) -> [Int64] {
    var column: [Int64] = []
    column.reserveCapacity(min(count, 100_000))
    var last: Int64 = 0
    var step: Int64 = 0
    while column.count < count {
      let run = try unsigned()
      guard (1...UInt64(count - column.count)).contains(run) else { throw .damaged }
      let change = try signed()
      for _ in 0..<run {
        step = step &+ change
        last = last &+ step
        column.append(last)
      }
    }
    return column
  }

  mutating func numbers(_ count: Int) throws(SlotBlockError) -> [Double] {
    let places = try byte()
    var column: [Double] = []
    column.reserveCapacity(min(count, 100_000))
    if places == Decimal.raw {
      guard bytes.count - index >= 8 * count else { throw .damaged }
      for _ in 0..<count {
        var bits: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bits |= UInt64(try byte()) << shift }
        column.append(Double(bitPattern: bits))
      }
      return column
    }
    guard Int(places) < Decimal.scales.count else { throw .damaged }
    var last: Int64 = 0
    for _ in 0..<count {
      last = last &+ (try signed())
      column.append(Double(last) / Decimal.scales[Int(places)])
    }
    return column
  }

  mutating func optionals(_ count: Int) throws(SlotBlockError) -> [Double?] {
    let isThere = try differences(count)
    guard isThere.allSatisfy({ $0 == 0 || $0 == 1 }) else { throw .damaged }
    let known = isThere.filter { $0 == 1 }.count
    guard known > 0 else { return [Double?](repeating: nil, count: count) }
    var values = try numbers(known)[...]
    return isThere.map { $0 == 1 ? values.popFirst() : nil }
  }
}

/// Numbers that are whole when multiplied by a power of ten.
private enum Decimal {
  static let scales: [Double] = [1, 10, 100, 1000, 10_000]
  static let raw: UInt8 = 255
  /// Up to here every whole number has a double of its own.
  private static let largest = 9.0e15

  /// The numbers times the scale, when dividing gives back each of them to the bit.
  static func whole(_ column: [Double], _ scale: Double) -> [Int64]? {
    var result: [Int64] = []
    result.reserveCapacity(column.count)
    for value in column {
      let scaled = (value * scale).rounded()
      guard abs(scaled) < largest else { return nil }
      let whole = Int64(scaled)
      guard (Double(whole) / scale).bitPattern == value.bitPattern else { return nil }
      result.append(whole)
    }
    return result
  }
}

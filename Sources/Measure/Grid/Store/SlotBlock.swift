import Quantities

/// Slots of one series packed into bytes, for keeping: a year of hourly values is some twenty kilobytes.
///
/// Nothing is rounded: what is read is what was written, bit for bit. Values with few decimals, which is what grid
/// services publish, are kept as differences of whole numbers; all others as they are.
public enum SlotBlock {
  /// The first byte; another layout gets another one.
  private static let layout: UInt8 = 1
  /// The most slots that a block may say it holds: ten years of five minutes.
  private static let mostSlots: UInt64 = 1_100_000

  /// The slots as bytes. They must be in order, as those of a ``Series`` are.
  public static func pack(_ slots: some Collection<Slot>) -> [UInt8] {
    var writer = ByteWriter()
    writer.byte(layout)
    writer.unsigned(UInt64(slots.count))
    guard !slots.isEmpty else { return writer.bytes }
    writer.differences(slots.map(\.start.milliseconds))
    writer.differences(slots.map { $0.end.milliseconds &- $0.start.milliseconds })
    writer.differences(slots.map { $0.issuedAt.milliseconds &- $0.start.milliseconds })
    writer.differences(slots.map { $0.isEstimated ? 1 : 0 })
    writer.numbers(slots.map(\.value))
    writer.optionals(slots.map(\.low))
    writer.optionals(slots.map(\.high))
    return writer.bytes
  }

  /// The slots in `bytes`.
  ///
  /// - Throws: ``SlotBlockError`` for bytes that no ``pack(_:)`` wrote.
  public static func unpack(_ bytes: some Collection<UInt8>) throws(SlotBlockError) -> [Slot] {
    var reader = ByteReader(Array(bytes))
    guard try reader.byte() == layout else { throw .layout }
    let claimed = try reader.unsigned()
    guard claimed <= mostSlots else { throw .damaged }
    let count = Int(claimed)
    guard count > 0 else {
      guard reader.isAtEnd else { throw .damaged }
      return []
    }
    let starts = try reader.differences(count)
    let lengths = try reader.differences(count)
    let issues = try reader.differences(count)
    let estimated = try reader.differences(count)
    let values = try reader.numbers(count)
    let lows = try reader.optionals(count)
    let highs = try reader.optionals(count)
    guard reader.isAtEnd else { throw .damaged }
    var slots: [Slot] = []
    slots.reserveCapacity(count)
    for index in 0..<count {
      let (end, overflow) = starts[index].addingReportingOverflow(lengths[index])
      guard !overflow, end > starts[index], (0...1).contains(estimated[index]) else { throw .damaged }
      slots.append(
        Slot(
          Timestamp(milliseconds: starts[index])..<Timestamp(milliseconds: end), value: values[index],
          low: lows[index], high: highs[index],
          issuedAt: Timestamp(milliseconds: starts[index] &+ issues[index]), isEstimated: estimated[index] == 1))
    }
    return slots
  }
}

/// Why bytes are no packed slots.
public enum SlotBlockError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A layout that this version does not know.
  case layout
  /// The bytes end early, go on too long or contradict themselves.
  case damaged

  /// One line with the fix.
  public var description: String {
    switch self {
    case .layout: "kept grid values were written by a newer dimmer; update this one"
    case .damaged: "kept grid values are damaged; fetch or import them again"
    }
  }
}

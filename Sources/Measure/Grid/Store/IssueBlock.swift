public import Quantities

/// Issues of one region, kind and provider packed into bytes, for keeping.
///
/// Issues of one interval may follow each other, as revisions and forecasts do. Nothing is rounded
/// (see ``SlotBlock``). Unit and source stand once in a table beside the bytes; an issue holds their number.
public struct IssueBlock: Hashable, Sendable {
  /// One issue: its values, when it was read here, and the number of its label.
  public struct Entry: Hashable, Sendable {
    /// The interval, its values and when they were issued.
    public let slot: Slot
    /// When it was read here.
    public let fetchedAt: Timestamp
    /// Which unit and source, by the keeper's own count.
    public let label: Int64

    /// An entry.
    public init(slot: Slot, fetchedAt: Timestamp, label: Int64) {
      self.slot = slot
      self.fetchedAt = fetchedAt
      self.label = label
    }
  }

  /// The issues, in the order in which they are kept.
  public let entries: [Entry]

  /// A block of issues.
  public init(_ entries: [Entry]) { self.entries = entries }

  /// The block as bytes.
  public var bytes: [UInt8] {
    let slots = SlotBlock.pack(entries.map(\.slot))
    var writer = ByteWriter()
    writer.unsigned(UInt64(slots.count))
    writer.append(slots)
    writer.differences(entries.map { $0.fetchedAt.milliseconds &- $0.slot.issuedAt.milliseconds })
    writer.differences(entries.map(\.label))
    return writer.bytes
  }

  /// The block in `bytes`.
  ///
  /// - Throws: ``SlotBlockError`` for bytes that no ``bytes`` gave.
  public init(bytes: some Collection<UInt8>) throws(SlotBlockError) {
    var reader = ByteReader(Array(bytes))
    let slots = try SlotBlock.unpack(try reader.bytes(try reader.unsigned()))
    let lags = try reader.differences(slots.count)
    let labels = try reader.differences(slots.count)
    guard reader.isAtEnd else { throw .damaged }
    entries = slots.indices.map { index in
      Entry(
        slot: slots[index],
        fetchedAt: Timestamp(milliseconds: slots[index].issuedAt.milliseconds &+ lags[index]), label: labels[index])
    }
  }
}

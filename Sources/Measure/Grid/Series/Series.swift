public import Methods
public import Quantities

/// Values of one kind, unit and region over time: intervals in order, gaps allowed, lengths free.
///
/// Between intervals nothing is known, and nothing is made up: questions about a gap answer `nil` or say how much was
/// covered. Inside an interval the value is constant.
public struct Series: Sendable {
  /// The grid.
  public let region: Region
  /// What the values are about.
  public let kind: SignalKind
  /// The values' unit.
  public let unit: String
  /// Who made the values: a service's name, or a Dimmer method's id when computed here.
  public let provider: String
  /// What to cite.
  public let source: Source
  /// How the series came about, for example which fuel factors it rests on.
  public let receipt: Receipt?
  /// The intervals, by start.
  public let slots: ArraySlice<Slot>
  /// Whether later intervals were issued no earlier, which is what most histories look like.
  let isIssuedInOrder: Bool

  /// A series of `slots`.
  ///
  /// - Throws: ``SeriesError`` when the unit is not the kind's, or a slot is empty, out of order, overlaps the one in
  ///   front of it, or has a value that is no finite number within its own range.
  public init(
    region: Region, kind: SignalKind, unit: String? = nil, provider: String, source: Source, receipt: Receipt? = nil,
    slots: some Sequence<Slot>
  ) throws(SeriesError) {
    if let unit, let expected = kind.unit, unit != expected { throw .wrongUnit(unit, expected: expected, kind) }
    let list = Array(slots)
    var inOrder = true
    for (index, slot) in list.enumerated() {
      guard !slot.validity.isEmpty else { throw .emptyInterval(slot.start) }
      guard slot.value.isFinite, slot.low?.isFinite ?? true, slot.high?.isFinite ?? true else {
        throw .notFinite(slot.start)
      }
      guard slot.low ?? slot.value <= slot.value, slot.value <= slot.high ?? slot.value else {
        throw .outsideItsRange(slot.start)
      }
      guard index > 0 else { continue }
      let previous = list[index - 1]
      guard previous.start < slot.start else { throw .outOfOrder(slot.start, after: previous.start) }
      guard previous.end <= slot.start else { throw .overlap(slot.start, before: previous.end) }
      if slot.issuedAt < previous.issuedAt { inOrder = false }
    }
    self.init(
      region: region, kind: kind, unit: unit ?? kind.unit ?? "", provider: provider, source: source, receipt: receipt,
      checked: list[...], isIssuedInOrder: inOrder)
  }

  /// A series of signals, in any order.
  ///
  /// - Throws: ``SeriesError`` when they differ in kind, region, unit or provider, or do not fit one behind another.
  public init(_ signals: some Sequence<Signal>, receipt: Receipt? = nil) throws(SeriesError) {
    let sorted = signals.sorted { $0.validity.lowerBound < $1.validity.lowerBound }
    guard let first = sorted.first else { throw .empty }
    for signal in sorted {
      guard signal.kind == first.kind else { throw .mixedKinds(first.kind, signal.kind) }
      guard signal.region == first.region else { throw .mixedRegions(first.region, signal.region) }
      guard signal.unit == first.unit else { throw .mixedUnits(first.unit, signal.unit) }
      guard signal.provider == first.provider else { throw .mixedProviders(first.provider, signal.provider) }
    }
    try self.init(
      region: first.region, kind: first.kind, unit: first.unit, provider: first.provider, source: first.source,
      receipt: receipt, slots: sorted.map(\.slot))
  }

  /// Skips the checks, for slots taken from a checked series in order.
  init(
    region: Region, kind: SignalKind, unit: String, provider: String, source: Source, receipt: Receipt?,
    checked slots: ArraySlice<Slot>, isIssuedInOrder: Bool
  ) {
    self.region = region
    self.kind = kind
    self.unit = unit
    self.provider = provider
    self.source = source
    self.receipt = receipt
    self.slots = slots
    self.isIssuedInOrder = isIssuedInOrder
  }

  /// The same series with other slots of its own.
  func with(_ slots: ArraySlice<Slot>) -> Series {
    Series(
      region: region, kind: kind, unit: unit, provider: provider, source: source, receipt: receipt, checked: slots,
      isIssuedInOrder: isIssuedInOrder)
  }

  /// The slot as a signal of its own.
  public func signal(_ slot: Slot) -> Signal {
    Signal(
      region: region, kind: kind, unit: unit, validity: slot.validity, value: slot.value, low: slot.low,
      high: slot.high, issuedAt: slot.issuedAt, provider: provider, isEstimated: slot.isEstimated, source: source)
  }

  /// From the first interval's start to the last one's end; nothing for a series without intervals.
  public var extent: Range<Timestamp>? {
    guard let first = slots.first, let last = slots.last else { return nil }
    return first.start..<last.end
  }
}

extension Signal {
  /// The signal without what a series says once.
  var slot: Slot {
    Slot(validity, value: value, low: low, high: high, issuedAt: issuedAt, isEstimated: isEstimated)
  }
}

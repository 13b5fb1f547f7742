public import Quantities

/// What a series says about an interval of time.
public struct SeriesMean: Hashable, Sendable {
  /// Mean of the covered part, weighted by time, in the series' unit.
  public let value: Double
  /// Mean of the low ends; a slot without one counts with its value.
  public let low: Double
  /// Mean of the high ends; a slot without one counts with its value.
  public let high: Double
  /// How much of the asked interval is covered, from just above 0 to 1.
  public let coverage: Double
  /// How much of the covered part is estimated, 0 to 1.
  public let estimatedShare: Double
}

extension Series {
  /// The interval that holds at `moment`; nothing in a gap.
  public func slot(at moment: Timestamp) -> Slot? {
    let index = firstIndex(endingAfter: moment)
    guard index < slots.endIndex, slots[index].start <= moment else { return nil }
    return slots[index]
  }

  /// The value at `moment`; nothing in a gap.
  public func value(at moment: Timestamp) -> Double? { slot(at: moment)?.value }

  /// The value times hours over `range`, summed over what is covered: g/kWh become g per kW of constant power.
  ///
  /// Every interval counts with its exact overlap (signals-and-scheduling, 0.7: piecewise constant, no interpolation).
  /// - Returns: zero where nothing is covered; ask ``coverage(over:)`` to tell that from a true zero.
  public func integral(over range: Range<Timestamp>) -> Double {
    overlaps(range).reduce(0) { $0 + $1.slot.value * $1.hours }
  }

  /// The mean over `range`, weighted by time over what is covered; nothing when none of it is.
  public func mean(over range: Range<Timestamp>) -> SeriesMean? {
    var covered: Int64 = 0
    var value = 0.0
    var low = 0.0
    var high = 0.0
    var estimated = 0.0
    for (slot, overlap) in overlaps(range) {
      covered += slot.validity.clamped(to: range).milliseconds
      value += slot.value * overlap
      low += (slot.low ?? slot.value) * overlap
      high += (slot.high ?? slot.value) * overlap
      if slot.isEstimated { estimated += overlap }
    }
    guard covered > 0 else { return nil }
    let hours = Double(covered) / 3_600_000
    return SeriesMean(
      value: value / hours, low: low / hours, high: high / hours,
      coverage: Double(covered) / Double(range.milliseconds),
      estimatedShare: estimated / hours)
  }

  /// How much of `range` has values, 0 to 1; an empty range has none.
  public func coverage(over range: Range<Timestamp>) -> Double {
    guard !range.isEmpty else { return 0 }
    let covered = overlaps(range).reduce(0) { $0 + $1.slot.validity.clamped(to: range).milliseconds }
    return Double(covered) / Double(range.milliseconds)
  }

  /// The parts of `range` without values, in order.
  public func gaps(over range: Range<Timestamp>) -> [Range<Timestamp>] {
    var result: [Range<Timestamp>] = []
    var reached = range.lowerBound
    for (slot, _) in overlaps(range) {
      if slot.start > reached { result.append(reached..<slot.start) }
      reached = max(reached, slot.end)
    }
    if reached < range.upperBound { result.append(reached..<range.upperBound) }
    return result
  }

  /// The part of the series within `range`; intervals that reach over its ends are cut.
  public func slice(_ range: Range<Timestamp>) -> Series {
    let part = overlaps(range).map(\.slot)
    return with(ArraySlice(part.map { $0.over($0.validity.clamped(to: range)) }))
  }

  /// The share of time, 0 to 1, in which the series is below `value`, ties counted half.
  ///
  /// - Returns: nothing when there is no interval in `range` (the whole series unless given).
  public func percentileRank(of value: Double, over range: Range<Timestamp>? = nil) -> Double? {
    guard let range = range ?? extent else { return nil }
    var below = 0.0
    var total = 0.0
    for (slot, hours) in overlaps(range) {
      total += hours
      below += slot.value < value ? hours : slot.value == value ? hours / 2 : 0
    }
    return total > 0 ? below / total : nil
  }

  /// Both series in one.
  ///
  /// - Throws: ``SeriesError`` when they differ in kind, region, unit or provider, or cover a moment both.
  public func joined(with other: Series) throws(SeriesError) -> Series {
    try checkSameMeaning(as: other)
    guard provider == other.provider else { throw .mixedProviders(provider, other.provider) }
    return try Series(
      region: region, kind: kind, unit: unit, provider: provider, source: source, receipt: receipt,
      slots: (slots + other.slots).sorted { $0.start < $1.start })
  }

  /// Passes when values of the two series may be compared.
  ///
  /// - Throws: ``SeriesError`` when they differ in kind, region or unit.
  public func checkSameMeaning(as other: Series) throws(SeriesError) {
    guard kind == other.kind else { throw .mixedKinds(kind, other.kind) }
    guard region == other.region else { throw .mixedRegions(region, other.region) }
    guard unit == other.unit else { throw .mixedUnits(unit, other.unit) }
  }

  /// The intervals that share time with `range`, and how many hours.
  private func overlaps(_ range: Range<Timestamp>) -> [(slot: Slot, hours: Double)] {
    guard !range.isEmpty else { return [] }
    var result: [(slot: Slot, hours: Double)] = []
    var index = firstIndex(endingAfter: range.lowerBound)
    while index < slots.endIndex, slots[index].start < range.upperBound {
      result.append((slots[index], slots[index].validity.clamped(to: range).span.hours))
      index += 1
    }
    return result
  }

  /// The first interval whose end is later than `moment`, by bisection.
  private func firstIndex(endingAfter moment: Timestamp) -> Int {
    slots.partitionPoint { $0.end <= moment }
  }
}

extension ArraySlice {
  /// The first index whose element fails `isBefore`, for a slice in which all that pass come first.
  func partitionPoint(_ isBefore: (Element) -> Bool) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

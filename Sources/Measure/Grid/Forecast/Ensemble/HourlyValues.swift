import Quantities

/// A series by whole hours of UTC, as the ensemble reads it. What is not believed counts as missing.
struct HourlyValues {
  /// The series.
  let series: Series
  /// What is believed.
  let limits: SignalLimits
  /// How much of an hour must be known for the hour to be: real markets leave single quarter hours.
  static var enough: Double { 0.2 }
  /// The same for an hour that is not over.
  static var enoughUnderWay: Double { 0.5 }

  /// The mean of what is believed of the hour with this index; nothing when less than `share` of it is.
  func value(at hour: Int64, atLeast share: Double = Self.enough) -> Double? {
    let range = Self.range(hour)
    var covered: Int64 = 0
    var sum = 0.0
    var index = series.slots.partitionPoint { $0.end <= range.lowerBound }
    while index < series.slots.endIndex, series.slots[index].start < range.upperBound {
      let slot = series.slots[index]
      index += 1
      guard limits.objection(to: slot.value, kind: series.kind) == nil else { continue }
      let length = slot.validity.clamped(to: range).milliseconds
      covered += length
      sum += slot.value * Double(length)
    }
    guard Double(covered) >= share * 3_600_000 else { return nil }
    return sum / Double(covered)
  }

  /// The hours from the first to the last that is over by the newest slot's end; nothing when there is no whole hour.
  var extent: ClosedRange<Int64>? {
    guard let extent = series.extent else { return nil }
    let first = extent.lowerBound.hourIndex
    let last = extent.upperBound.hourIndex - 1
    return last >= first ? first...last : nil
  }

  /// The hour that the newest slot ends within, when it is not over: known in part.
  var hourUnderWay: Int64? {
    guard let end = series.extent?.upperBound, end > end.startOfHour else { return nil }
    return end.hourIndex
  }

  static func range(_ hour: Int64) -> Range<Timestamp> {
    let start = Timestamp(milliseconds: hour * 3_600_000)
    return start..<(start + .hours(1))
  }
}

extension Int64 {
  /// The remainder that is never negative.
  func wrapped(_ period: Int64) -> Int {
    let rest = self % period
    return Int(rest < 0 ? rest + period : rest)
  }
}

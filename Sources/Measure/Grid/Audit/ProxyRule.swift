public import Quantities

/// A rule of thumb for choosing a start, followed instead of looking at carbon.
public enum ProxyRule: Hashable, Sendable {
  /// The start with the lowest mean of another signal: temperature (the coolest), demand, net load, price.
  case lowest(Series)
  /// The start with the most time in the night, the earliest of those: from one time on the wall to another.
  case night(from: Span, to: Span, clock: LocalClock)

  /// What it is called in sentences.
  public var label: String {
    switch self {
    case .night: "running at night"
    case .lowest(let series):
      switch series.kind {
      case .temperature, .wetBulb: "running when it is coolest"
      case .demand: "running at lowest demand"
      case .netLoad: "running at lowest net load"
      case .price: "running when it is cheapest"
      default: "running at the lowest \(series.kind.label)"
      }
    }
  }

  /// The signal that the rule follows, over `extent`.
  func signal(like carbon: Series, over extent: Range<Timestamp>) -> Series {
    switch self {
    case .lowest(let series): return series
    case .night(let from, let to, let clock):
      // 1 by day and 0 at night: the lowest mean is the most time in the night.
      var slots: [Slot] = []
      var reached = extent.lowerBound
      for night in clock.stretches(from: from, to: to, in: extent) {
        if reached < night.lowerBound { slots.append(Slot(reached..<night.lowerBound, value: 1)) }
        slots.append(Slot(night, value: 0))
        reached = night.upperBound
      }
      if reached < extent.upperBound { slots.append(Slot(reached..<extent.upperBound, value: 1)) }
      return Series(
        region: carbon.region, kind: .unstated, unit: "", provider: "the clock", source: carbon.source, receipt: nil,
        checked: ArraySlice(slots), isIssuedInOrder: true)
    }
  }
}

import Quantities

/// The ticks of an axis of time: round hours or days, no more than fit.
struct TimeAxis {
  /// Distances between labels, in hours.
  private static let steps: [Int64] = [1, 2, 4, 6, 12, 24, 48, 96, 168, 336, 720, 1440, 2880, 8640]

  let ticks: [(moment: Timestamp, label: String)]

  /// The ticks of `range`, at most `count` of them where there is a step for that.
  init(_ range: ClosedRange<Timestamp>, count: Int) {
    let hours = (range.upperBound - range.lowerBound).hours
    let step = Self.steps.first { hours / Double($0) <= Double(max(count - 1, 1)) } ?? 8640
    var ticks: [(Timestamp, String)] = []
    // Steps of days count from the first midnight, so that a chart's own days carry the labels.
    let origin = step > 24 ? (range.lowerBound.hourIndex + 23) / 24 * 24 : 0
    var hour = range.lowerBound.hourIndex
    while Timestamp(milliseconds: hour * 3_600_000) <= range.upperBound {
      let moment = Timestamp(milliseconds: hour * 3_600_000)
      if moment >= range.lowerBound, (hour - origin) % step == 0 {
        let text = moment.description
        ticks.append((moment, String(hour % 24 == 0 ? text.dropFirst(5).prefix(5) : text.dropFirst(11).prefix(5))))
      }
      hour += 1
    }
    self.ticks = ticks
  }
}

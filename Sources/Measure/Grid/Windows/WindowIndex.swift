public import Quantities

/// A series prepared for many questions about windows: running integrals over its intervals.
///
/// Made once in time linear in the series; a question then costs time linear in the window it asks about, and a mean
/// over any range two bisections. Inside the index a cost is a value times milliseconds.
public struct WindowIndex: Sendable {
  /// What it was made from.
  public let series: Series
  /// What had been issued by this moment is in it; nothing for a whole history in hindsight.
  public let knownBy: Timestamp?

  let starts: [Int64]
  let ends: [Int64]
  let values: [Double]
  /// The integral over the intervals before each, and over all: one longer than the intervals.
  let before: [Double]
  /// The covered milliseconds before each, and of all.
  let covered: [Int64]
  /// For each interval the first one of its run without gaps.
  let runStart: [Int]
  /// For each interval the one behind its run without gaps.
  let runEnd: [Int]
  /// Costs closer than this are the same: what rounding can make of equal ones.
  let resolution: Double

  /// An index of what had been issued by a moment, for plans.
  public init(_ issued: IssuedSeries) { self.init(issued.series, knownBy: issued.moment) }

  /// An index of a whole history, for judging plans afterwards; a plan made with it is one in hindsight.
  public init(hindsight series: Series) { self.init(series, knownBy: nil) }

  private init(_ series: Series, knownBy: Timestamp?) {
    self.series = series
    self.knownBy = knownBy
    let slots = series.slots
    let count = slots.count
    starts = slots.map(\.start.milliseconds)
    ends = slots.map(\.end.milliseconds)
    values = slots.map(\.value)
    var before = [Double](repeating: 0, count: count + 1)
    var covered = [Int64](repeating: 0, count: count + 1)
    var runStart = [Int](repeating: 0, count: count)
    // The sum is kept in two parts (Neumaier), so that a year of five-minute values is rounded once, not 100,000 times.
    var sum = 0.0
    var lost = 0.0
    var largest = 0.0
    var magnitude = 0.0
    for index in 0..<count {
      let cost = values[index] * Double(ends[index] - starts[index])
      let next = sum + cost
      lost += abs(sum) >= abs(cost) ? (sum - next) + cost : (cost - next) + sum
      sum = next
      before[index + 1] = sum + lost
      covered[index + 1] = covered[index] + ends[index] - starts[index]
      runStart[index] = index > 0 && ends[index - 1] == starts[index] ? runStart[index - 1] : index
      largest = max(largest, abs(values[index]))
      magnitude = max(magnitude, abs(before[index + 1]))
    }
    var runEnd = [Int](repeating: count, count: count)
    for index in stride(from: count - 2, through: 0, by: -1) {
      runEnd[index] = ends[index] == starts[index + 1] ? runEnd[index + 1] : index + 1
    }
    self.before = before
    self.covered = covered
    self.runStart = runStart
    self.runEnd = runEnd
    // Some units in the last place of the running integral, and of an hour of the largest value.
    resolution = 8 * magnitude.ulp + 8 * (largest * 3_600_000).ulp
  }

  /// The first interval that ends after `moment`; their count when there is none.
  func firstIndex(endingAfter moment: Int64) -> Int {
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] <= moment { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The integral from the first interval's start up to `moment`, in value times milliseconds; gaps add nothing.
  func integral(to moment: Int64) -> Double {
    let index = firstIndex(endingAfter: moment)
    guard index < starts.count, starts[index] < moment else { return before[index] }
    return before[index] + values[index] * Double(moment - starts[index])
  }

  /// The milliseconds with values from the first interval's start up to `moment`.
  func covered(to moment: Int64) -> Int64 {
    let index = firstIndex(endingAfter: moment)
    guard index < starts.count, starts[index] < moment else { return covered[index] }
    return covered[index] + moment - starts[index]
  }

  /// The mean over `range`, when all of it has values.
  public func wholeMean(over range: Range<Timestamp>) -> Double? {
    let from = range.lowerBound.milliseconds
    let to = range.upperBound.milliseconds
    guard to > from, covered(to: to) - covered(to: from) == to - from else { return nil }
    return (integral(to: to) - integral(to: from)) / Double(to - from)
  }
}

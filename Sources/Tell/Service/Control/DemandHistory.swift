import Quantities

/// How many units came in each interval, and how many are to be expected: as many as at the same time yesterday, scaled
/// by how the last six hours compare with the same hours yesterday (a half to twice); on the first day the mean so far.
struct DemandHistory: Sendable {
  private let interval: Span
  private var byInterval: [Int64: Double] = [:]
  private var first: Int64?

  init(interval: Span) { self.interval = interval }

  /// Intervals in a day.
  private var day: Int64 { max(1, Int64((86400 / interval.seconds).rounded())) }

  private func index(_ moment: Timestamp) -> Int64 {
    Int64((Double(moment.milliseconds) / 1000 / interval.seconds).rounded(.down))
  }

  mutating func add(_ units: Double, at moment: Timestamp) {
    let index = index(moment)
    let isNew = byInterval[index] == nil
    byInterval[index, default: 0] += units
    if first.map({ index < $0 }) ?? true { first = index }
    // Nothing here looks back further than two days.
    let oldest = index - 3 * day
    if isNew, byInterval.count > Int(4 * day) { byInterval = byInterval.filter { $0.key >= oldest } }
  }

  /// Units that came some time within a range, spread evenly over its intervals.
  mutating func add(_ units: Double, over range: Range<Timestamp>) {
    let count = max(1, Int(((range.upperBound - range.lowerBound) / interval).rounded()))
    for part in 0..<count { add(units / Double(count), at: range.lowerBound + interval * Double(part)) }
  }

  /// What came in the interval of that moment; `nil` before anything was seen.
  func units(at moment: Timestamp) -> Double? {
    guard let first, index(moment) >= first else { return nil }
    return byInterval[index(moment)] ?? 0
  }

  /// Units expected in each interval from `start` to `end`; empty while nothing is known.
  func expected(from start: Timestamp, until end: Timestamp) -> [Double] {
    let now = index(start)
    guard let first, first < now else { return [] }
    let seen = (max(first, now - day)..<now).map { byInterval[$0] ?? 0 }
    let mean = seen.reduce(0, +) / Double(seen.count)
    let scale = scale(at: now, first: first)
    let count = Int64(max(0, ((end - start) / interval).rounded(.up)))
    return (0..<count).map { offset in
      let yesterday = now + offset - day
      return yesterday >= first ? (byInterval[yesterday] ?? 0) * scale : mean
    }
  }

  /// How the last six hours compare with the same ones yesterday; 1 when that is not known.
  private func scale(at now: Int64, first: Int64) -> Double {
    let start = max(first + day, now - day / 4)
    guard start < now else { return 1 }
    let today = (start..<now).reduce(0) { $0 + (byInterval[$1] ?? 0) }
    let before = (start..<now).reduce(0) { $0 + (byInterval[$1 - day] ?? 0) }
    return today > 0 && before > 0 ? min(max(today / before, 0.5), 2) : 1
  }
}

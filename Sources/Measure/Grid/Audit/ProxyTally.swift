/// Sums over all starts, and by week, so that it can be said how sure they are.
struct ProxyTally {
  private(set) var starts = 0
  var skipped = 0
  private(set) var now = 0.0
  private(set) var best = 0.0
  private(set) var met = 0.0
  private var weeks: [Int64: (now: Double, met: Double)] = [:]

  mutating func add(now: Double, best: Double, met: Double, week: Int64) {
    starts += 1
    self.now += now
    self.best += best
    self.met += met
    let own = weeks[week] ?? (0, 0)
    weeks[week] = (own.now + now, own.met + met)
  }

  /// The standard error of the saved share: by leaving out one week after another (the jackknife; neighbouring hours
  /// are too alike to count as independent). Nothing for less than five weeks.
  var standardError: Double? {
    guard weeks.count >= 5 else { return nil }
    let shares = weeks.values.compactMap { week in
      now - week.now > 0 ? 1 - (met - week.met) / (now - week.now) : nil
    }
    guard shares.count == weeks.count else { return nil }
    let count = Double(shares.count)
    let mean = shares.reduce(0, +) / count
    return ((count - 1) / count * shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }).squareRoot()
  }
}

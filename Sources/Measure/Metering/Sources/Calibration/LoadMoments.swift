/// Readings of load and power, summed up: how many, their means, and how they spread about them. However many are
/// added, it stays as small; a straight line can be judged by it exactly (Chan, Golub and LeVeque, 1979: updating
/// formulae for means and sums of squares).
struct LoadMoments: Hashable, Sendable {
  /// How many readings; no whole number after ``scaled(by:)``.
  private(set) var count = 0.0
  /// Mean load, 0 to 1.
  private(set) var load = 0.0
  /// Mean power, watts.
  private(set) var watts = 0.0
  /// Sums of squared deviations from the means: load by load, load by watts, watts by watts.
  private(set) var loadLoad = 0.0
  private(set) var loadWatts = 0.0
  private(set) var wattsWatts = 0.0
  /// The lowest and the highest load among them.
  private(set) var lowest = 1.0
  private(set) var highest = 0.0

  /// No readings.
  init() {}

  /// One reading.
  init(load: Double, watts: Double) {
    (count, self.load, self.watts, lowest, highest) = (1, load, watts, load, load)
  }

  /// Eight numbers in the order of ``numbers``; `nil` when no readings within `loads` can have them.
  init?(_ numbers: [Double], within loads: ClosedRange<Double>) {
    guard numbers.count == 8, numbers.allSatisfy({ $0.isFinite && abs($0) < 1e18 }) else { return nil }
    (count, load, watts) = (numbers[0], numbers[1], numbers[2])
    (loadLoad, loadWatts, wattsWatts) = (numbers[3], numbers[4], numbers[5])
    (lowest, highest) = (numbers[6], numbers[7])
    guard count > 0, lowest <= highest, loads.contains(lowest), loads.contains(highest), watts >= 0, watts < 1e6,
      load >= lowest - 1e-9, load <= highest + 1e-9, loadLoad >= 0, wattsWatts >= 0,
      loadWatts * loadWatts <= loadLoad * wattsWatts * (1 + 1e-6) + 1e-12
    else { return nil }
  }

  /// What ``init(_:within:)`` reads.
  var numbers: [Double] { [count, load, watts, loadLoad, loadWatts, wattsWatts, lowest, highest] }

  /// The readings of both.
  mutating func add(_ other: LoadMoments) {
    guard other.count > 0 else { return }
    guard count > 0 else { return self = other }
    let sum = count + other.count
    let (loadStep, wattsStep) = (other.load - load, other.watts - watts)
    let weight = count * other.count / sum
    loadLoad += other.loadLoad + loadStep * loadStep * weight
    loadWatts += other.loadWatts + loadStep * wattsStep * weight
    wattsWatts += other.wattsWatts + wattsStep * wattsStep * weight
    load += loadStep * other.count / sum
    watts += wattsStep * other.count / sum
    count = sum
    lowest = min(lowest, other.lowest)
    highest = max(highest, other.highest)
  }

  /// The same readings, each counting for `factor` of one.
  func scaled(by factor: Double) -> LoadMoments {
    var result = self
    result.count *= factor
    result.loadLoad *= factor
    result.loadWatts *= factor
    result.wattsWatts *= factor
    return result
  }

  /// The sum of squared distances, in watts, of the readings from a straight line through `watts` at the mean load that
  /// rises by `slope` watts over the whole range of loads.
  func squares(fromLineThrough watts: Double, slope: Double) -> Double {
    let offset = self.watts - watts
    return max(wattsWatts - 2 * slope * loadWatts + slope * slope * loadLoad, 0) + count * offset * offset
  }
}

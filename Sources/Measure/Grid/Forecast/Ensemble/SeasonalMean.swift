/// The mean of each place in a season (an hour of the day, an hour of the week), older seasons fading.
struct SeasonalMean: Hashable, Sendable, Codable {
  /// Hours in a season.
  let period: Int64
  /// What the newest season counts in a long mean.
  private let gain: Double
  private var means: Reals
  private var weights: Reals

  /// A mean whose memory is so many seasons long.
  init(period: Int64, memory: Double) {
    self.period = period
    gain = 1 / (memory + 1)
    means = Reals(repeating: 0, count: Int(period))
    weights = Reals(repeating: 0, count: Int(period))
  }

  /// The mean of the hour's place; `nan` when no season has had it yet.
  func value(at hour: Int64) -> Double {
    let place = hour.wrapped(period)
    return weights[place] > 0 ? means[place] : .nan
  }

  /// Takes in one value. The first few weigh as in a plain mean.
  mutating func learn(_ value: Double, at hour: Int64) {
    let place = hour.wrapped(period)
    weights[place] += (1 - weights[place]) * gain
    let share = weights[place] == 0 ? 1 : gain / weights[place]
    means[place] += share * (value - means[place])
  }
}

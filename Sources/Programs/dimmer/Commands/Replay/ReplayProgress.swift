import Quantities

/// A line on stderr every two seconds, for replays that take longer.
struct ReplayProgress {
  private static let pause = Duration.seconds(2)

  private let total: Int
  private var done = 0
  private var spoken = ContinuousClock.now

  /// Progress over so many replays.
  init(total: Int) { self.total = total }

  /// One more begins.
  mutating func step(_ label: String, _ floor: Double, _ policy: String) {
    done += 1
    guard ContinuousClock.now - spoken >= Self.pause else { return }
    spoken = .now
    Output.progress("replay \(done) of \(total): \(label), floor \(Decimals.fixed(floor, places: 2)), \(policy)")
  }
}

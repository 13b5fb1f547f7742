import Quantities

/// Learns a machine's power by load while a counter of its processors is read: looks go in, ``LoadBins`` come out. Pure.
///
/// A look that may be wrong teaches nothing: a clock that jumped, processors switched on or off, a counter in trouble.
struct LoadCollector {
  /// One look at the machine, as far as it is needed here.
  struct Look {
    /// The stretch since the look before, and how busy the processors were in it.
    var interval: PollInterval
    /// Whether busy time could be read.
    var isBusyKnown: Bool
    /// Processors that are on.
    var processors: Int
    /// The wall clock's time.
    var wall: Timestamp
    /// What the counter gave; `nil` when it gave nothing, and then the next look has it.
    var energy: Microjoules?
  }

  /// Shorter stretches tell more of the counter's and the kernel's steps than of power.
  static let shortest = 0.5
  /// Longer ones mix too many loads: the power of a mean load is not the mean power.
  static let longest = 10.0
  /// How far the two clocks may go apart in one look, seconds; more is a jump, or the machine slept.
  static let clockTolerance = 0.5

  private let threads: Int
  /// The readings so far.
  private(set) var readings = LoadBins()
  private var wall: Timestamp?
  private var open = (seconds: 0.0, busy: 0.0, microjoules: Int64(0))
  private var isTrusted = true

  /// Nothing learned yet.
  ///
  /// - Parameter threads: the machine's hardware threads; with fewer on it is another machine.
  init(threads: Int) { self.threads = threads }

  /// Begins anew at a baseline.
  mutating func begin(at wall: Timestamp) {
    self.wall = wall
    open = (0, 0, 0)
    isTrusted = true
    // Short sessions take turns in what they hold out.
    if readings.count == 0 { readings = LoadBins(testsFirst: (wall.milliseconds / 1000) % 2 == 0) }
  }

  /// What was counted since the look before belongs to no known load: a counter that goes on from a killed meter's.
  mutating func skip() { wall = nil }

  /// The counter had trouble: since when is not known, so what it taught is forgotten, and nothing follows until the
  /// next baseline.
  mutating func distrust() {
    readings = LoadBins()
    isTrusted = false
  }

  /// Gives the readings and begins with none.
  mutating func takeReadings() -> LoadBins {
    defer { readings = LoadBins(testsFirst: !readings.bins[0].isTestNext) }
    return readings
  }

  /// Takes a look.
  mutating func take(_ look: Look) {
    defer { wall = look.wall }
    guard isTrusted else { return }
    let seconds = look.interval.length.seconds
    let jump = wall.map { abs(Double(look.wall.milliseconds - $0.milliseconds) / 1000 - seconds) } ?? .infinity
    guard look.isBusyKnown, look.processors == threads, seconds >= 0, jump <= Self.clockTolerance else {
      open = (.infinity, 0, 0)
      return close(look)
    }
    open.seconds += seconds
    open.busy += look.interval.usage * seconds
    open.microjoules += look.energy?.count ?? 0
    close(look)
  }

  /// Makes a reading of what is open when it is long enough; a stretch ends only where the counter says something.
  private mutating func close(_ look: Look) {
    guard look.energy != nil, open.seconds >= Self.shortest else { return }
    if open.seconds <= Self.longest {
      readings.add(load: min(open.busy / open.seconds, 1), power: .watts(Double(open.microjoules) / 1e6 / open.seconds))
    }
    open = (0, 0, 0)
  }
}

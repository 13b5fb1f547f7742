import Grid
import Quantities

/// One moment on both clocks: the grid's, by which values are dated, and the real one, by which servers are waited for.
///
/// Live, both show the same. In a replay the grid's clock shows another year and runs faster.
struct RealTime {
  private let gridNow: Timestamp
  private let realNow: Timestamp
  /// Seconds of grid time a second of real time.
  private let speed: Double

  /// This moment.
  init(grid: any GridClock, real: Timestamp) {
    gridNow = grid.now
    realNow = real
    speed = 1 / grid.realTime(of: .seconds(1)).seconds
  }

  /// A grid moment as real time.
  func real(_ moment: Timestamp) -> Timestamp { realNow + (moment - gridNow) / speed }

  /// A real moment as grid time.
  func grid(_ moment: Timestamp) -> Timestamp { gridNow + (moment - realNow) * speed }

  /// An error with its moments in grid time, as a reader of the record knows time.
  func inGridTime(_ error: ProviderError) -> ProviderError {
    switch error {
    case .rateLimited(let until): .rateLimited(until: grid(until))
    case .budgetSpent(let until): .budgetSpent(until: grid(until))
    case .resting(let until, let after): .resting(until: grid(until), after: after)
    default: error
    }
  }
}

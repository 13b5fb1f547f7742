import Foundation
import Quantities

/// The demo's requests: when each comes and how many pieces of work it carries, fixed by a seed.
///
/// Arrivals are a Poisson process whose rate follows the day in California: most in the afternoon, least at night.
struct Traffic {
  /// One request to come.
  struct Arrival {
    /// Grid time.
    let time: Timestamp
    /// The place of its first piece among all pieces sent.
    let first: Int
    /// Pieces carried.
    let units: Int
  }

  let arrivals: [Arrival]

  /// Requests over `hours` of grid time.
  ///
  /// - Parameters:
  ///   - requestsPerHour: the mean over a day.
  ///   - units: how many pieces a request carries, each number as likely.
  ///   - seed: fixes every random choice.
  init(start: Timestamp, hours: Int, requestsPerHour: Double, units: ClosedRange<Int>, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var arrivals: [Arrival] = []
    var place = 0
    let peak = requestsPerHour * 1.7
    var seconds = 0.0
    while true {
      seconds += -log(1 - random.unit()) / peak * 3600
      guard seconds < Double(hours) * 3600 else { break }
      let time = start + .seconds(seconds)
      // Thinning: an arrival of the peak rate is kept with the hour's share of it.
      guard random.unit() * peak < requestsPerHour * Self.pattern(at: time) else { continue }
      let count = units.lowerBound + Int(random.unit() * Double(units.count))
      arrivals.append(Arrival(time: time, first: place, units: count))
      place += count
    }
    self.arrivals = arrivals
  }

  /// The rate at a time of day over its mean: 0.3 at 2 at night and 1.7 at 2 in the afternoon in California (UTC - 7).
  static func pattern(at time: Timestamp) -> Double {
    let local = (time - .hours(7)).seconds / 3600
    let hour = local - (local / 24).rounded(.down) * 24
    return 1 + 0.7 * cos((hour - 14) / 24 * 2 * .pi)
  }
}

/// A small seeded generator (Steele, Lea, Flood: SplitMix64), so that two demos send the same requests.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Evenly in 0..<1.
  mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }
}

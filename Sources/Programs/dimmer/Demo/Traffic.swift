import Foundation
import Quantities
import Synchronization

/// The demo's requests: when each comes and how many images it carries, fixed by a seed.
///
/// Arrivals are a Poisson process whose rate follows the day in California: most in the afternoon, least at night.
struct Traffic {
  /// One request to come.
  struct Arrival {
    /// Grid time.
    let time: Timestamp
    /// The place of its first image among the live images.
    let firstImage: Int
    /// Images carried, 16 to 64.
    let images: Int
  }

  let arrivals: [Arrival]

  /// Requests over `hours` of grid time.
  ///
  /// - Parameters:
  ///   - requestsPerHour: the mean over a day.
  ///   - seed: fixes every random choice.
  init(start: Timestamp, hours: Int, requestsPerHour: Double, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var arrivals: [Arrival] = []
    var image = 0
    let peak = requestsPerHour * 1.7
    var seconds = 0.0
    while true {
      seconds += -log(1 - random.unit()) / peak * 3600
      guard seconds < Double(hours) * 3600 else { break }
      let time = start + .seconds(seconds)
      // Thinning: an arrival of the peak rate is kept with the hour's share of it.
      guard random.unit() * peak < requestsPerHour * Self.pattern(at: time) else { continue }
      let images = 16 + Int(random.unit() * 49)
      arrivals.append(Arrival(time: time, firstImage: image, images: images))
      image += images
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

/// What became of the requests: every answer held against the true labels.
final class Scoreboard: Sendable {
  /// One answered request.
  struct Scored: Sendable {
    let requestID: String
    let firstImage: Int
    let images: Int
    let right: Int
    let rightByImage: [Bool]
  }

  private struct State {
    var scored: [Scored] = []
    var failures: [String] = []
  }
  private let state = Mutex(State())

  func add(_ scored: Scored) { state.withLock { $0.scored.append(scored) } }
  func fail(_ reason: String) { state.withLock { $0.failures.append(reason) } }

  var scored: [Scored] { state.withLock { $0.scored } }
  var failures: [String] { state.withLock { $0.failures } }
  var images: Int { scored.reduce(0) { $0 + $1.images } }
  var right: Int { scored.reduce(0) { $0 + $1.right } }

  /// The share of images answered right.
  var accuracy: Double { images > 0 ? Double(right) / Double(images) : 0 }

  /// The standard error of the accuracy.
  ///
  /// Many images are changed copies of one handwritten digit and are right or wrong together, so whole digits are what
  /// varies: the error is that of a ratio of sums over digits (linearised cluster variance), never below the one that
  /// holds for independent images.
  func standardError(base: (Int) -> Int) -> Double {
    var byBase: [Int: (right: Double, images: Double)] = [:]
    for request in scored {
      for (offset, isRight) in request.rightByImage.enumerated() {
        let key = base(request.firstImage + offset)
        byBase[key, default: (0, 0)].right += isRight ? 1 : 0
        byBase[key, default: (0, 0)].images += 1
      }
    }
    let total = Double(images)
    let clusters = Double(byBase.count)
    guard total > 0, clusters > 1 else { return 0 }
    let residual = byBase.values.reduce(0.0) { sum, part in
      let difference = part.right - accuracy * part.images
      return sum + difference * difference
    }
    let clustered = (residual * clusters / (clusters - 1)).squareRoot() / total
    return max(clustered, (accuracy * (1 - accuracy) / total).squareRoot())
  }
}

import Quantities
import Switching

/// What was measured of each variant's latency at each load, from the requests themselves.
///
/// Arrivals are counted in windows of ten seconds; a window gives its load and its latencies to the bucket of loads
/// within 25 %. A bucket speaks once it has ``leastAnswers`` latencies, with the newest ``mostAnswers`` of them, and is
/// forgotten after a day, so that a variant that was held back is tried again.
struct LatencyWatch: Sendable {
  /// Fewer answers say nothing about a 95th percentile.
  static let leastAnswers = 40
  /// Older answers of a load give way to newer ones.
  static let mostAnswers = 400

  private static let window = Span.seconds(10)
  /// Windows stay open so long for answers that are still on their way.
  private static let openWindows: Int64 = 6
  private static let step = 1.25
  private static let memory = Span.hours(24)

  private struct Window: Sendable {
    var units = 0.0
    var latencies: [Span] = []
  }

  private struct Bucket: Sendable {
    var windows = 0.0
    var rates = 0.0
    var latencies: [Span] = []
    var newest: Timestamp
  }

  private var open: [String: [Int64: Window]] = [:]
  private var buckets: [String: [Int: Bucket]] = [:]
  private var newest: Int64 = .min

  /// A request was answered.
  ///
  /// - Parameters:
  ///   - moment: when it came, by the wall clock.
  ///   - latency: how long its caller waited for the answer, or for its first byte where it is a stream.
  mutating func answered(by variant: String, units: Double, at moment: Timestamp, latency: Span) {
    let index = Int64((Double(moment.milliseconds) / 1000 / Self.window.seconds).rounded(.down))
    newest = max(newest, index)
    guard index > newest - Self.openWindows else { return }
    open[variant, default: [:]][index, default: Window()].units += units
    open[variant, default: [:]][index, default: Window()].latencies.append(latency)
    close()
  }

  private mutating func close() {
    for (variant, windows) in open {
      for (index, window) in windows where index <= newest - Self.openWindows {
        open[variant]?[index] = nil
        let rate = window.units / Self.window.seconds
        guard rate > 0 else { continue }
        let moment = Timestamp(milliseconds: index * Int64(Self.window.seconds * 1000))
        let place = Int((Self.logarithm(rate) / Self.logarithm(Self.step)).rounded())
        var bucket = buckets[variant]?[place] ?? Bucket(newest: moment)
        bucket.windows += 1
        bucket.rates += rate
        bucket.newest = max(bucket.newest, moment)
        bucket.latencies = (bucket.latencies + window.latencies).suffix(Self.mostAnswers)
        buckets[variant, default: [:]][place] = bucket
      }
    }
  }

  /// The natural logarithm by its series, so that it is the same on every machine.
  private static func logarithm(_ value: Double) -> Double {
    var (mantissa, doublings) = (value.significand, Double(value.exponent))
    if mantissa > 1.5 { (mantissa, doublings) = (mantissa / 2, doublings + 1) }
    let z = (mantissa - 1) / (mantissa + 1)
    var (term, sum) = (z, 0.0)
    for power in stride(from: 1.0, through: 31, by: 2) {
      sum += term / power
      term *= z * z
    }
    return 2 * sum + doublings * 0.6931471805599453
  }

  /// The profiles, by variant, in units per real second; a variant of which too little is known has none.
  func profiles(at moment: Timestamp) -> [String: LatencyProfile] {
    buckets.compactMapValues { loads in
      let points = loads.values.compactMap { bucket -> LatencyProfile.Point? in
        guard bucket.latencies.count >= Self.leastAnswers, moment - bucket.newest <= Self.memory else { return nil }
        let sorted = bucket.latencies.sorted()
        let rank = Int((0.95 * Double(sorted.count)).rounded(.up)) - 1
        return .init(rate: bucket.rates / bucket.windows, p95: sorted[rank])
      }
      return points.isEmpty ? nil : LatencyProfile(points)
    }
  }
}

/// A ladder as an objective for latency leaves it, and why.
struct LatencyLimit {
  /// The variants that may serve, with the load each can take.
  let ladder: Ladder
  /// One sentence for each variant that is limited or left out.
  let sentences: [String]

  /// Lays an objective on a ladder.
  ///
  /// A variant that met the objective at every load that came is not limited: only more load can show where its limit
  /// is. When no variant meets it all stay, because a slow answer is better than none.
  ///
  /// - Parameters:
  ///   - profiles: in units per real second.
  ///   - speed: seconds of grid time a real second; capacities are in units per second of grid time.
  init(_ ladder: Ladder, profiles: [String: LatencyProfile], objective: Span, speed: Double, noun: String) {
    var kept: [Variant] = []
    var sentences: [String] = []
    let limit = "a p95 of \(objective.formatted(significantDigits: 3))"
    for var variant in ladder.variants {
      switch profiles[variant.name]?.capacity(within: objective) ?? .unknown {
      case .unknown, .untried: break
      case .missed:
        sentences.append("\(variant.name) is left out: it misses \(limit) at the lightest load measured.")
        continue
      case .limited(let rate):
        variant.capacity = min(rate / speed, variant.capacity ?? .infinity)
        sentences.append(
          "\(variant.name) gets at most \(Decimals.significant(rate, digits: 3)) \(noun) per second, up to which it "
            + "meets \(limit).")
      }
      kept.append(variant)
    }
    if let ladder = try? Ladder(kept) {
      (self.ladder, self.sentences) = (ladder, sentences)
    } else {
      self.ladder = ladder
      self.sentences = ["No variant meets \(limit) at the lightest load measured, so all of them stay."]
    }
  }
}

public import Quantities

/// What was measured of a variant's latency under load, and the load it can take within an objective.
///
/// Numbers come in as they were measured; nothing is fitted, and nothing is claimed beyond the highest load that was
/// tried. Latency is taken not to fall with load: a measured dip counts as the highest value of smaller loads, which
/// errs on the safe side.
public struct LatencyProfile: Hashable, Sendable, Codable {
  /// One load that was held for a while.
  public struct Point: Hashable, Sendable, Codable {
    /// Requests per second.
    public var rate: Double
    /// The 95th percentile of latency at that rate.
    public var p95: Span

    /// A point.
    public init(rate: Double, p95: Span) {
      self.rate = rate
      self.p95 = p95
    }
  }

  /// What a profile says about an objective.
  public enum Capacity: Hashable, Sendable, Codable {
    /// Nothing usable was measured.
    case unknown
    /// Even the lightest load that was measured misses the objective.
    case missed
    /// The objective is met up to so many requests per second.
    case limited(Double)
    /// The objective was met at every load that was tried, up to so many requests per second; more was never tried.
    case untried(beyond: Double)

    /// The requests per second a variant may be given; `nil` when unknown or missed.
    public var rate: Double? {
      switch self {
      case .unknown, .missed: nil
      case .limited(let rate), .untried(let rate): rate
      }
    }
  }

  /// The usable points, by rising rate.
  public let points: [Point]

  /// A profile. Points that are not finite, not above zero or without a latency are left out.
  public init(_ points: [Point]) {
    self.points =
      points
      .filter { $0.rate > 0 && $0.rate.isFinite && $0.p95 >= .zero && $0.p95.seconds.isFinite }
      .sorted { ($0.rate, $0.p95) < ($1.rate, $1.p95) }
  }

  /// The load up to which the 95th percentile stays within `objective`: on the line between the last measured load that
  /// does and the first that does not.
  public func capacity(within objective: Span) -> Capacity {
    guard let first = points.first, let last = points.last else { return .unknown }
    guard let miss = points.firstIndex(where: { $0.p95 > objective }) else { return .untried(beyond: last.rate) }
    guard miss > 0, points[miss].rate > first.rate else { return .missed }
    let (met, missed) = (points[miss - 1], points[miss])
    let worst = points[..<miss].map(\.p95).reduce(met.p95) { max($0, $1) }
    let part = (objective - worst) / (missed.p95 - worst)
    return .limited(met.rate + part * (missed.rate - met.rate))
  }
}

/// A ladder after an objective for latency was laid on it.
public struct CappedLadder: Hashable, Sendable, Codable {
  /// The variants that may serve, each with the load it can take; `nil` when none meets the objective.
  public let ladder: Ladder?
  /// One sentence for each variant that is limited, left out, or of which nothing was measured.
  public let sentences: [String]
}

extension Ladder {
  /// This ladder with capacities from measured latency. A capacity that was stated stays where it is lower.
  ///
  /// - Parameters:
  ///   - profiles: what was measured, by variant. A variant without a profile stays as it is: unknown is no limit, but is
  ///     said.
  ///   - objective: the most that the 95th percentile may be.
  public func capped(by profiles: [String: LatencyProfile], within objective: Span) -> CappedLadder {
    var kept: [Variant] = []
    var sentences: [String] = []
    let limit = "a p95 of \(objective.formatted(significantDigits: 3))"
    for var variant in variants {
      let capacity = profiles[variant.name]?.capacity(within: objective) ?? .unknown
      switch capacity {
      case .unknown:
        sentences.append("Nothing was measured of \(variant.name)'s latency, so \(limit) is not kept for it.")
      case .missed:
        sentences.append("\(variant.name) is left out: it misses \(limit) at the lightest load measured.")
        continue
      case .limited(let rate), .untried(let rate):
        let rate = min(rate, variant.capacity ?? rate)
        variant.capacity = rate
        let why = if case .limited = capacity { "meets \(limit)" } else { "was measured" }
        sentences.append(
          "\(variant.name) gets at most \(Decimals.significant(rate, digits: 3)) requests per second, up to which it "
            + "\(why).")
      }
      kept.append(variant)
    }
    return CappedLadder(ladder: try? Ladder(kept), sentences: sentences)
  }
}

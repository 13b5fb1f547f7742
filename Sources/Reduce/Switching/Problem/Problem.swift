public import Quantities

/// Which variant should serve which share of each interval's requests, so that mean quality over the whole stays at or
/// above a floor and as little carbon as possible is emitted.
///
/// Residency is not part of it: variants that are offered are taken to be loaded.
public struct Problem: Hashable, Sendable, Codable {
  /// One interval of the period.
  public struct Interval: Hashable, Sendable, Codable {
    /// Requests expected in it.
    public var requests: Double
    /// Its carbon intensity. A negative one costs nothing in the choice: burning more is never a saving.
    public var intensity: CarbonIntensity
    /// Power usage effectiveness of the site, at least 1.
    public var pue: Double
    /// Its length; only capacities need it.
    public var length: Span
    /// The grids of the other places where variants stand, by place; `nil` when there are none.
    public var elsewhere: [String: Elsewhere]?

    /// An interval.
    public init(
      requests: Double, intensity: CarbonIntensity, pue: Double = 1, length: Span = .hours(1),
      elsewhere: [String: Elsewhere]? = nil
    ) {
      self.requests = requests
      self.intensity = intensity
      self.pue = pue
      self.length = length
      self.elsewhere = elsewhere
    }

    /// What a joule costs on the site's own grid, in g/kWh including PUE.
    var cost: Double { max(0, intensity.gramsPerKilowattHour) * pue }

    /// Grams emitted when every request takes `joules`.
    func grams(joulesPerRequest joules: Double) -> Double {
      requests * joules * pue * intensity.gramsPerKilowattHour / 3.6e6
    }
  }

  /// What may serve.
  public let ladder: Ladder
  /// Least mean quality over all requests, in points.
  public let floor: Double
  /// The period.
  public let intervals: [Interval]
  /// Least mean quality of each single interval, in points; `nil` for none.
  public let instantFloor: Double?
  /// Which quality the floors hold for.
  public let basis: QualityBasis

  /// A problem.
  ///
  /// - Throws: ``SwitchingError`` when the floor or an interval is not in range.
  public init(
    ladder: Ladder, floor: Double, instantFloor: Double? = nil, intervals: [Interval],
    basis: QualityBasis = .lowerBound
  ) throws(SwitchingError) {
    for floor in [floor, instantFloor ?? floor] where !(0...100).contains(floor) { throw .invalidFloor(floor) }
    for (index, interval) in intervals.enumerated() {
      guard interval.requests >= 0, interval.requests.isFinite else {
        throw .invalidInterval(index, "requests must be finite and not negative")
      }
      guard interval.intensity.gramsPerKilowattHour.isFinite else {
        throw .invalidInterval(index, "its intensity is unknown; leave the interval out or forecast it")
      }
      guard interval.pue >= 1, interval.pue.isFinite else { throw .invalidInterval(index, "PUE must be at least 1") }
      guard interval.length > .zero, interval.length.seconds.isFinite else {
        throw .invalidInterval(index, "its length must be above zero")
      }
      if let problem = Problem.problem(of: interval.elsewhere, for: ladder) { throw .invalidInterval(index, problem) }
    }
    self.ladder = ladder
    self.floor = floor
    self.instantFloor = instantFloor
    self.intervals = intervals
    self.basis = basis
  }

  /// The plan of least carbon: the exact greedy on the hull, or, where a variant's capacity is limited, bisection on the
  /// price.
  public func solve() -> Plan {
    let solution =
      ladder.isCapacityLimited
      ? CapacitySolver(ladder: ladder, basis: basis, intervals: intervals, instantFloor: instantFloor)
        .solve(floor: floor)
      : Problem.greedy(
        ladder, Hull(of: ladder, on: basis), intervals, instantFloor: instantFloor, floor: floor, basis: basis)
    return Plan(problem: self, solution: solution)
  }

  /// The greedy, whatever the capacities: on one hull for all intervals, or on one for each where variants stand on
  /// different grids.
  ///
  /// - Parameter hull: the hull of energies, for the first.
  static func greedy(
    _ ladder: Ladder, _ hull: Hull, _ intervals: [Interval], instantFloor: Double?, floor: Double, basis: QualityBasis
  ) -> Solution {
    guard ladder.isPlaced else {
      return GreedySolver(ladder: ladder, hull: hull, intervals: intervals, instantFloor: instantFloor)
        .solve(floor: floor)
    }
    return PlacedSolver(ladder: ladder, basis: basis, intervals: intervals, instantFloor: instantFloor)
      .solve(floor: floor)
  }

  /// The best fixed mix at the floor, and its carbon over the period. Where variants stand on different grids it is the best
  /// for the period's mean intensities: places are chosen once, too.
  public func staticMix() -> (mix: StaticMix, carbon: Carbon) {
    let wanted = max(floor, instantFloor ?? 0)
    let mix =
      ladder.isPlaced
      ? FixedMixes(of: ladder, over: intervals, on: basis).anywhere(reaching: wanted)
      : StaticMix(of: ladder, reaching: wanted, on: basis)
    return (mix, .grams(intervals.reduce(0) { $0 + $1.grams(sharing: mix.shares, on: ladder) }))
  }

  /// The carbon of serving the variant of highest quality all the time, at home where one stands there.
  public func alwaysBest() -> Carbon {
    guard !ladder.isPlaced else { return FixedMixes(of: ladder, over: intervals, on: basis).alwaysBest }
    let hull = Hull(of: ladder, on: basis)
    let joules = hull.points[hull.points.count - 1].energy.joules
    return .grams(intervals.reduce(0) { $0 + $1.grams(joulesPerRequest: joules) })
  }
}

/// What a solver hands back, before sums are taken.
struct Solution {
  /// Shares by interval and ladder order.
  var shares: [[Double]]
  var price: Double
  var isFeasible: Bool
  var isWithinCapacity = true
}

/// The answer to a ``Problem``.
public struct Plan: Hashable, Sendable, Codable {
  /// Each interval's shares, in ladder order; every row sums to 1.
  public let shares: [[Double]]
  /// The price of quality: carbon intensity (g/kWh, with PUE) times joules per point of the last upgrade bought.
  /// Divided by 3.6e6 it is the floor's shadow price in grams per point and request.
  public let price: Double
  /// Carbon over the period.
  public let carbon: Carbon
  /// Mean quality over all requests on the problem's basis, in points; `nil` when no request is expected.
  public let quality: Double?
  /// Whether the floor is met. If not, the best that can be had is served.
  public let isFeasible: Bool
  /// Whether every interval's requests fit into the variants' capacities.
  public let isWithinCapacity: Bool

  init(problem: Problem, solution: Solution) {
    var (grams, points, requests) = (0.0, 0.0, 0.0)
    for (interval, row) in zip(problem.intervals, solution.shares) {
      grams += interval.grams(sharing: row, on: problem.ladder)
      points += interval.requests * problem.ladder.quality(row, on: problem.basis)
      requests += interval.requests
    }
    shares = solution.shares
    price = solution.price
    carbon = .grams(grams)
    quality = requests > 0 ? points / requests : nil
    isFeasible = solution.isFeasible
    isWithinCapacity = solution.isWithinCapacity
  }
}

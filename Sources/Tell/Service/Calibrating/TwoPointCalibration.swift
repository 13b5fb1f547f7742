public import Metering
public import Methods
public import Quantities

/// The marginal energy of a unit and of a request from windows of small and of large requests: the slope over units is
/// the energy of one unit, what is left that of a request.
public struct TwoPointCalibration: Hashable, Sendable {
  /// Windows of requests of one size.
  public struct Point: Hashable, Sendable {
    /// Units in each request.
    public let units: Int
    /// Joules of one request in each window.
    public let joules: [Double]

    /// A point.
    public init(units: Int, joules: [Double]) {
      self.units = units
      self.joules = joules
    }
  }

  /// The method's name and version.
  public static let id: MethodID = "two-point-calibration@1"

  /// The energy of one unit.
  public let perUnit: Estimate<Energy>
  /// The energy of a request apart from its units.
  public let perRequest: Estimate<Energy>
  /// How the energy of a unit came about.
  public let receipt: Receipt

  /// The calibration of `variant` from two points, `small` with fewer units than `large`.
  ///
  /// - Parameters:
  ///   - unit: what one unit is called: `image`.
  ///   - source: the processors' source, whose error is common to both points.
  ///   - note: what else is to be known of the variant.
  public init(of variant: String, small: Point, large: Point, unit: String, source: SourceDescription, note: String) {
    let read = { (point: Point) in
      WindowEnergies(of: "\(variant):\(point.units)", joules: point.joules, source: source)
        .figure("energy of a request of \(point.units) \(unit)s, \(point.joules.count) windows")
    }
    let (low, high) = (read(small), read(large))
    let sizes = (Double(small.units), Double(large.units))
    perUnit = .combining(low.estimate, high.estimate, method: Self.id) {
      Self.line(small: $0, large: $1, units: sizes).perUnit
    }
    perRequest = .combining(low.estimate, high.estimate, method: Self.id) {
      Self.line(small: $0, large: $1, units: sizes).perRequest
    }
    receipt =
      Figure(
        "marginal energy of one \(unit) on \(variant)", perUnit, inputs: [low.receipt, high.receipt],
        note: "\(source.reason); \(note)"
      ).receipt
  }

  /// The line through two points, neither part below zero: where noise would leave a request less than nothing, all of
  /// the large one's energy is its units'.
  private static func line(
    small: Double, large: Double, units: (small: Double, large: Double)
  ) -> (perUnit: Double, perRequest: Double) {
    let slope = max(0, (large - small) / (units.large - units.small))
    let rest = small - units.small * slope
    return rest >= 0 ? (slope, rest) : (max(0, large / units.large), 0)
  }

  /// The registry's entry.
  static let method = Method(
    id, "Marginal energy of a unit and of a request from two batch sizes",
    formula:
      "joules_per_unit = (large_joules - small_joules) / (large_units - small_units); joules_per_request = small_joules - small_units x joules_per_unit; a negative rest counts as zero and the large request's energy as its units'",
    citation: Source(
      "Dimmer: slope over two batch sizes, idle apart (marginal, not mean, energy decides what switching saves)"),
    inputs: [
      MethodParameter("small_units", "units in the small request"),
      MethodParameter("large_units", "units in the large one"),
      MethodParameter("small_joules", unit: "J", "energy of the small request beyond idle"),
      MethodParameter("large_joules", unit: "J", "energy of the large request beyond idle"),
    ],
    outputs: [
      MethodParameter("joules_per_unit", unit: "J", "energy of one unit"),
      MethodParameter("joules_per_request", unit: "J", "energy of a request apart from its units"),
    ]
  ) { arguments throws(MethodError) in
    let (small, large) = (try arguments.number("small_units"), try arguments.number("large_units"))
    guard large > small else { throw .noAnswer("large_units must be above small_units") }
    let (atSmall, atLarge) = (try arguments.number("small_joules"), try arguments.number("large_joules"))
    let line = line(small: atSmall, large: atLarge, units: (small, large))
    return ["joules_per_unit": .number(line.perUnit), "joules_per_request": .number(line.perRequest)]
  }
}

import Methods
public import Quantities

/// The intensity of a generation mix: `intensity-by-fuel@1`.
///
///     intensity = sum(generation x factor) / sum(generation), over the fuels whose factor is known
///
/// Generation without a factor (oil and "other" in the IPCC table) is the unknown share. The value stays the mean of
/// the known mix, which says: what we cannot see is like what we can. The interval is wider by what that could be
/// wrong: the unknown share at the lowest factor of the table and at the highest. The whole table counts, not only the
/// fuels that ran in that hour, so that an hour without coal does not claim that its unknown fuel cannot be as bad.
/// Formula: signals-and-scheduling, 5.5.
public enum IntensityByFuel {
  /// A fuel's part in the mix.
  public struct Part: Hashable, Sendable {
    /// Generation in any unit, the same for all parts; not negative.
    public let generation: Double
    /// The fuel's intensity.
    public let factor: Estimate<CarbonIntensity>

    /// A part of so much generation at that intensity.
    public init(generation: Double, factor: Estimate<CarbonIntensity>) {
      self.generation = generation
      self.factor = factor
    }
  }

  /// The intensity of a mix and what share of its generation has no factor.
  public struct Mix: Hashable, Sendable {
    /// The intensity with its interval.
    public let intensity: Estimate<CarbonIntensity>
    /// The share without a factor, 0 to 1.
    public let unknownShare: Double
  }

  /// The intensity of a mix.
  ///
  /// - Parameters:
  ///   - known: the fuels with a factor.
  ///   - unknown: generation without a factor, in the same unit.
  ///   - bounds: the lowest and the highest factor that generation without one may have.
  ///   - unknownSource: the name under which the unknown share's uncertainty is kept.
  /// - Returns: nothing when no fuel with a factor generated anything, or an amount is negative or no number.
  public static func mix(
    _ known: [Part], unknown: Double, bounds: ClosedRange<CarbonIntensity>, unknownSource: UncertaintySource
  ) -> Mix? {
    guard known.allSatisfy({ $0.generation >= 0 && $0.generation.isFinite }), unknown >= 0, unknown.isFinite else {
      return nil
    }
    let total = known.reduce(0) { $0 + $1.generation }
    guard total > 0, total.isFinite else { return nil }
    var value = 0.0
    var deviations: [UncertaintySource: Deviation] = [:]
    for part in known {
      let share = part.generation / total
      value += share * part.factor.value.gramsPerKilowattHour
      for (source, deviation) in part.factor.deviations where share > 0 {
        var sum = deviations[source] ?? Deviation(atLow: 0, atHigh: 0)
        sum.atLow += share * deviation.atLow
        sum.atHigh += share * deviation.atHigh
        deviations[source] = sum
      }
    }
    let unknownShare = unknown / (total + unknown)
    if unknownShare > 0 {
      deviations[unknownSource] = Deviation(
        atLow: unknownShare * min(0, bounds.lowerBound.gramsPerKilowattHour - value),
        atHigh: unknownShare * max(0, bounds.upperBound.gramsPerKilowattHour - value))
    }
    let origin: Origin = known.contains { $0.factor.origin == .assumed } ? .assumed : .modelled
    return Mix(
      intensity: Estimate(
        .gramsPerKilowattHour(value), origin: origin, method: GridMethods.intensityByFuel, deviations: deviations),
      unknownShare: unknownShare)
  }
}

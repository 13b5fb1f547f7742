import Accounting
import Factors
import Methods
import Quantities

/// Figures as tests need them.
enum Given {
  static func energy(_ energy: Energy, relative: ClosedRange<Double> = 0...0, source: String = "meter") -> Figure<
    Energy
  > {
    Figure("energy", Estimate(energy, relative: relative, origin: .measured, method: "test-meter@1", source: source))
  }

  static func intensity(
    _ grams: Double, relative: ClosedRange<Double> = 0...0, source: String = "grid"
  ) -> Figure<CarbonIntensity> {
    Figure(
      "grid",
      Estimate(
        .gramsPerKilowattHour(grams), relative: relative, origin: .published, method: "test-grid@1", source: source))
  }

  static func exact<Q: Quantity>(_ value: Q) -> Figure<Q> {
    Figure("given", Estimate.exact(value, origin: .declared, method: "declared-value@1"))
  }

  static func facility(_ energy: Energy, pue: Double = 1) -> FacilityEnergy {
    FacilityEnergy(ITEnergy(self.energy(energy)), pue: exact(Ratio(pue)))
  }
}

/// Whether two numbers agree to a relative tolerance.
func agrees(_ value: Double, _ expected: Double, to tolerance: Double = 1e-9) -> Bool {
  abs(value - expected) <= tolerance * max(abs(expected), .leastNormalMagnitude)
}

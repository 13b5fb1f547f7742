import Quantities

#if canImport(Glibc)
  import Glibc
#endif

extension GridFact {
  /// Operational carbon of an energy here and now: energy times PUE times intensity (`operational-carbon@1`; Green
  /// Software Foundation, SCI specification). Energy and intensity err independently, so their relative deviations add
  /// up as the root of the sum of squares. Nil when the intensity is not known.
  func carbon(of energy: JouleRange) -> GramRange? {
    guard let intensity else { return nil }
    let factor = intensity.gramsPerKilowattHour
    let value = grams(energy.value, factor)
    guard low != nil || high != nil, energy.low > 0, factor > 0 else {
      return GramRange(value: value, low: grams(energy.low, factor), high: grams(energy.high, factor))
    }
    let down = hypot(
      log(energy.low / energy.value), log(max((low ?? intensity).gramsPerKilowattHour, factor * 1e-3) / factor))
    let up = hypot(log(energy.high / energy.value), log(max((high ?? intensity).gramsPerKilowattHour, factor) / factor))
    return GramRange(value: value, low: value * exp(-down), high: value * exp(up))
  }

  /// The machine's embodied carbon over a time; nil when the machine is not known.
  func embodied(over time: Span) -> GramRange? { embodiedGramsPerSecond.map { $0 * max(0, time.seconds) } }

  private func grams(_ joules: Double, _ factor: Double) -> Double { joules * pue * factor / 3.6e6 }
}

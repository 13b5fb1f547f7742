import Quantities

/// How far off an energy may be whose source is better at some loads than at others: the looks' intervals, each weighed
/// by the energy that came with it. Errors are taken to go the same way in all looks, which is the worst case.
struct EnergyInterval {
  private var host = (energy: 0.0, low: 0.0, high: 0.0)
  private var run = (energy: 0.0, low: 0.0, high: 0.0)

  /// Adds a look's energy with its 95 % interval as parts of it.
  mutating func add(_ terms: EnergyTerms, relative: ClosedRange<Double>) {
    Self.add(terms.host, relative, to: &host)
    Self.add(terms.run, relative, to: &run)
  }

  /// The interval of the run's energy, as parts of it; of all energy where the run has none; `nil` without any.
  var relative: ClosedRange<Double>? {
    let sums = run.energy > 0 ? run : host
    guard sums.energy > 0 else { return nil }
    return sums.low / sums.energy...max(sums.high, sums.low) / sums.energy
  }

  private static func add(
    _ energy: Microjoules, _ relative: ClosedRange<Double>, to sums: inout (energy: Double, low: Double, high: Double)
  ) {
    let count = Double(energy.count)
    sums.energy += count
    sums.low += count * relative.lowerBound
    sums.high += count * relative.upperBound
  }
}

import Ledger
import Quantities

/// Kilowatt-hours as CodeCarbon 3.3.2 counts them (mlco2/codecarbon, codecarbon/core/units.py).
///
/// It turns the joules of counters (RAPL, NVML) into kilowatt-hours by a constant of six digits, 8e-7 above the exact
/// 1 / 3 600 000, and multiplies power by time exactly. A file does not say which energies were counted, so nothing is
/// corrected when one is read: compare to a millionth. When one is written it is exact, but for runs that were measured
/// by CodeCarbon's models so that their figures can be compared with its own.
enum CodeCarbonUnits {
  /// Kilowatt-hours in a joule that a counter counted.
  static let kilowattHoursPerCountedJoule = 2.77778e-7
  /// Methods that read the counters which CodeCarbon reads.
  private static let counters: Set<String> = ["rapl-counter", "nvml-counter"]

  /// Whether a run was measured by CodeCarbon's models.
  static func areIn(_ components: [Component]) -> Bool {
    components.contains { $0.method?.name.hasPrefix("codecarbon-") == true }
  }

  /// A component's kilowatt-hours; `nil` when its energy is unknown.
  static func kilowattHours(of component: Component) -> Double? {
    guard let energy = component.microjoules?.energy else { return nil }
    let isCounted = component.method.map { counters.contains($0.name) } ?? false
    return isCounted ? energy.joules * kilowattHoursPerCountedJoule : energy.kilowattHours
  }
}

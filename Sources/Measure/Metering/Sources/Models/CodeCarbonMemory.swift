public import Quantities

/// Power of main memory by its size as CodeCarbon 3.3.2 has it: watts for each module that a machine of this size is
/// supposed to have (mlco2/codecarbon, codecarbon/external/ram.py).
///
/// It does not always rise with the size: 377 GiB are twelve modules and 54 W, 512 GiB are eight and 38 W.
public enum CodeCarbonMemory {
  /// What CodeCarbon tells apart.
  public enum Architecture: Hashable, Sendable {
    case x86
    case arm

    /// Watts of one module.
    var wattsPerModule: Double { self == .arm ? 1.5 : 5 }
    /// The least that it says for a machine: two modules.
    var leastWatts: Double { 2 * wattsPerModule }
  }

  /// Modules that a machine with so much memory is supposed to have.
  ///
  /// - Parameter gibibytes: 2^30 bytes each.
  static func modules(gibibytes: Double) -> Int {
    switch gibibytes {
    case ...2: return 1
    case ...16: return 2
    case ...64: return 4
    case ...128: return 8
    default:
      // The largest module of which there are eight at the least; above 128 GiB one of 16 GiB always fits.
      let size = [128.0, 64, 32, 16].first { $0 <= gibibytes / 8 } ?? 16
      return Int(min((gibibytes / size).rounded(.up), 32))
    }
  }

  /// Power of so much memory: four modules count in full, four more at 0.9, eight more at 0.8, the rest at 0.7.
  public static func power(size: Bits, architecture: Architecture) -> Power {
    let modules = modules(gibibytes: size.bytes / 1_073_741_824)
    let full = Double(min(modules, 4))
    let next = Double(min(max(modules - 4, 0), 4))
    let further = Double(min(max(modules - 8, 0), 8))
    let rest = Double(max(modules - 16, 0))
    let watts = architecture.wattsPerModule * (full + 0.9 * next + 0.8 * further + 0.7 * rest)
    return .watts(max(watts, architecture.leastWatts))
  }

  /// How far it may be off, as fractions: as far as the published watts for a gigabyte are from it, of Boavizta (0.284)
  /// and of Cloud Carbon Footprint (0.392).
  static func relative(size: Bits, architecture: Architecture) -> ClosedRange<Double> {
    let watts = power(size: size, architecture: architecture).watts
    return min(0.284 * size.gigabytes / watts - 1, 0)...max(0.392 * size.gigabytes / watts - 1, 0)
  }
}

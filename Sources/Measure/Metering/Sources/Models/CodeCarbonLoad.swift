public import Quantities

/// Power of a processor by its load as CodeCarbon 3.3.2 has it (mlco2/codecarbon, codecarbon/external/hardware.py).
///
/// CodeCarbon samples once a second and takes the mean of the powers; its curve for machines is cubic, so figures can
/// be compared where the meter's period is a second, too.
public struct CodeCarbonLoad: Hashable, Sendable {
  /// What CodeCarbon calls the tracking mode.
  public enum Tracking: Hashable, Sendable {
    /// The whole machine: a tenth of the design power at no load, and the cube of the load above it.
    case machine
    /// One tree of processes: the design power times its part of all processors, with nothing for idle.
    case process
  }

  /// Of all packages together.
  public let thermalDesignPower: Power
  /// Whose power it is.
  public let tracking: Tracking

  /// What CodeCarbon assumes for each hardware thread of a processor that it does not know, watts (core/cpu.py).
  static let wattsPerUnknownThread = 4.0

  /// A model.
  public init(thermalDesignPower: Power, tracking: Tracking) {
    self.thermalDesignPower = thermalDesignPower
    self.tracking = tracking
  }

  /// Power at `load`, the busy part of all hardware threads; what is outside 0 to 1 counts as the nearest end.
  public func power(load: Double) -> Power {
    let load = min(max(load.isNaN ? 0 : load, 0), 1)
    switch tracking {
    case .machine: return thermalDesignPower * (0.1 + 0.9 * load * load * load)
    case .process: return thermalDesignPower * load
    }
  }

  /// How far it may be off, as fractions: below by what models were off wall meters; above by as much as the measured
  /// load curve exceeds it, which for machines is most at a load of 0.3, for the active part of processes at 0.1.
  var relative: ClosedRange<Double> {
    let curve = { (load: Double) in LoadCurve.power(thermalDesignPower: thermalDesignPower, load: load).watts }
    let low = MeteringMethods.loadModelRelative.lowerBound
    guard thermalDesignPower.watts > 0 else { return low...0 }
    switch tracking {
    case .machine: return low...(curve(0.3) / power(load: 0.3).watts - 1)
    case .process: return low...((curve(0.1) - curve(0)) / power(load: 0.1).watts - 1)
    }
  }
}

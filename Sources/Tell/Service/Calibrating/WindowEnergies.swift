public import Metering
import Methods
public import Quantities

/// The energies of one request that a meter read in several windows, in joules beyond idle.
public struct WindowEnergies: Hashable, Sendable {
  /// What answered: a variant's name, and the request's size where there are several.
  public let what: String
  /// Joules of one request in each window.
  public let joules: [Double]
  /// The processors' source, whose error is common to all that is measured on this machine.
  public let source: SourceDescription

  /// Energies of windows.
  public init(of what: String, joules: [Double], source: SourceDescription) {
    self.what = what
    self.joules = joules
    self.source = source
  }

  /// The mean of the windows.
  public var mean: Energy { .joules(WindowMean(joules).value) }

  /// The mean with the windows' scatter and the source's own error.
  var estimate: Estimate<Energy> { stated(by: source.method) }

  /// The same, made by another method.
  func stated(by method: MethodID) -> Estimate<Energy> {
    let mean = WindowMean(joules)
    return Estimate(
      .joules(mean.value), origin: source.origin, method: method,
      deviations: [
        UncertaintySource("windows:\(what)"): Deviation(atLow: -mean.halfWidth, atHigh: mean.halfWidth),
        "load-model:cpu": Deviation(
          atLow: mean.value * source.relative.lowerBound, atHigh: mean.value * source.relative.upperBound),
      ])
  }

  /// What was read, as the leaf of a calibration's receipt.
  func figure(_ label: String) -> Figure<Energy> {
    Figure(
      label, estimate, note: "the mean of \(joules.count) windows, read beyond idle by \(source.name): \(source.reason)"
    )
  }
}

public import Quantities

/// Power by load as a profile says it, with how far off it may be: narrow where the machine model was seen at that load,
/// between such loads as far as power can be elsewhere without falling, and outside as wide as the published model.
public struct CalibratedLoad: Hashable, Sendable {
  /// What was learned.
  public let profile: LoadProfile
  /// The published model, which gives the curve's shape where nothing was seen.
  public let published: PublishedLoad
  /// The curve.
  let fit: LoadCurveFit

  /// What a profile and the published model say together; `nil` when the profile has too few readings for a curve.
  public init?(_ profile: LoadProfile, published: PublishedLoad) {
    guard let fit = profile.fit else { return nil }
    self.profile = profile
    self.published = published
    self.fit = fit
  }

  /// Ranges of load that were seen, in order; at least one.
  private var seen: [LoadCurveFit.Seen] { fit.seen }

  /// The 95 % interval at the loads that were seen, as a part of the value: the fit's and the counter's together.
  public var relativeError: Double { profile.combined(fit.relativeError) }

  /// Power of all processors at `load`, 0 to 1. Outside the loads seen the published curve goes on from the fitted one.
  public func power(load: Double) -> Power {
    let load = min(max(load.isNaN ? 0 : load, 0), 1)
    guard let lowest = seen.first?.loads.lowerBound, let highest = seen.last?.loads.upperBound else {
      return published.power(load: load)
    }
    let edge = min(max(load, lowest), highest)
    let fitted = fit.power(load: edge)
    let reference = published.power(load: edge)
    guard edge != load, reference.watts > 0 else { return fitted }
    return fitted * (published.power(load: load) / reference)
  }

  /// The 95 % interval of ``power(load:)``, as parts of it.
  public func relative(load: Double) -> ClosedRange<Double> {
    let load = min(max(load.isNaN ? 0 : load, 0), 1)
    let value = power(load: load).watts
    let above = seen.firstIndex { load <= $0.loads.upperBound }
    if let above, seen[above].loads.contains(load) { return symmetric(profile.combined(seen[above].relativeError)) }
    let neighbours = [above.map { $0 - 1 } ?? seen.count - 1, above ?? -1].filter { $0 >= 0 }.map { seen[$0] }
    guard value > 0, let first = neighbours.first, let last = neighbours.last else { return published.relative }
    let error = profile.combined(neighbours.map(\.relativeError).reduce(0, max))
    let widest = max(min(published.relative.lowerBound, -error), -1)...max(published.relative.upperBound, error)
    guard neighbours.count == 2 else {
      let edge = min(max(load, first.loads.lowerBound), first.loads.upperBound)
      guard abs(load - edge) <= Self.near else { return widest }
      // Close by, power is what it was at the edge, or differs from it by up to twice what the published curve says.
      return symmetric(error + abs(power(load: edge).watts / value - 1)).clamped(to: widest)
    }
    // Power does not fall with load: between two loads it is between theirs.
    let low = power(load: first.loads.upperBound).watts / value * (1 - error) - 1
    let high = power(load: last.loads.lowerBound).watts / value * (1 + error) - 1
    return (min(low, -error)...max(high, error)).clamped(to: widest)
  }

  /// How far beyond the loads seen the curve says anything.
  private static let near = 0.05

  private func symmetric(_ error: Double) -> ClosedRange<Double> { -min(error, 1)...error }

  /// The interval that holds whatever the load will be.
  public var relative: ClosedRange<Double> {
    let all = (0...200).map { relative(load: Double($0) / 200) }
    return all.reduce(all[0]) { min($0.lowerBound, $1.lowerBound)...max($0.upperBound, $1.upperBound) }
  }

  /// What was learned, when and from what, in one sentence for people.
  var reason: String {
    let percent = { (part: Double) in Decimals.significant(part * 100, digits: 2) }
    let lowest = percent(seen.first?.loads.lowerBound ?? 0)
    let highest = percent(seen.last?.loads.upperBound ?? 0)
    let date = String(profile.made.description.prefix(10))
    let elsewhere = percent(max(-relative.lowerBound, relative.upperBound))
    return "calibrated on \(date) from \(profile.source), ±\(percent(relativeError)) % "
      + "(\(Int(fit.count)) readings of this machine model at loads from \(lowest) % to \(highest) %, "
      + "up to ±\(elsewhere) % at loads not seen)"
  }
}

/// A published model of power by load, with how far off it is.
public struct PublishedLoad: Hashable, Sendable {
  /// Which.
  public enum Model: Hashable, Sendable {
    /// The load curve on a thermal design power of all packages.
    case curve(thermalDesignPower: Power)
    /// Watts for each virtual processor.
    case perVCPU(VCPULoad, count: Int)
    /// CodeCarbon's curve.
    case codeCarbon(CodeCarbonLoad)
  }

  /// Which.
  public let model: Model
  /// The 95 % interval as parts of the value.
  public let relative: ClosedRange<Double>

  /// Power at `load`, 0 to 1.
  public func power(load: Double) -> Power {
    switch model {
    case .curve(let power): LoadCurve.power(thermalDesignPower: power, load: load)
    case .perVCPU(let model, let count): model.power(count: count, load: load)
    case .codeCarbon(let model): model.power(load: load)
    }
  }
}

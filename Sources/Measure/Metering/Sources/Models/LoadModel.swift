public import Quantities

/// Power of a processor by its load, when it cannot be measured.
public enum LoadCurve {
  /// The curve's points: load, and power as a part of the thermal design power. Measured by Teads with turbostress on
  /// bare AWS machines; published by Boavizta (boaviztapi).
  static let points: [(load: Double, factor: Double)] = [(0, 0.12), (0.1, 0.32), (0.5, 0.75), (1, 1.02)]

  /// Power at `load`, straight between the points.
  ///
  /// - Parameters:
  ///   - thermalDesignPower: of all packages together.
  ///   - load: the busy part of all hardware threads; what is outside 0 to 1 counts as the nearest end.
  public static func power(thermalDesignPower: Power, load: Double) -> Power {
    let load = min(max(load.isNaN ? 0 : load, 0), 1)
    var below = points[0]
    for above in points.dropFirst() {
      if load <= above.load {
        let part = (load - below.load) / (above.load - below.load)
        return thermalDesignPower * (below.factor + part * (above.factor - below.factor))
      }
      below = above
    }
    return thermalDesignPower * below.factor
  }
}

/// Power of virtual processors by their load: straight between an idle and a full power for each.
public struct VCPULoad: Hashable, Sendable {
  /// The processor generation, as published.
  public let architecture: String
  /// Watts of one idle virtual processor.
  public let idleWatts: Double
  /// Watts of one busy virtual processor.
  public let fullWatts: Double

  /// `count` virtual processors at `load`, 0 to 1.
  public func power(count: Int, load: Double) -> Power {
    let load = min(max(load.isNaN ? 0 : load, 0), 1)
    return .watts(Double(count) * (idleWatts + load * (fullWatts - idleWatts)))
  }

  /// Published coefficients (Cloud Carbon Footprint, AWS set; EPYC of the third generation from its Azure set).
  public static let published: [VCPULoad] = [
    VCPULoad(architecture: "Sandy Bridge", idleWatts: 2.17, fullWatts: 8.58),
    VCPULoad(architecture: "Ivy Bridge", idleWatts: 3.04, fullWatts: 8.25),
    VCPULoad(architecture: "Haswell", idleWatts: 1.90, fullWatts: 6.01),
    VCPULoad(architecture: "Broadwell", idleWatts: 0.71, fullWatts: 3.69),
    VCPULoad(architecture: "Skylake", idleWatts: 0.64, fullWatts: 4.19),
    VCPULoad(architecture: "Cascade Lake", idleWatts: 0.64, fullWatts: 3.97),
    VCPULoad(architecture: "Coffee Lake", idleWatts: 1.14, fullWatts: 5.42),
    VCPULoad(architecture: "EPYC 1st generation", idleWatts: 0.82, fullWatts: 2.55),
    VCPULoad(architecture: "EPYC 2nd generation", idleWatts: 0.47, fullWatts: 1.69),
    VCPULoad(architecture: "EPYC 3rd generation", idleWatts: 0.45, fullWatts: 2.02),
  ]

  /// For a processor of no published generation (Cloud Carbon Footprint, AWS average).
  public static let unknown = VCPULoad(architecture: "unknown", idleWatts: 0.74, fullWatts: 3.5)

  /// How far the published generations lie from the average at half load, as fractions: what is not known when the
  /// generation is not known.
  public static let unknownRelative: ClosedRange<Double> = {
    let half = { (model: VCPULoad) in (model.idleWatts + model.fullWatts) / 2 }
    let ratios = published.map { half($0) / half(unknown) - 1 }
    return (ratios.min() ?? 0)...(ratios.max() ?? 0)
  }()
}

/// The processor's energy by its load.
public struct LoadModelSource: PowerSource {
  /// Which model.
  public enum Model: Hashable, Sendable {
    /// A published one.
    case published(PublishedLoad)
    /// One that was learned from a counter of this machine model.
    case calibrated(CalibratedLoad)

    /// Power at `load`, 0 to 1.
    public func power(load: Double) -> Power {
      switch self {
      case .published(let model): model.power(load: load)
      case .calibrated(let model): model.power(load: load)
      }
    }

    /// The 95 % interval of ``power(load:)`` as parts of it; `nil` where it is the same at every load.
    func relative(load: Double) -> ClosedRange<Double>? {
      if case .calibrated(let model) = self { model.relative(load: load) } else { nil }
    }
  }

  /// The model in use.
  public let model: Model
  public let descriptions: [SourceDescription]
  /// Half the width of the 95 % interval at loads that are to be expected, as a part of the value.
  let expectedError: Double
  private var rest = (energy: 0.0, idle: 0.0)

  /// The model for a processor.
  ///
  /// - Parameters:
  ///   - processor: what the machine says its processor is.
  ///   - fusedPower: the thermal design power that the processor itself states, where it can be read.
  ///   - profile: what was learned of this machine model; one with too few readings for a curve is passed over.
  ///   - powerModel: whose model was asked for; under CodeCarbon's neither profile nor stated power counts.
  ///   - why: why it is not measured.
  public init(
    processor: ProcessorModel, fusedPower: Power?, profile: LoadProfile? = nil, powerModel: PowerModel = .dimmer,
    why: String
  ) {
    let asked = powerModel.codeCarbonTracking.map { Self.choose(processor, $0) }
    let choice = asked ?? Self.choose(processor, fusedPower)
    let published = choice.model
    let learned = asked == nil ? profile : nil
    if let calibrated = learned.flatMap({ CalibratedLoad($0, published: published) }) {
      model = .calibrated(calibrated)
      expectedError = calibrated.relativeError
      descriptions = [
        SourceDescription(
          component: .cpu, name: "fitted curve for \(calibrated.profile.model.name)", origin: .modelled,
          method: MeteringMethods.calibratedLoad, reason: "\(calibrated.reason); not measured: \(why)",
          relative: calibrated.relative)
      ]
      return
    }
    model = .published(published)
    expectedError = max(-published.relative.lowerBound, published.relative.upperBound)
    descriptions = [
      SourceDescription(
        component: .cpu, name: choice.name, origin: .modelled, method: choice.method,
        reason: "\(choice.reason); not measured: \(why)", relative: published.relative)
    ]
  }

  public mutating func reset(at moment: MonotonicInstant) { rest = (0, 0) }

  public mutating func poll(_ interval: PollInterval) -> [EnergyReading] {
    let seconds = max(interval.length.seconds, 0)
    // What rounding to whole microjoules leaves over goes into the next period.
    let energy = model.power(load: interval.usage).watts * seconds * 1e6 + rest.energy
    let idle = model.power(load: 0).watts * seconds * 1e6 + rest.idle
    rest = (energy - energy.rounded(.down), idle - idle.rounded(.down))
    return [
      EnergyReading(
        component: .cpu, energy: Microjoules(Int64(energy)), idle: .known(Microjoules(Int64(idle))), sharing: .cpuTime,
        relative: model.relative(load: interval.usage))
    ]
  }

  private struct Choice {
    let model: PublishedLoad
    let name: String
    let method: MethodID
    let reason: String
  }

  private static func choose(_ processor: ProcessorModel, _ tracking: CodeCarbonLoad.Tracking) -> Choice {
    let name = processor.name ?? "an unnamed processor"
    let published = ThermalDesignPower.published(for: processor)
    let power = published ?? .watts(CodeCarbonLoad.wattsPerUnknownThread * Double(processor.threads))
    let model = CodeCarbonLoad(
      thermalDesignPower: published == nil ? power : power * Double(processor.packages), tracking: tracking)
    let rests =
      published == nil
      ? "it is not in our part of its table, so 4 W for each of \(processor.threads) threads"
      : "its published thermal design power is \(power.formatted())"
    return Choice(
      model: PublishedLoad(model: .codeCarbon(model), relative: model.relative),
      name: "CodeCarbon's curve for \(name)",
      method: tracking == .machine ? MeteringMethods.codeCarbonLoad : MeteringMethods.codeCarbonProcessLoad,
      reason: "CodeCarbon's model was asked for; \(rests)")
  }

  private static func choose(_ processor: ProcessorModel, _ fusedPower: Power?) -> Choice {
    let name = processor.name ?? "an unnamed processor"
    let curve = { (power: Power, reason: String) in
      Choice(
        model: PublishedLoad(
          model: .curve(thermalDesignPower: power * Double(processor.packages)),
          relative: MeteringMethods.loadModelRelative),
        name: "load curve for \(name)", method: MeteringMethods.loadCurve, reason: reason)
    }
    if !processor.isVirtual, let fusedPower {
      return curve(fusedPower, "the processor states its own thermal design power")
    }
    if !processor.isVirtual, let power = ThermalDesignPower.published(for: processor) {
      return curve(power, "its published thermal design power is \(power.formatted())")
    }
    let kind = processor.isVirtual ? "a virtual machine" : "a processor with no published thermal design power here"
    let threads = processor.threads
    if let known = processor.architecture, let model = VCPULoad.published.first(where: { $0.architecture == known }) {
      return Choice(
        model: PublishedLoad(model: .perVCPU(model, count: threads), relative: MeteringMethods.loadModelRelative),
        name: "watts per virtual processor, \(known)", method: MeteringMethods.vcpuLoad,
        reason: "\(kind) with \(threads) processors of \(known)")
    }
    return Choice(
      model: PublishedLoad(model: .perVCPU(.unknown, count: threads), relative: VCPULoad.unknownRelative),
      name: "watts per virtual processor, average", method: MeteringMethods.vcpuLoad,
      reason: "\(kind) with \(threads) processors of '\(name)', for which no watts are published")
  }
}

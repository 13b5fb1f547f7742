import Accounting
public import Methods
public import Quantities

/// One training run, known in one of several ways; all lead to one answer, a ``WorkFootprint``.
public struct TrainingRun: Hashable, Sendable {
  /// What is known of a run's work.
  public enum Effort: Hashable, Sendable {
    /// Its floating point operations.
    case operations(Figure<Ratio>)
    /// Time of all accelerators together.
    case deviceTime(Figure<Span>)
    /// Energy metered at the accelerators' boards.
    case acceleratorEnergy(Figure<Energy>)
    /// Energy metered at whole machines.
    case machineEnergy(Figure<Energy>)
    /// Energy metered at the facility, with its overhead in it.
    case facilityEnergy(Figure<Energy>)
  }

  /// What it is, for people: `training of a model of 70 B parameters`.
  public var label: String
  /// What is known of its work.
  public var effort: Effort
  /// The accelerator.
  public var device: TrainingDevice
  /// How many work at once, where that is known.
  public var devices: Figure<Ratio>?
  /// Share of the printed speed that is reached.
  public var speedShare = TrainingPrior.speedShare
  /// Share of the design power that is drawn; 1 where the power was measured.
  public var powerShare = TrainingPrior.powerShare
  /// Energy of the machine over that of its accelerators.
  public var nodeFactor = TrainingPrior.nodeFactor

  /// A run.
  public init(_ label: String, effort: Effort, device: TrainingDevice, devices: Figure<Ratio>? = nil) {
    self.label = label
    self.effort = effort
    self.device = device
    self.devices = devices
  }

  /// Operations of training a model (`training-operations@1`).
  ///
  /// - Parameters:
  ///   - parameters: those that work on a token, at least 1.
  ///   - tokens: tokens trained on, repeats counted.
  public static func operations(parameters: Figure<Ratio>, tokens: Figure<Ratio>) -> Figure<Ratio> {
    TrainingFormula.operations.figure("operations of training", [Term(parameters), Term(tokens)])
  }

  /// Operations of fine-tuning a model (`fine-tuning-operations@1`).
  ///
  /// - Parameters:
  ///   - parameters: those of the base model that work on a token.
  ///   - trained: those that are trained: all for full fine-tuning, the added ones for adapters such as LoRA.
  ///   - tokens: tokens trained on, epochs counted.
  public static func fineTuning(
    parameters: Figure<Ratio>, trained: Figure<Ratio>, tokens: Figure<Ratio>
  ) -> Figure<Ratio> {
    TrainingFormula.fineTuning.figure("operations of fine-tuning", [Term(parameters), Term(trained), Term(tokens)])
  }

  /// Time of all accelerators together, or why it is not known.
  public var deviceTime: Finding<Span> {
    switch effort {
    case .deviceTime(let time): .figure(time)
    case .operations(let operations):
      device.speed.map {
        TrainingFormula.deviceTime.figure(
          "time of all accelerators", [Term(operations), Term($0), Term(speedShare)])
      }
    default: .unknown("energy was metered; the accelerators' time was not stated")
    }
  }

  /// IT energy of the run, and the site as the energy needs it.
  ///
  /// - Throws: ``Methods/Unknown`` with what would make the energy known.
  private func energy(at site: Site) throws(Unknown) -> (energy: Figure<Energy>, site: Site) {
    switch effort {
    case .operations, .deviceTime:
      let boards: Figure<Energy> = TrainingFormula.acceleratorEnergy.figure(
        "energy of the accelerators", [Term(try deviceTime.get()), Term(try device.power.get()), Term(powerShare)])
      return (machines(boards), site)
    case .acceleratorEnergy(let boards): return (machines(boards), site)
    case .machineEnergy(let energy): return (energy, site)
    case .facilityEnergy(let metered):
      if case .figure(let pue) = site.pue {
        return (
          TrainingFormula.withoutOverhead.figure("energy of the machines", [Term(metered), Term(pue)]), site
        )
      }
      var plain = site
      plain.pue = .figure(
        DeclaredValue.figure(
          TrainingRun.overheadWithin, Ratio(1), note: "The meter stands at the facility: nothing is added."))
      plain.onSiteWater = .unknown(
        "water on the site goes by the machines' energy; the energy was metered at the facility, so state its --pue")
      return (metered, plain)
    }
  }

  /// What the factor of 1 is called that stands for an overhead already in a metered energy: it is no site's PUE.
  public static let overheadWithin = "PUE, already in the metered energy"

  private func machines(_ boards: Figure<Energy>) -> Figure<Energy> {
    TrainingFormula.nodeEnergy.figure("energy of the machines", [Term(boards), Term(nodeFactor)])
  }

  /// The run's footprint at a site.
  ///
  /// - Throws: ``Methods/Unknown`` with what would make the energy known.
  public func footprint(at site: Site) throws(Unknown) -> WorkFootprint {
    let (energy, site) = try energy(at: site)
    return WorkFootprint(of: label, energy: energy, embodied: embodied, duration: duration, at: site)
  }

  /// The runs around it (failed, swept, tried out), as a footprint of their own: beside the run's, never inside.
  ///
  /// - Parameter factor: energy of all runs over the final one, at least 1.
  /// - Throws: ``Methods/Unknown`` with what would make the energy known.
  public func research(_ factor: Figure<Ratio> = TrainingPrior.researchFactor, at site: Site) throws(Unknown)
    -> WorkFootprint
  {
    let (energy, site) = try energy(at: site)
    let others: Figure<Energy> = TrainingFormula.research.figure(
      "energy of the runs around it", [Term(energy), Term(factor)])
    let owed: Finding<Carbon> = embodied.map {
      TrainingFormula.researchEmbodied.figure("embodied carbon of the runs around it", [Term($0), Term(factor)])
    }
    return WorkFootprint(
      of: "failed runs, sweeps and experiments around \(label)", energy: others, embodied: owed,
      duration: .unknown("runs around a final one are spread over months"), at: site)
  }

  private var embodied: Finding<Carbon> {
    switch (deviceTime, device.embodied, device.life) {
    case (.figure(let time), .figure(let total), .figure(let life)):
      .figure(
        EmbodiedCarbon.byTime(
          total: total, reserved: time, life: life, share: MachineShare.whole,
          labelled: "share of embodied carbon"))
    case (.unknown(let unknown), _, _), (_, .unknown(let unknown), _), (_, _, .unknown(let unknown)): .unknown(unknown)
    }
  }

  private var duration: Finding<Span> {
    guard let devices else { return .unknown("how many accelerators work at once was not stated (--devices)") }
    return deviceTime.map { TrainingFormula.wallTime.figure("how long it lasts", [Term($0), Term(devices)]) }
  }
}

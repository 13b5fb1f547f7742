import Accounting
public import Factors
import Methods
import Quantities

/// The footprint of images and videos that nobody measured: operations and states by the network's shape and the size of
/// what is made, times what both cost (see docs/estimation.md).
public struct DiffusionEstimator: Sendable {
  private let tables: FactorTables

  /// An estimator on the tables.
  public init(_ tables: FactorTables) { self.tables = tables }

  /// How many accelerators may work on a piece: as many as the measured sweeps had.
  static let counts: ClosedRange<Double> = 1...8
  /// How many do where nobody says.
  static let countPrior = DeclaredFigure.assumed(
    "accelerators that work together on one piece", 2, in: counts, from: "prior:accelerators-together",
    note: "one alone takes the least energy, up to eight answer sooner, and what was measured goes from one to eight; "
      + "state yours with --gpus")
  /// How many make a picture of a U-Net where nobody says.
  static let alonePrior = DeclaredFigure.assumed(
    "accelerators that work together on one piece", 1, in: 1...1, from: "prior:accelerators-alone",
    note:
      "U-Nets fit in any card and are run on one; two that share the two passes of a guided step take the same, since "
      + "they exchange once a step; state yours with --gpus")

  /// The footprint of a piece of work at a site.
  ///
  /// - Throws: ``ServingError`` for work that cannot be, ``Factors/FactorError`` for an unknown accelerator.
  public func footprint(of work: DiffusionWork, at site: Site) throws -> ServedFootprint {
    if let utilisation = work.utilisation { try ServingError.check("the utilisation", utilisation, in: 0.001...1) }
    let machine = try machine(for: work, named: work.accelerator)
    var accelerators = energy(of: work, on: machine)
    if work.accelerator == nil {
      let others = try ServingMachine.usual.others.map { energy(of: work, on: try self.machine(for: work, named: $0)) }
      accelerators = accelerators.reaching(
        others, from: "prior:accelerator", note: "No accelerator was named; the interval reaches from A100 to B200.")
    }
    let share = ServingShares.fullPowerShare
    let utilisation = work.utilisation.map {
      DeclaredFigure.make("share of the reserved time that is worked", $0, note: "stated by the user")
    }
    let nodeFactor = try work.nodeFactor.map(ServingShares.nodeFactor(stated:)) ?? ServingShares.nodeFactor
    let idle = ServingShares.idleFactor(utilisation: utilisation, powerShare: share)
    let machineEnergy: Figure<Energy> = ServingShares.node.figure(
      "energy of the machine", [Term(accelerators), Term(nodeFactor), Term(idle)],
      note: "Boundary: the machine. The site's overhead is not in it.")
    let duration: Figure<Span> = Denoising.latency.figure(
      "time until all are made",
      [Term(accelerators), Term(machine.count), Term(machine.boardPower), Term(share)],
      note: "A queue before the server is not in it.")
    let alone = DeclaredFigure.assumed(
      "pieces made together", 1, in: 1...1, from: "prior:image-batch",
      note: "the time is that of the accelerators for one piece, whatever else they make beside")
    let embodied = ServingEmbodied(tables: tables).carbon(
      of: machine, for: duration, batch: alone, utilisation: utilisation)
    return ServedFootprint(
      work: WorkFootprint(
        of: label(of: work), energy: machineEnergy, embodied: embodied, duration: .figure(duration), at: site),
      energy: ServingEnergy(
        accelerators: accelerators, outputToken: nil, inputToken: nil, outputTokens: nil, inputTokens: nil, batch: nil,
        machine: machine, nodeFactor: nodeFactor, idleFactor: idle, machineEnergy: machineEnergy),
      notes: notes(work, machine))
  }

  /// The accelerators: these models fit in one, so that more are taken for speed alone.
  private func machine(for work: DiffusionWork, named name: String?) throws -> ServingMachine {
    var machine = try ServingMachine(named: name, count: 1, weightBytes: 0, bits: 16, from: tables.accelerators)
    machine.count = work.isByUNet ? DiffusionEstimator.alonePrior : DiffusionEstimator.countPrior
    if let stated = work.accelerators {
      try ServingError.check("the number of accelerators", Double(stated), in: DiffusionEstimator.counts)
      machine.count = DeclaredFigure.make(
        "accelerators that work together on one piece", Double(stated), note: "stated by the user")
    }
    return machine
  }

  private func energy(of work: DiffusionWork, on machine: ServingMachine) -> Figure<Energy> {
    let made = work.network.work(for: work)
    let count = DeclaredFigure.make(
      "how many are made", work.count, note: work.count == 1 ? "the figure is for one piece" : "stated by the user")
    let energy: Figure<Energy> = Denoising.energy.figure(
      "energy of the accelerators",
      [
        Term(count), Term(made.operations), Term(made.states), Term(made.layers), Term(work.steps), Term(machine.count),
        Term(machine.boardPower), Term(machine.bytesPerSecond),
      ] + DenoisingConstants.fitted.figures().map { Term($0) })
    let named = "\(work.name) of \(Decimals.significant(work.billions.value.value, digits: 3)) billion"
    let fitted = energy.widened(by: DenoisingConstants.spread, model: named, server: machine.kind.name)
    guard work.isByUNet else { return fitted }
    return fitted.widened(
      by: UNetFigures.overTransformers, from: "prior:unet-over-transformers", isAssumed: true,
      note: UNetFigures.overTransformersNote)
  }

  private func label(of work: DiffusionWork) -> String {
    let number = Decimals.significant(work.count, digits: 6)
    return work.count == 1
      ? "one \(work.medium.rawValue) of \(work.name)" : "\(number) \(work.medium.rawValue)s of \(work.name)"
  }

  private func notes(_ work: DiffusionWork, _ machine: ServingMachine) -> [String] {
    let number = { (figure: Figure<Ratio>) in Decimals.significant(figure.value.value, digits: 4) }
    let size =
      "\(number(work.width)) x \(number(work.height)) pixels"
      + (work.medium == .video ? ", \(number(work.frames)) frames" : "")
    var notes = [
      "\(work.name): \(number(work.billions)) billion parameters, \(size), \(number(work.steps)) step\(work.steps.value.value == 1 ? "" : "s")",
      machine.kind.name
        + (machine.isNamed ? "" : ", assumed; the interval reaches from A100 to B200. Name yours with --gpu"),
      together(work, machine),
    ]
    if work.utilisation == nil { notes.append("idle time of reserved accelerators is not counted (--utilisation)") }
    notes.append("method denoising-energy@2 on constants fitted to measured servers, see docs/estimation.md")
    if work.isByUNet {
      notes.append(
        "a U-Net, in 16 bits: none was among the measured servers, so that the interval is wider; a run in 32 bits takes "
          + "several times as much")
    }
    return notes
  }

  private func together(_ work: DiffusionWork, _ machine: ServingMachine) -> String {
    let count = Decimals.significant(machine.count.value.value, digits: 4)
    if work.accelerators != nil { return "\(count) on one \(work.medium.rawValue)" }
    return work.isByUNet
      ? "one accelerator for one \(work.medium.rawValue), assumed, as U-Nets are run; state others with --gpus"
      : "\(count) accelerators on one \(work.medium.rawValue), assumed from 1 to 8; state it with --gpus (1 takes the least)"
  }
}

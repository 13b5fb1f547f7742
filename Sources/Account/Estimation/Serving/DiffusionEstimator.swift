import Accounting
public import Factors
import Methods
import Quantities

/// The footprint of images and videos that nobody measured: operations by resolution, frames, steps and size, times
/// what an operation costs (see docs/estimation.md). The intervals are wide, and honest: few models were measured.
public struct DiffusionEstimator: Sendable {
  private let tables: FactorTables

  /// An estimator on the tables.
  public init(_ tables: FactorTables) { self.tables = tables }

  /// The footprint of a piece of work at a site.
  ///
  /// - Throws: ``ServingError`` for work that cannot be, ``Factors/FactorError`` for an unknown accelerator.
  public func footprint(of work: DiffusionWork, at site: Site) throws -> ServedFootprint {
    if let utilisation = work.utilisation { try ServingError.check("the utilisation", utilisation, in: 0.001...1) }
    let isVideo = work.medium == .video
    let operations: Figure<Ratio> = Denoising.flop.figure(
      "weighted operations of one \(work.medium.rawValue)",
      [
        work.billions, work.width, work.height, work.frames, work.tokenPixels, work.tokenFrames, work.steps,
        work.passes,
      ].map { Term($0) })
    let machine = try machine(for: work, named: work.accelerator)
    var accelerators = energy(of: work, operations, on: machine)
    if work.accelerator == nil {
      let others = try ServingMachine.usual.others.map {
        energy(of: work, operations, on: try self.machine(for: work, named: $0))
      }
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
      "time on one accelerator", [Term(accelerators), Term(machine.boardPower), Term(share)],
      note: "On one accelerator; several share the work and the time.")
    let alone = DeclaredFigure.assumed(
      "pieces made together", 1, in: 1...1, from: "prior:image-batch",
      note: "the time is that of the accelerator for one piece, whatever else it makes beside")
    let embodied = ServingEmbodied(tables: tables).carbon(
      of: machine, for: duration, batch: alone, utilisation: utilisation)
    return ServedFootprint(
      work: WorkFootprint(
        of: label(of: work), energy: machineEnergy, embodied: embodied, duration: .figure(duration), at: site),
      energy: ServingEnergy(
        accelerators: accelerators, outputToken: nil, inputToken: nil, outputTokens: nil, inputTokens: nil, batch: nil,
        machine: machine, nodeFactor: nodeFactor, idleFactor: idle, machineEnergy: machineEnergy),
      notes: notes(work, machine, isVideo))
  }

  /// One accelerator: these models fit in one, and more of them share the same energy.
  private func machine(for work: DiffusionWork, named name: String?) throws -> ServingMachine {
    try ServingMachine(named: name, count: 1, weightBytes: 0, bits: 16, from: tables.accelerators)
  }

  private func energy(
    of work: DiffusionWork, _ operations: Figure<Ratio>, on machine: ServingMachine
  ) -> Figure<Energy> {
    let constant = Figure(
      "joules of a well used server over those of the data sheet",
      Estimate.exact(Ratio(Denoising.constant), origin: .modelled, method: "fitted-constant@1"),
      source: Denoising.source, note: "the spread of the fit stands in the energy")
    let energy: Figure<Energy> = Denoising.energy.figure(
      "energy of the accelerators",
      [
        Term(
          DeclaredFigure.make(
            "how many are made", work.count,
            note: work.count == 1 ? "the figure is for one piece" : "stated by the user")),
        Term(operations), Term(machine.boardPower), Term(machine.flopPerSecond), Term(constant),
        Term(Denoising.configuration(work.medium == .video)),
      ])
    return energy.widened(by: Denoising.range, from: Denoising.uncertainty)
  }

  private func label(of work: DiffusionWork) -> String {
    let number = Decimals.significant(work.count, digits: 6)
    return work.count == 1
      ? "one \(work.medium.rawValue) of \(work.name)" : "\(number) \(work.medium.rawValue)s of \(work.name)"
  }

  private func notes(_ work: DiffusionWork, _ machine: ServingMachine, _ isVideo: Bool) -> [String] {
    let number = { (figure: Figure<Ratio>) in Decimals.significant(figure.value.value, digits: 4) }
    let size =
      "\(number(work.width)) x \(number(work.height)) pixels" + (isVideo ? ", \(number(work.frames)) frames" : "")
    var notes = [
      "\(work.name): \(number(work.billions)) billion parameters, \(size), \(number(work.steps)) steps",
      machine.kind.name
        + (machine.isNamed ? "" : ", assumed; the interval reaches from A100 to B200. Name yours with --gpu"),
      "how well the server is used is not known: the interval holds the best and other measured configurations",
    ]
    if work.utilisation == nil { notes.append("idle time of reserved accelerators is not counted (--utilisation)") }
    notes.append("method denoising-energy@1 on a constant fitted to measured servers, see docs/estimation.md")
    return notes
  }
}

import Accounting
public import Factors
import Methods
import Quantities

/// The footprint of one request to a text model that nobody measured (see docs/estimation.md).
///
/// The energy of a token is the power of the accelerators times the time of a step over the requests in it. The time
/// follows from what a step reads and computes and from five fitted constants; everything that is not stated is a
/// prior with an interval, and named.
public struct TextEstimator: Sendable {
  private let tables: FactorTables

  /// An estimator on the tables.
  public init(_ tables: FactorTables) { self.tables = tables }

  /// The batch of a server that nobody described.
  static let batchPrior = DeclaredFigure.assumed(
    "requests served together (batch)", 32, in: 16...64, from: "prior:batch",
    note: "a shared server under moderate load; one user alone is 1, a full one serves hundreds")
  /// The prompt of a request that nobody described.
  static let inputPrior = DeclaredFigure.assumed(
    "tokens of the prompt", 250, in: 50...1250, from: "prior:input-tokens",
    note: "a question with some instructions; documents are longer")

  /// The footprint of a request at a site.
  ///
  /// - Throws: ``ServingError`` for work that cannot be, ``Factors/FactorError`` for an unknown accelerator.
  public func footprint(of work: TextWork, at site: Site) throws -> ServedFootprint {
    let energy = try energy(of: work, on: work.accelerator)
    let others = try work.accelerator == nil ? otherKinds(work) : []
    let parts = others.isEmpty ? energy : energy.uncertain(between: others)
    let powerShare = ServingShares.powerShare
    let utilisation = work.utilisation.map {
      DeclaredFigure.make("share of the reserved time that is worked", $0, note: "stated by the user")
    }
    let nodeFactor = try work.nodeFactor.map(ServingShares.nodeFactor(stated:)) ?? ServingShares.nodeFactor
    let idle = ServingShares.idleFactor(utilisation: utilisation, powerShare: powerShare)
    let machineEnergy: Figure<Energy> = ServingShares.node.figure(
      "energy of the machine", [Term(parts.request), Term(nodeFactor), Term(idle)],
      note: "Boundary: the machine. The site's overhead is not in it.")
    let duration: Figure<Span> = TextFormulas.latency.figure(
      "time to the last token",
      [
        Term(parts.outputTokens), Term(parts.outputToken), Term(parts.inputTokens), Term(parts.inputToken),
        Term(parts.batch), Term(parts.machine.count), Term(parts.machine.boardPower), Term(powerShare),
      ], note: "Waiting before the server and the network are not in it.")
    let embodied = ServingEmbodied(tables: tables).carbon(
      of: parts.machine, for: duration, batch: parts.batch, utilisation: utilisation)
    return ServedFootprint(
      work: WorkFootprint(
        of: work.label ?? "one answer of \(work.model.name)", energy: machineEnergy, embodied: embodied,
        duration: .figure(duration), at: site),
      energy: ServingEnergy(
        accelerators: parts.request, outputToken: parts.outputToken, inputToken: parts.inputToken,
        outputTokens: parts.outputTokens, inputTokens: parts.inputTokens, batch: parts.batch, machine: parts.machine,
        nodeFactor: nodeFactor, idleFactor: idle, machineEnergy: machineEnergy),
      notes: notes(work, parts))
  }

  private func otherKinds(_ work: TextWork) throws -> [Parts] {
    try ServingMachine.usual.others.map { try energy(of: work, on: $0) }
  }

  /// The accelerators' energy on one kind of accelerator.
  private func energy(of work: TextWork, on kind: String?) throws -> Parts {
    try work.check()
    let model = work.model
    let weights = model.totalBillions.estimate.high.value * 1e9 * model.weightBits.value.value / 8
    let machine = try ServingMachine(
      named: kind, count: work.accelerators, weightBytes: weights, bits: model.weightBits.value.value,
      from: tables.accelerators)
    let stated = { (label: String, value: Double) in DeclaredFigure.make(label, value, note: "stated by the user") }
    let input =
      work.derived.input ?? work.inputTokens.map { stated("tokens of the prompt", $0) } ?? TextEstimator.inputPrior
    let output =
      work.derived.output
      ?? stated(
        work.reasoningTokens > 0 ? "tokens of the answer and its reasoning" : "tokens of the answer",
        work.outputTokens + work.reasoningTokens)
    let cached =
      work.cachedTokens > 0
      ? stated("tokens of the prompt kept from before", work.cachedTokens)
      : DeclaredFigure.assumed(
        "tokens of the prompt kept from before", 0, in: 0...0, from: "prior:cached-tokens",
        note: "none were stated, so the whole prompt is read")
    let context: Figure<Ratio> =
      work.derived.context ?? work.contextTokens.map { stated("tokens of context", $0) }
      ?? TextFormulas.meanContext.figure(
        "tokens of context, as a mean",
        [Term(input), Term(cached), Term(output)])
    let batch = work.batch.map { stated("requests served together (batch)", $0) } ?? TextEstimator.batchPrior
    let shape = [
      Term(model.totalBillions), Term(model.activeBillions), Term(model.weightBits), Term(machine.count),
      Term(machine.boardPower), Term(machine.bytesPerSecond), Term(machine.flopPerSecond), Term(machine.memoryBytes),
    ]
    let fitted = ServingConstants.fitted.figures()
    let together: Figure<Ratio> = TextFormulas.effectiveBatch.figure(
      "requests served together, as memory holds them",
      [
        Term(model.totalBillions), Term(model.activeBillions), Term(model.weightBits), Term(machine.count),
        Term(machine.memoryBytes), Term(batch), Term(context),
      ])
    let decode: Figure<Energy> = TextFormulas.decode.figure(
      "energy of one token of the answer",
      shape + [Term(together), Term(context), Term(fitted[0]), Term(fitted[1]), Term(fitted[3]), Term(fitted[4])])
    let prefill: Figure<Energy> = TextFormulas.prefill.figure(
      "energy of one token of the prompt",
      [Term(model.activeBillions), Term(machine.boardPower), Term(machine.flopPerSecond), Term(fitted[2])])
    let number = { (figure: Figure<Ratio>) in Decimals.significant(figure.value.value, digits: 3) }
    // Two sizes that were only stated are two models, though both may go by one name.
    let named = "\(model.name) of \(number(model.totalBillions)) billion"
    let server = "\(number(model.weightBits)) bits on \(machine.kind.name)"
    let outputToken = decode.widened(by: ServingConstants.spread, model: named, server: server)
    let inputToken = prefill.widened(by: ServingConstants.spread, model: named, server: server)
    let request: Figure<Energy> = TextFormulas.request.figure(
      "energy of the accelerators", [Term(output), Term(outputToken), Term(input), Term(inputToken)])
    return Parts(
      machine: machine, batch: together, outputTokens: output, inputTokens: input, outputToken: outputToken,
      inputToken: inputToken, request: request)
  }

  private func notes(_ work: TextWork, _ parts: Parts) -> [String] {
    let number = { (figure: Figure<Ratio>) in Decimals.significant(figure.value.value, digits: 3) }
    let model = work.model
    var notes = [
      "\(model.name): \(number(model.totalBillions)) billion parameters, \(number(model.activeBillions)) active, "
        + "\(number(model.weightBits)) bits a weight"
        + (model.isRange ? "; a range stated by the user, since nobody published the size" : ""),
      "\(number(parts.machine.count)) x \(parts.machine.kind.name)"
        + (parts.machine.isNamed ? "" : ", assumed; the interval reaches from A100 to B200. Name yours with --gpu"),
      work.batch == nil
        ? "batch \(number(parts.batch)), assumed from 16 to 64; state it with --batch (1 for a machine of your own)"
        : "batch \(number(parts.batch))"
          + (parts.batch.value.value < (work.batch ?? 0)
            ? ", all that memory holds beside the weights; more --gpus hold more" : ""),
    ]
    if work.inputTokens == nil, work.derived.input == nil {
      notes.append(
        "\(number(parts.inputTokens)) tokens of prompt, assumed from 50 to 1250; state them with --input-tokens")
    }
    if work.utilisation == nil { notes.append("idle time of reserved accelerators is not counted (--utilisation)") }
    notes.append("method text-request-energy@1 on constants fitted to measured servers, see docs/estimation.md")
    return notes
  }

  /// What the accelerators' energy is made of.
  struct Parts {
    let machine: ServingMachine
    let batch: Figure<Ratio>
    let outputTokens: Figure<Ratio>
    let inputTokens: Figure<Ratio>
    var outputToken: Figure<Energy>
    var inputToken: Figure<Energy>
    var request: Figure<Energy>

    /// The same with an interval that reaches to what other kinds of accelerators would take.
    func uncertain(between others: [Parts]) -> Parts {
      func reaching(_ part: (Parts) -> Figure<Energy>) -> Figure<Energy> {
        part(self).reaching(
          others.map(part), from: "prior:accelerator",
          note: "No accelerator was named; the interval reaches from A100 to B200.")
      }
      var copy = self
      copy.outputToken = reaching(\.outputToken)
      copy.inputToken = reaching(\.inputToken)
      copy.request = reaching(\.request)
      return copy
    }
  }
}

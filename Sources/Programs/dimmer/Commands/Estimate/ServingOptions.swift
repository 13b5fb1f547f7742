import ArgumentParser
import Estimation
import Factors
import Quantities

/// A number or a range of numbers: `8`, `100:400`.
struct NumberRange: ExpressibleByArgument, Hashable {
  let bounds: ClosedRange<Double>

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    guard let first = parts.first, let low = first, (1...2).contains(parts.count), let last = parts.last,
      let high = last, low <= high
    else { return nil }
    bounds = low...high
  }
}

/// Which model answers: `--model --parameters --active-parameters --precision`.
struct ModelOptions: ParsableArguments {
  @Option(help: ArgumentHelp("An open model by name, or any name beside --parameters.", valueName: "NAME"))
  var model: String?

  @Option(
    help: ArgumentHelp("Billions of parameters, as a number or a range (8, 100:400).", valueName: "BILLIONS"))
  var parameters: NumberRange?

  @Option(
    help: ArgumentHelp(
      "Billions that one token passes through, for a mixture of experts; without it all.", valueName: "BILLIONS"))
  var activeParameters: NumberRange?

  @Option(
    help: ArgumentHelp(
      "Number format of the weights: fp32, bf16, fp16, fp8, int8, mxfp4, nvfp4, int4; without it as published, or bf16.",
      valueName: "FORMAT"))
  var precision: String?

  func validate() throws {
    if activeParameters != nil, parameters == nil {
      throw ValidationError("--active-parameters needs --parameters, of which they are a part")
    }
  }

  /// The model that was described.
  ///
  /// - Throws: ``ServingError`` for one that nobody published and no range was given for.
  func served(from table: OpenModelTable) throws -> ServedModel {
    var format = try precision.map(WeightPrecision.init(named:))
    // A name that ends in a format is of weights packed so.
    if format == nil, model?.lowercased().hasSuffix("fp8") ?? false { format = .fp8 }
    if let parameters {
      if let model, let known = try? table.model(model) {
        throw Failure(
          .usage,
          "--parameters and a published model contradict each other: \(known.name) has "
            + "\(Decimals.significant(known.totalBillions, digits: 4)) billion; leave one of them out")
      }
      return try ServedModel(
        named: model ?? "a model of stated size", billions: parameters.bounds,
        activeBillions: activeParameters?.bounds, precision: format ?? .bf16)
    }
    guard let model else { throw ServingError.noParameters }
    do throws(FactorError) {
      return ServedModel(try table.model(model), precision: format)
    } catch { throw ServingError.noModel(error) }
  }
}

/// What every served model is asked of its machine: `--gpu --utilisation --node-factor`.
struct MachineOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Kind of accelerator (H100, B200, A100, L4, MI300X, ...); without it H100, with an interval over others.",
      valueName: "KIND"))
  var gpu: String?

  @Option(
    help: ArgumentHelp(
      "Share of the reserved time that is worked, above 0 to 1; without it idle time is not counted.",
      valueName: "SHARE"))
  var utilisation: Double?

  @Option(
    help: ArgumentHelp(
      "Energy of the machine over that of its accelerators, 1 to 10; without it 2.0 (1.36 to 2.2).",
      valueName: "RATIO"))
  var nodeFactor: Double?
}

/// What it runs on: `--gpu --gpus --utilisation --node-factor`.
struct ServerOptions: ParsableArguments {
  @OptionGroup var machine: MachineOptions

  @Option(
    help: ArgumentHelp("Accelerators for one copy of the model; without it what memory takes.", valueName: "COUNT"))
  var gpus: Int?

  /// Puts the server into a description of work.
  func describe(_ work: inout TextWork) {
    work.accelerator = machine.gpu
    work.accelerators = gpus
    work.utilisation = machine.utilisation
    work.nodeFactor = machine.nodeFactor
  }
}

import ArgumentParser
import Estimation
import Factors
import Methods
import Quantities

/// How training was, or will be, done: its work in one of several forms, and the accelerators.
struct ComputeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The accelerator: H100, A100 SXM 80GB, L40S, B200, MI300X, Tesla V100-SXM2-32GB, TPUv3 Chip, ...",
      valueName: "NAME"))
  var device: String?

  @Option(help: ArgumentHelp("How many accelerators work at once; gives the time it takes.", valueName: "COUNT"))
  var devices: Magnitude?

  @Option(help: ArgumentHelp("Hours of all accelerators together, in place of operations.", valueName: "HOURS"))
  var deviceHours: Magnitude?

  @Option(
    help: ArgumentHelp("Metered energy: 433MWh, or 433MWh:400MWh:470MWh with its interval.", valueName: "ENERGY"))
  var energy: StatedAmount<Energy>?

  @Option(help: "What --energy was metered at: accelerator, machine or facility (with its overhead).")
  var meteredAt: Metered?

  @Option(help: ArgumentHelp("Floating point operations, 3e23, in place of parameters and tokens.", valueName: "FLOP"))
  var flop: Magnitude?

  @Option(
    help: ArgumentHelp("Printed speed of one accelerator, 10^12 operations a second.", valueName: "TFLOPS"))
  var peak: Double?

  @Option(help: ArgumentHelp("Share of that speed that is reached, 0.4 or 0.4:0.3:0.5.", valueName: "SHARE"))
  var mfu: StatedAmount<Ratio>?

  @Option(
    help: ArgumentHelp("Measured mean power of one accelerator, 350W, in place of its design.", valueName: "POWER"))
  var power: StatedAmount<Power>?

  @Option(help: ArgumentHelp("Share of the design power that is drawn, 0.85 or 0.85:0.7:1.", valueName: "SHARE"))
  var powerShare: StatedAmount<Ratio>?

  @Option(help: ArgumentHelp("Energy of the machine over that of its accelerators, 1 to 10.", valueName: "FACTOR"))
  var nodeFactor: StatedAmount<Ratio>?

  @Option(
    help: ArgumentHelp(
      "Energy of all runs over the final one, at least 1; 'published' for 2 (1.5 to 4). A line of its own.",
      valueName: "FACTOR"))
  var researchFactor: String?

  /// What an energy was metered at.
  enum Metered: String, ExpressibleByArgument, CaseIterable { case accelerator, machine, facility }

  func validate() throws {
    try Plausible.check("--devices", devices, in: 1...1e7, "1 to 10 million")
    try Plausible.check("--device-hours", deviceHours, in: 1e-6...1e12, "above 0, to 10^12 hours")
    try Plausible.check("--flop", flop, in: 1...1e32, "1 to 10^32 operations")
    try energy?.check("--energy", in: 1e-6...3.6e21, "above 0, to 1000 TWh")
    try mfu?.check("--mfu", in: 1e-4...1, "a share above 0, to 1")
    try power?.check("--power", in: 0.1...10_000, "0.1 W to 10 kW for one accelerator")
    try powerShare?.check("--power-share", in: 0.01...1.5, "0.01 to 1.5 of the design power")
    try nodeFactor?.check("--node-factor", in: 1...10, "1 to 10")
    if let peak, !(1e-3...1e6).contains(peak) {
      throw ValidationError("--peak \(peak) is out of range: 0.001 to 10^6 TFLOPS of one accelerator")
    }
    if let researchFactor, researchFactor != "published", research == nil {
      throw ValidationError(
        "--research-factor '\(researchFactor)' is neither 'published' nor a factor from 1 to 1000, alone or as "
          + "value:low:high")
    }
    if energy != nil, meteredAt == nil {
      throw ValidationError("--energy needs --metered-at accelerator, machine or facility: the boundary decides")
    }
    if meteredAt != nil, energy == nil { throw ValidationError("--metered-at needs the --energy that was metered") }
    if energy != nil, flop != nil || deviceHours != nil {
      throw ValidationError("--energy is the answer of --flop and --device-hours: state one of the three")
    }
    if flop != nil, deviceHours != nil {
      throw ValidationError("--device-hours is what --flop would be turned into: state one of the two")
    }
    // What a metered energy or stated hours already hold would be taken in silence and change nothing.
    let ofSpeed = [("--peak", peak != nil), ("--mfu", mfu != nil)]
    let ofPower = [("--power", power != nil), ("--power-share", powerShare != nil)]
    if energy != nil, let (option, _) = (ofSpeed + ofPower).first(where: \.1) {
      throw ValidationError("\(option) changes nothing beside metered --energy: state one of the two")
    }
    if energy != nil, meteredAt != .accelerator, nodeFactor != nil {
      throw ValidationError(
        "--node-factor is in what was metered at the \(meteredAt?.rawValue ?? "machine"); leave it out")
    }
    if deviceHours != nil, let (option, _) = ofSpeed.first(where: \.1) {
      throw ValidationError("\(option) changes nothing beside --device-hours: hours are what the speed comes to")
    }
    if power != nil, powerShare != nil {
      throw ValidationError("--power is measured and needs no --power-share of the design power")
    }
  }

  /// Energy of all runs over the final one, when asked for.
  var research: Figure<Ratio>? {
    guard let researchFactor else { return nil }
    if researchFactor == "published" { return TrainingPrior.researchFactor }
    guard let stated = try? StatedRange<Ratio>(parsing: researchFactor), (1...1000).contains(stated.low.value),
      (1...1000).contains(stated.high.value)
    else { return nil }
    return stated.figure(
      "energy of all runs over the final one", named: "stated:research",
      note: "stated by the user with --research-factor")
  }

  /// The run.
  ///
  /// - Parameters:
  ///   - label: what it is, for people.
  ///   - operations: what the model's own options come to, for a run that was stated by none of these.
  func run(_ label: String, operations: Figure<Ratio>?) throws -> TrainingRun {
    let count = devices.map { $0.figure("accelerators at work at once", option: "--devices") }
    var run = TrainingRun(label, effort: try effort(operations), device: try accelerator(), devices: count)
    if let mfu { run.speedShare = mfu.figure("share of the peak speed", named: "stated:mfu", option: "--mfu") }
    if let powerShare {
      run.powerShare = powerShare.figure(
        "share of the design power", named: "stated:power-share", option: "--power-share")
    }
    if power != nil {
      run.powerShare = Figure(
        "share of the measured power", .exact(Ratio(1), origin: .declared, method: "declared-value@1"),
        note: "The power was measured: all of it counts.")
    }
    if let nodeFactor {
      run.nodeFactor = nodeFactor.figure(
        "energy of the machine over that of its accelerators", named: "node-factor:stated", option: "--node-factor")
    }
    return run
  }

  private func effort(_ operations: Figure<Ratio>?) throws -> TrainingRun.Effort {
    if let energy, let meteredAt {
      let figure = energy.figure("metered energy", named: "stated:energy", option: "--energy")
      return switch meteredAt {
      case .accelerator: .acceleratorEnergy(figure)
      case .machine: .machineEnergy(figure)
      case .facility: .facilityEnergy(figure)
      }
    }
    if let deviceHours {
      return .deviceTime(
        Figure(
          "time of all accelerators",
          .exact(Span.hours(deviceHours.value), origin: .declared, method: "declared-value@1"),
          note: "Stated by --device-hours \(deviceHours.text)."))
    }
    if let flop { return .operations(flop.figure("operations of the run", option: "--flop")) }
    guard let operations else {
      throw Failure(
        .usage,
        "nothing is known of the work: state --parameters and --tokens, --flop, --device-hours, or --energy with "
          + "--metered-at")
    }
    return .operations(operations)
  }

  private func accelerator() throws -> TrainingDevice {
    var known = TrainingDevice(name: "unnamed accelerator")
    if let device { known = try TrainingDevice(named: device, from: try FactorTables.embedded()) }
    if let power {
      known.power = .figure(
        power.figure("measured power of one accelerator", named: "stated:power", option: "--power"))
    }
    if let peak {
      known.speed = .figure(
        Figure(
          "operations a second of one accelerator",
          .exact(Ratio(peak * 1e12), origin: .declared, method: "declared-value@1"), note: "Stated by --peak \(peak)."))
    }
    return known
  }
}

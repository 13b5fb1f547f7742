public import ArgumentParser
public import Estimation
import Factors
import Methods
import Quantities
import Reporting

/// `dimmer estimate storage`.
struct EstimateStorage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "storage", abstract: "Data of models: kept, moved, or made by another model.",
    discussion: """
      Keeping takes 0.65 W a terabyte on hard disks, 1.2 W on solid state disks
      (Cloud Carbon Footprint), times copies and time. Moving takes 0.001 kWh a
      gigabyte inside a cloud; over the internet estimates run from 0.004 to 0.14
      kWh.

      Examples:
        dimmer estimate storage --data 500TB --on hdd --copies 3 --for 365d \\
          --region IE
        dimmer estimate storage --data 2TB --moved internet --region DE
        dimmer estimate storage --made 10B --token-energy 0.4J:0.1J:1.2J --region US
      """)

  @Option(help: ArgumentHelp("How much data, one copy: 500TB, 20GB.", valueName: "AMOUNT"))
  var data: StatedAmount<Bits>?

  @Option(help: "What it is kept on: hdd or ssd.")
  var on: DataWork.Medium?

  @Option(help: ArgumentHelp("Copies that are kept, 1 to 100; 1 without it.", valueName: "COUNT"))
  var copies: Double?

  @Option(name: .customLong("for"), help: ArgumentHelp("For how long: 365d, 2y.", valueName: "TIME"))
  var time: Span?

  @Option(help: "How it is moved: cloud or internet.")
  var moved: DataWork.Path?

  @Option(help: ArgumentHelp("Tokens made by a model, 10B; those thrown away counted.", valueName: "COUNT"))
  var made: Magnitude?

  @Option(help: ArgumentHelp("IT energy of one token made, 0.4J or 0.4J:0.1J:1.2J.", valueName: "ENERGY"))
  var tokenEnergy: StatedAmount<Energy>?

  @OptionGroup var site: SiteOptions
  @OptionGroup var output: FootprintOutputOptions

  func validate() throws {
    try data?.check("--data", in: 8...8e24, "1 byte to 10^24 bytes")
    try Plausible.check("--made", made, in: 1...1e18, "1 to 10^18 tokens")
    try tokenEnergy?.check("--token-energy", in: 0...1e6, "0 to 1 MJ a token")
    if let copies, !(1...100).contains(copies) {
      throw ValidationError("--copies \(copies) is out of range: 1 to 100")
    }
    if copies != nil, on == nil { throw ValidationError("--copies is of what is kept: state --on and --for") }
    if let time, !(1...3.2e9).contains(time.seconds) {
      throw ValidationError("--for \(time.formatted()) is out of range: a second to 100 years")
    }
    guard (on == nil) == (time == nil) else {
      throw ValidationError("--on and --for are needed together: what the data is kept on, and for how long")
    }
    guard (made == nil) == (tokenEnergy == nil) else {
      throw ValidationError("--made and --token-energy are needed together ('dimmer estimate text' estimates it)")
    }
    guard [on != nil, moved != nil, made != nil].filter(\.self).count == 1 else {
      throw ValidationError("state one: --data with --on and --for, --data with --moved, or --made with --token-energy")
    }
    guard (data == nil) == (made != nil) else {
      throw ValidationError(made == nil ? "--data is missing: how much?" : "--made is in tokens: leave out --data")
    }
  }

  func run() throws {
    let (label, energy, duration) = try work()
    let place = try site.site(for: .wholeYear)
    FootprintOutput(
      work: WorkFootprint(
        of: label, energy: energy,
        embodied: .unknown("no factor of the making of storage and networks is applied"), duration: duration, at: place),
      notes: moved == .internet
        ? ["Networks, not machines: the site's overhead applies only where the whole path is inside one site."] : [],
      asked: [(key: "task", value: "storage"), (key: "region", value: .optional(site.region))]
    ).print(json: output.json, explain: output.explain)
  }

  private func work() throws -> (String, Figure<Energy>, Finding<Span>) {
    let amount = data?.figure("data, one copy", named: "stated:data", option: "--data")
    if let amount, let on, let time {
      let copies = copies ?? 1
      let kept = Figure(
        "copies that are kept", Estimate.exact(Ratio(copies), origin: .declared, method: "declared-value@1"),
        note: "Stated by --copies \(Decimals.significant(copies, digits: 4)).")
      let span = Figure(
        "time that it is kept", Estimate.exact(time, origin: .declared, method: "declared-value@1"),
        note: "Stated by --for.")
      return (
        "keeping \(amount.value.formatted()) on \(on.rawValue.uppercased())",
        DataWork.storage(of: amount, copies: kept, for: span, on: on), .figure(span)
      )
    }
    if let amount, let moved {
      return (
        "moving \(amount.value.formatted()) (\(moved.rawValue))", DataWork.movement(of: amount, on: moved),
        .unknown("the speed of the network was not asked for")
      )
    }
    guard let made, let tokenEnergy else { throw Failure(.usage, "state what was done with the data") }
    return (
      "making \(made.text) tokens of data with a model",
      DataWork.synthetic(
        tokens: made.figure("tokens made", option: "--made"),
        energyPerToken: tokenEnergy.figure(
          "IT energy of one token", named: "stated:token-energy", option: "--token-energy")),
      .unknown("the speed of the model was not asked for")
    )
  }
}

extension DataWork.Medium: ExpressibleByArgument {}
extension DataWork.Path: ExpressibleByArgument {}

import Accounting
import ArgumentParser
import Estimation
import Factors
import Methods
import Quantities
import Reporting

/// `dimmer estimate lifecycle`.
struct EstimateLifecycle: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lifecycle", abstract: "The whole development cycle of a model by phase, with levers to turn it down.",
    discussion: """
      Phases: data, experimentation, training-offline (or training),
      training-online, evaluation, deployment, inference, retirement. Each has its
      energy at the machines and the embodied carbon it owes. A phase that is not
      stated is not counted, and said so.

      Levers, after "Sustainable AI" (Wu and others 2022), are applied in this
      order, each on what is left; percentages are never added:
        data-sampling=0.5     share of the data that is kept
        early-stopping=0.3    share of experimentation that is saved
        algorithm=5           times less energy an inference
        caching=6.7           times less energy an inference
        acceleration=10.1     times less energy an inference
        low-precision=2.4     times less energy an inference
        utilisation=0.8       busy share of accelerators (--utilisation is now's)
        longer-life=6         years that machines last (--life is now's)
        carbon-free=0.5       share of the electricity of carbon-free supply
      Write LEVER=VALUE, LEVER=VALUE:LOW:HIGH, or LEVER=published where the paper
      has a number (algorithm, caching, acceleration, low-precision, utilisation).

      Examples:
        dimmer estimate lifecycle --phase data=120MWh \\
          --phase experimentation=500MWh --phase inference=2GWh \\
          --phase training=433MWh:400MWh:470MWh \\
          --embodied training=11t --requests 5B --region FR \\
          --lever caching=published --lever utilisation=0.8
        dimmer estimate lifecycle --input cycle.json --json

      cycle.json: {"name": "my model", "requests": "5B",
        "phases": [{"phase": "data", "energy": "120MWh", "embodied": "3t"}, ...],
        "levers": ["caching=3", "utilisation=0.8"]}
      """)

  @Option(
    help: ArgumentHelp("A phase and its IT energy: training=433MWh, or with :LOW:HIGH.", valueName: "PHASE=ENERGY"))
  var phase: [String] = []

  @Option(help: ArgumentHelp("Embodied carbon that a phase owes: training=11t.", valueName: "PHASE=CARBON"))
  var embodied: [String] = []

  @Option(help: ArgumentHelp("Something that makes it cheaper: utilisation=0.8.", valueName: "LEVER=NUMBER"))
  var lever: [String] = []

  @Option(help: ArgumentHelp("Requests in the model's life, 5B.", valueName: "COUNT"))
  var requests: Magnitude?

  @Option(help: ArgumentHelp("Busy share of the accelerators now, 0.4 or 0.4:0.3:0.5.", valueName: "SHARE"))
  var utilisation: StatedAmount<Ratio>?

  @Option(
    help: ArgumentHelp(
      "Life that the embodied carbon was shared out over, half a year to 30y; 4y without it, assumed.",
      valueName: "TIME"))
  var life: Span?

  @Option(help: ArgumentHelp("The cycle from a JSON file, or from standard input with '-'.", valueName: "FILE"))
  var input: String?

  @OptionGroup var site: SiteOptions

  @OptionGroup var output: FootprintOutputOptions

  func validate() throws {
    try Plausible.check("--requests", requests, in: 1...1e18, "1 to 10^18 requests")
    try utilisation?.check("--utilisation", in: 0.01...1, "a busy share from 0.01 to 1")
    if let life, !(Span.years(0.5).seconds...Span.years(30).seconds).contains(life.seconds) {
      throw ValidationError("--life \(life.formatted()) is out of range: half a year to 30 years")
    }
    guard input != nil || !phase.isEmpty else {
      throw ValidationError("no phase was stated; state one, for example --phase training=433MWh, or give --input FILE")
    }
    guard input == nil || phase.isEmpty && embodied.isEmpty && requests == nil else {
      throw ValidationError("--input states the phases, their embodied carbon and the requests: leave the options out")
    }
  }

  /// How long machines last where nobody says.
  private static var usualLife: Figure<Span> {
    Figure(
      "life of machines", .exact(.years(4), origin: .assumed, method: "declared-value@1"),
      note: "Assumed by Dimmer: 4 years, as Cloud Carbon Footprint and Impact Framework take. State yours with --life.")
  }

  func run() throws {
    let form = try input.map { try LifecycleForm(Files.read($0), named: $0 == "-" ? "standard input" : $0) }
    let stated = try form ?? LifecycleForm(phases: phase, embodied: embodied, requests: requests)
    let levers = try (form?.levers ?? []) + lever.map { try CycleLever(parsing: $0) }
    var cycle = try DevelopmentCycle(
      stated.name, phases: stated.phases, site: try site.site(for: .wholeYear), requests: stated.requests,
      life: life.map { DeclaredValue.figure("life of machines", $0, note: "stated by the user with --life") }
        ?? Self.usualLife)
    if let utilisation {
      cycle.utilisation = utilisation.figure(
        "busy share of the accelerators now", named: "utilisation:stated", option: "--utilisation")
    }
    let balance = try CycleBalance(cycle, levers: levers)
    let report = LifecycleReport(cycle: cycle, balance: balance, cost: CycleCost(balance, requests: cycle.requests))
    output.result(report.document, report.text(style: Output.style), report.receipts)
  }
}

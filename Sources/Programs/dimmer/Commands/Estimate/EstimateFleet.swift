import Accounting
import ArgumentParser
import Estimation
import Factors
import Methods
import Quantities
import Reporting

/// `dimmer estimate fleet`.
struct EstimateFleet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet",
    abstract: "A service, or the world's data centres, over the years: a scenario with intervals.",
    discussion: """
      Work grows, each piece of it takes less, the grid changes: what that comes to
      year by year. It is a scenario, not a forecast; every input takes an interval
      (VALUE:LOW:HIGH), and what is uncertain moves all years at once.

      Examples:
        dimmer estimate fleet --queries 100M --query-energy 0.3Wh:0.1Wh:0.9Wh \\
          --growth 0.4:0.2:0.8 --efficiency-gain 0.2:0.1:0.3 --grid-change=-0.03 \\
          --years 5 --region US --pue 1.2
        dimmer estimate fleet --world --years 7        data centres, IEA base case
        dimmer estimate fleet --world-ai --years 7     AI's part of them
      """)

  @Option(help: ArgumentHelp("Queries a day in the first year, 100M or 100e6:50e6:200e6.", valueName: "COUNT"))
  var queries: String?

  @Option(help: ArgumentHelp("IT energy of one query: 0.3Wh, or 0.3Wh:0.1Wh:0.9Wh.", valueName: "ENERGY"))
  var queryEnergy: StatedAmount<Energy>?

  @Option(help: ArgumentHelp("Growth of the work a year; 0.4 is two fifths more every year.", valueName: "SHARE"))
  var growth: StatedAmount<Ratio>?

  @Option(help: ArgumentHelp("Energy saved a year for the same work, 0 to 0.95.", valueName: "SHARE"))
  var efficiencyGain: StatedAmount<Ratio>?

  @Option(help: ArgumentHelp("Change of the grid a year; -0.03 is 3 % cleaner every year.", valueName: "SHARE"))
  var gridChange: StatedAmount<Ratio>?

  @Option(help: "How many years, 1 to 50.")
  var years = 5

  @Option(help: ArgumentHelp("The first year; 2026 without it.", valueName: "YEAR"))
  var from: Int?

  @Flag(help: "The world's data centres from 2024, on the figures of the IEA.")
  var world = false

  @Flag(help: "AI's part of the world's data centres from 2024.")
  var worldAI = false

  @OptionGroup var site: SiteOptions

  @OptionGroup var output: FootprintOutputOptions

  func validate() throws {
    guard (1...FleetScenario.longest).contains(years) else {
      throw ValidationError("--years \(years) is out of range: 1 to \(FleetScenario.longest)")
    }
    if let from, !(1990...2200).contains(from) {
      throw ValidationError("--from \(from) is out of range: 1990 to 2200")
    }
    try growth?.check("--growth", in: -0.99...10, "-0.99 to 10 a year, as a share")
    try efficiencyGain?.check("--efficiency-gain", in: 0...0.95, "0 to 0.95 a year, as a share")
    try gridChange?.check("--grid-change", in: -0.95...1, "-0.95 to 1 a year, as a share")
    try queryEnergy?.check("--query-energy", in: 0...3.6e12, "0 to 1 MWh a query")
    if world || worldAI {
      guard !(world && worldAI), queries == nil, queryEnergy == nil, site.isUnstated, from == nil,
        efficiencyGain == nil
      else {
        throw ValidationError(
          "--world and --world-ai are whole scenarios: only --years, --growth and --grid-change go with one of them")
      }
    } else {
      guard queries != nil, queryEnergy != nil else {
        throw ValidationError("state --queries a day and --query-energy, or take --world")
      }
      if let queries, Self.count(queries) == nil {
        throw ValidationError(
          "--queries '\(queries)' is not a number from 0 to 10^15 such as 100M, alone or as value:low:high")
      }
    }
  }

  func run() throws {
    let scenario = try scenario()
    let report = FleetReport(scenario: scenario, outcome: scenario.outcome())
    output.result(report.document, report.text(style: Output.style), report.receipts)
  }

  private func scenario() throws -> FleetScenario {
    let grid =
      gridChange?.figure("change of the grid a year", named: "scenario:grid", option: "--grid-change")
      ?? Self.unchanged("change of the grid a year", "the grid stays as it is; state yours with --grid-change")
    let growing = growth?.figure("growth a year", named: "scenario:growth", option: "--growth")
    if world || worldAI {
      return try WorldScenario.scenario(
        years: years, growth: growing, gridChange: grid, isIntelligence: worldAI,
        from: try FactorTables.embedded().regions)
    }
    guard let queries, let count = Self.count(queries), let queryEnergy else {
      throw Failure(.usage, "state --queries a day and --query-energy")
    }
    return try FleetScenario(
      "a service of \(queries) queries a day",
      firstYear: FleetScenario.firstYear(
        queriesPerDay: count.figure(
          "queries a day", named: "scenario:queries", note: "stated by the user with --queries"),
        energyPerQuery: queryEnergy.figure(
          "IT energy of one query", named: "scenario:query-energy", option: "--query-energy")),
      boundary: .machines, start: from ?? 2026, years: years,
      growth: growing
        ?? Self.unchanged("growth a year", "the work stays as it is; state yours with --growth"),
      efficiencyGain: efficiencyGain?.figure(
        "efficiency gain a year", named: "scenario:efficiency", option: "--efficiency-gain")
        ?? Self.unchanged("efficiency gain a year", "a query stays as it is; state yours with --efficiency-gain"),
      gridChange: grid, site: try site.site(for: .wholeYear))
  }

  /// What nobody stated: no change, which is an assumption, and said to be one.
  private static func unchanged(_ label: String, _ note: String) -> Figure<Ratio> {
    Figure(
      label, .exact(Ratio(0), origin: .assumed, method: "declared-value@1"),
      note: "Assumed by Dimmer, since none was stated: \(note).")
  }

  /// `100M` or `100M:50M:200M`.
  private static func count(_ text: String) -> StatedRange<Ratio>? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Magnitude(argument: String($0)) }
    let numbers = parts.compactMap(\.self).map { Ratio($0.value) }
    guard numbers.count == parts.count, numbers.allSatisfy({ (0...1e15).contains($0.value) }) else { return nil }
    switch numbers.count {
    case 1: return try? StatedRange(numbers[0])
    case 3: return try? StatedRange(numbers[0], low: numbers[1], high: numbers[2])
    default: return nil
    }
  }
}

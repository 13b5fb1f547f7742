import ArgumentParser
import Grid
import Quantities
import Reporting

extension GridCommand {
  /// `dimmer grid audit-proxy`.
  struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "audit-proxy", abstract: "Does a house rule (at night, when cool, at low demand) help or hurt here?",
      discussion: """
        Takes every start hour of the data, lets a job of --duration wait within
        --within by each rule, and compares its carbon with starting at once,
        beside the best that is possible. Rules whose columns the file has are
        audited: coolest (temp_c), lowest demand (demand_mwh, grid_load_mwh, or
        net_generation_mwh, which ignores imports), lowest net load (that less
        solar_mwh and wind_mwh, or a column of its own), cheapest (usd_per_mwh,
        eur_per_mwh); and the night.

        Examples:
          dimmer grid audit-proxy --series year.csv.gz --column ci_lca_g_per_kwh
          dimmer grid audit-proxy --series year.csv.gz \\
            --column ci_lca_g_per_kwh --night 22-6 --clock central-europe
        """)

    @Option(help: ArgumentHelp("The CSV (also .gz) with a year of hours.", valueName: "FILE"))
    var series: String

    @Option(help: ArgumentHelp("The column of carbon intensity.", valueName: "NAME"))
    var column: String

    @Option(help: ArgumentHelp("A further column to go by, lowest first. May stand several times.", valueName: "NAME"))
    var lowest: [String] = []

    @Option(help: ArgumentHelp("How long the job runs.", valueName: "TIME"))
    var duration = Span.hours(8)

    @Option(help: ArgumentHelp("By when it must be done, from the start on.", valueName: "TIME"))
    var within = Span.hours(32)

    @Option(help: ArgumentHelp("The hours that count as night, by the local clock.", valueName: "FROM-TO"))
    var night = "22-6"

    @Option(
      help: ArgumentHelp(
        "The local clock: utc, western-europe, central-europe, eastern-europe, us-eastern, us-central, us-mountain, us-pacific, south-east-australia, singapore, or an offset such as +9.",
        valueName: "CLOCK"))
    var clock = "utc"

    @Flag(help: "One JSON document.")
    var json = false

    func run() throws {
      let file = try SeriesFile(try Files.read(series), name: series == "-" ? "standard input" : series)
      let carbon = try file.series(column: column)
      guard carbon.kind.isCarbonIntensity || carbon.kind == .unstated else {
        throw Failure(.usage, "column \(column) is \(carbon.kind.label); --column must name a carbon intensity")
      }
      let rules = try rules(of: file)
      let audit = try ProxyAudit(carbon: carbon, duration: duration, window: within)
      var results: [ProxyAudit.Result] = []
      for rule in rules { results.append(try audit.result(of: rule)) }
      show(results)
    }

    private func rules(of file: SeriesFile) throws -> [ProxyRule] {
      var rules: [ProxyRule] = []
      for name in lowest { rules.append(.lowest(try file.series(column: name))) }
      for name in file.columns where name != column && !lowest.contains(name) {
        let lower = name.lowercased()
        if Self.demands.contains(where: { lower.hasPrefix($0) }) {
          // Kinds by meaning, so that the verdict speaks of demand and not of a column.
          let demand = try file.series(column: name, kind: .demand, unit: "MWh")
          rules.append(.lowest(demand))
          if let net = try netLoad(of: demand, file) { rules.append(.lowest(net)) }
        } else if Self.known.contains(where: { lower.hasSuffix($0) }) {
          rules.append(.lowest(try file.series(column: name)))
        }
      }
      let hours = night.split(separator: "-").map { Double($0) }
      guard hours.count == 2, let from = hours[0], let to = hours[1], (0...24).contains(from), (0...24).contains(to)
      else { throw Failure(.usage, "--night '\(night)' must be FROM-TO in hours, for example 22-6") }
      rules.append(.night(from: .hours(from), to: .hours(to), clock: try localClock()))
      return rules
    }

    /// Demand less sun and wind, where the file has both.
    private func netLoad(of demand: Series, _ file: SeriesFile) throws -> Series? {
      let renewable = file.columns.filter { name in
        let lower = name.lowercased()
        return lower.hasPrefix("solar_mwh") || lower.hasPrefix("wind_mwh") || lower.hasPrefix("wind_onshore_mwh")
          || lower.hasPrefix("wind_offshore_mwh")
      }
      guard renewable.contains(where: { $0.lowercased().hasPrefix("solar") }), renewable.count > 1 else { return nil }
      let parts = try renewable.map { try file.series(column: $0, kind: .demand, unit: "MWh") }
      let slots = demand.slots.compactMap { slot -> Slot? in
        let values = parts.map { $0.value(at: slot.start) }
        guard values.allSatisfy({ $0 != nil }) else { return nil }
        return Slot(slot.validity, value: slot.value - values.reduce(0) { $0 + ($1 ?? 0) })
      }
      return try Series(
        region: demand.region, kind: .netLoad, unit: "MWh", provider: demand.provider, source: demand.source,
        slots: slots)
    }

    /// Beginnings of columns of demand.
    private static let demands = ["demand_mw", "net_generation_mwh", "grid_load_mwh", "load_mw"]
    /// Endings of other columns that a house rule can go by.
    private static let known = [
      "temp_c", "temperature_c", "temp_forecast_c", "wet_bulb_c", "net_load_mwh", "net_load_mw", "usd_per_mwh",
      "eur_per_mwh", "gbp_per_mwh",
    ]

    private func localClock() throws -> LocalClock {
      let named: [String: LocalClock] = [
        "utc": .utc, "western-europe": .westernEurope, "central-europe": .centralEurope,
        "eastern-europe": .easternEurope, "us-eastern": .easternUS, "us-central": .centralUS,
        "us-mountain": .mountainUS, "us-pacific": .pacificUS, "south-east-australia": .southEastAustralia,
        "singapore": .singapore,
      ]
      if let clock = named[clock] { return clock }
      guard let offset = Double(clock), (-14...14).contains(offset) else {
        throw Failure(
          .usage, "--clock '\(clock)' is not known; one of \(named.keys.sorted().joined(separator: ", ")), or an offset"
        )
      }
      return LocalClock(standardOffset: .hours(offset))
    }

    private func show(_ results: [ProxyAudit.Result]) {
      if json {
        Output.result([
          "duration_seconds": .number(duration.seconds), "within_seconds": .number(within.seconds),
          "rules": .array(
            results.map { result in
              [
                "rule": .string(result.label), "effect": .string(result.effect.rawValue),
                "saved_percent": .number(result.savedPercent), "best_percent": .number(result.bestPercent),
                "standard_error_percent": .optional(result.standardErrorPercent),
                "run_now_mean_grams_per_kwh": .number(result.runNowMean),
                "rule_mean_grams_per_kwh": .number(result.ruleMean),
                "best_mean_grams_per_kwh": .number(result.bestMean), "starts": .count(result.starts),
                "skipped": .count(result.skipped), "verdict": .string(result.verdict),
                "method": .string(result.method.description),
              ]
            }),
        ])
        return
      }
      var table = TextTable([
        .init("rule"), .init("saves %", numeric: true), .init("best possible %", numeric: true),
        .init("starts", numeric: true),
      ])
      for result in results {
        table.add([
          result.label, Decimals.fixed(result.savedPercent, places: 1), Decimals.fixed(result.bestPercent, places: 1),
          "\(result.starts)",
        ])
      }
      Output.result(table.text(style: Output.style) + "\n\n" + results.map(\.verdict).joined(separator: "\n"))
    }
  }
}

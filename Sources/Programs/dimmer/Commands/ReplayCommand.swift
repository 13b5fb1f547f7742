import ArgumentParser
import Factors
import Grid
import Ledger
import Methods
import Quantities
import Reporting
import Switching

/// `dimmer replay`: the same decisions on history.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Run the same decisions on history, beside baselines and the clairvoyant optimum.",
    discussion: """
      Example:
        dimmer replay switching --variants v.csv --series intensity.csv --column intensity_g_per_kwh --floor 83
      """,
    subcommands: [SwitchingReplay.self])
}

/// `dimmer replay switching`.
struct SwitchingReplay: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "switching",
    abstract: "Switch variants over a series of grid intensity and compare.",
    discussion: """
      The policy sees only what was known at each moment; the clairvoyant knows each day beforehand. Savings are against
      always the best variant: sizing (smaller variants on average, at the same mean quality) and timing (which hours)
      add up to them. A day is a UTC day; the floor holds over each day.

      VARIANTS is a CSV with name,quality,joules (mean quality in points 0 to 100, marginal joules of a request) and
      optionally quality_low, the lower bound on which the floor is held.

      Examples:
        dimmer replay switching --variants v.csv --series intensity.csv --column intensity_g_per_kwh --floor 83
        dimmer replay switching --variants v.csv --series 2023.csv.gz --column ci_direct --floor 84 \\
          --from 2023-02-03T08:00Z --hours 720 --policy static-mix --json
      """)

  @Option(help: ArgumentHelp("CSV of variants.", valueName: "FILE"))
  var variants: String

  @Option(help: ArgumentHelp("CSV of the grid, '.gz' too.", valueName: "FILE"))
  var series: String

  @Option(help: "The column with the intensity.")
  var column: String

  @Option(help: "Mean quality promised over each day, in points.")
  var floor: Double

  @Option(help: "Policy: \(SwitchingPolicies.all.map(\.name).joined(separator: ", ")).")
  var policy = "receding-horizon"

  @Option(help: "Requests in each hour.")
  var requestsPerHour = 1000.0

  @Option(help: "Facility overhead, PUE.")
  var pue = 1.0

  @Option(help: "Begin at this moment (ISO 8601 UTC); earlier values only serve forecasts.")
  var from: String?

  @Option(help: "Replay so many hours; all without it.")
  var hours: Int?

  @Option(help: "Intervals that a value becomes known late; 0: the current one is known at its start.")
  var lag = 0

  @Flag(help: "One JSON document instead of a table.")
  var json = false

  func run() throws {
    let ladder = try VariantFile.ladder(try Files.read(variants), name: variants)
    let file = try SeriesFile(try Files.read(series), name: series)
    let values = try file.series(column: column)
    let interval = try file.cadence().step
    let (history, first) = try self.history(values, interval: interval)
    let policy = try SwitchingPolicies.policy(named: policy)
    let perInterval = requestsPerHour * interval.hours
    let replay = try Replay(
      history: history, first: first, interval: interval, ladder: ladder, floor: floor, period: .utcDay, pue: pue,
      lag: lag)
    let result = replay.run(policy, demand: Forecasters.constantDemand(perInterval))
    if json { Output.result(document(result)) } else { Output.result(table(result)) }
    if result.missingIntervals > 0 {
      Output.progress(
        "\(result.missingIntervals) of \(result.steps.count) intervals have no value; their carbon is left out everywhere"
      )
    }
    let reach = ladder.variants.map(\.qualityLow).max() ?? 0
    if floor > reach {
      Output.progress(
        "the floor \(Decimals.fixed(floor, places: 2)) is out of reach: the best variant has \(Decimals.fixed(reach, places: 2)) and serves every request"
      )
    }
    for warning in Hull(of: ladder, on: .lowerBound).warnings { Output.progress("note: \(warning)") }
  }

  private func history(_ series: Series, interval: Span) throws -> (history: [HistoryInterval], first: Int) {
    guard let begin = series.slots.first?.start, let end = series.slots.last?.end else {
      throw Failure(.data, "\(self.series): column \(column) holds no value")
    }
    var start = begin
    if let from {
      guard let moment = Timestamp(iso8601: from) else {
        throw Failure(.usage, "--from '\(from)' is not an ISO 8601 UTC time, for example 2023-02-03T08:00Z")
      }
      guard moment >= begin, moment < end else {
        throw Failure(.usage, "--from \(moment) is outside the series, which has \(begin) to \(end)")
      }
      start = moment
    }
    var history: [HistoryInterval] = []
    var first = 0
    var time = begin
    let stop = hours.map { min(end, start + .hours(Double($0))) } ?? end
    while time < stop {
      let value = series.mean(over: time..<(time + interval))?.value
      if time < start { first += 1 }
      history.append(
        HistoryInterval(
          start: time, intensity: value.map(CarbonIntensity.gramsPerKilowattHour),
          requests: requestsPerHour * interval.hours))
      time = time + interval
    }
    return (history, first)
  }

  private func document(_ result: ReplayResult) -> JSONValue {
    let grams = { (carbon: Carbon) in
      JSONValue.figure(Estimate<Carbon>.exact(carbon, origin: .modelled, method: "price-rule@1"), id: nil)
    }
    return [
      "policy": .string(result.policy), "floor": .number(floor), "mean_quality": .optional(result.quality),
      "carbon_grams": grams(result.carbon), "clairvoyant_grams": grams(result.clairvoyant),
      "static_mix_grams": grams(result.staticMix), "always_best_grams": grams(result.alwaysBest),
      "saved_percent": .optional(result.savedPercent), "sizing_percent": .optional(result.sizingPercent),
      "timing_percent": .optional(result.timingPercent), "timing_gain_percent": .optional(result.timingGainPercent),
      "regret_percent": .optional(result.regretPercent), "switches": .count(result.switches),
      "requests": .number(result.requests), "intervals": .count(result.steps.count),
      "missing_intervals": .count(result.missingIntervals), "days": .count(result.periods.count),
      "days_at_floor": .count(result.periods.count { $0.isFloorMet }),
      "baselines": [
        "always_best": "the variant of highest quality for every request",
        "static_mix": "the best fixed mix at the achieved mean quality, which ignores the grid",
        "clairvoyant": "each UTC day known beforehand, at that day's achieved mean quality",
      ],
    ]
  }

  private func table(_ result: ReplayResult) -> String {
    var table = TextTable([.init("BASELINE"), .init("CARBON", numeric: true), .init("SAVED", numeric: true)])
    let percent = { (value: Double?) in value.map { "\(Decimals.fixed($0, places: 1)) %" } ?? "unknown" }
    table.add(["always best", result.alwaysBest.formatted(), "0 %"])
    table.add(["static mix", result.staticMix.formatted(), percent(result.sizingPercent)])
    table.add([result.policy, result.carbon.formatted(), percent(result.savedPercent)])
    table.add([
      "clairvoyant", result.clairvoyant.formatted(), percent(100 * (1 - result.clairvoyant / result.alwaysBest)),
    ])
    return """
      \(table.text(style: Output.style))

      sizing \(percent(result.sizingPercent)), timing \(percent(result.timingPercent)), regret \(percent(result.regretPercent)), \
      \(result.switches) switches
      mean quality \(result.quality.map { Decimals.fixed($0, places: 2) } ?? "unknown"), floor \(Decimals.fixed(floor, places: 2)) \
      met on \(result.periods.count { $0.isFloorMet }) of \(result.periods.count) days
      """
  }
}

/// A CSV of variants: name, quality, joules and optionally quality_low.
enum VariantFile {
  static func ladder(_ bytes: [UInt8], name: String) throws -> Ladder {
    let table: CSVTable
    do { table = try CSVTable(parsing: bytes) } catch { throw Failure(.data, "\(name): \(error)") }
    let known = ["name", "quality", "joules", "quality_low"]
    for column in known.prefix(3) where !table.columns.contains(column) {
      throw Failure(.data, "\(name): line 1: column '\(column)' is missing; a variants file has name,quality,joules")
    }
    var variants: [Variant] = []
    for row in table.rows {
      do {
        guard let quality = try row.number("quality"), let joules = try row.number("joules") else {
          throw Failure(.data, "\(name): line \(row.line): quality and joules must be given")
        }
        let low = table.columns.contains("quality_low") ? try row.number("quality_low") : nil
        variants.append(Variant(try row.text("name"), quality: quality, qualityLow: low, energy: .joules(joules)))
      } catch let error as CSVError { throw Failure(.data, "\(name): \(error)") }
    }
    do { return try Ladder(variants) } catch { throw Failure(.data, "\(name): \(error)") }
  }
}

import ArgumentParser
import Grid
import Quantities
import Reporting
import Switching

/// `dimmer replay switching`.
struct SwitchingReplay: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "switching",
    abstract: "Switch variants over a series of grid intensity and compare.",
    discussion: """
      A policy sees only what was known at each moment; the clairvoyant knows each day beforehand. Savings are against
      always the best variant: sizing (smaller variants on average, at the same mean quality) and timing (which hours)
      add up to them. A day is a UTC day; the floor holds over each day, or over the whole with --period whole.

      VARIANTS is a CSV with name,quality,joules (mean quality in points 0 to 100, marginal joules of a request) and
      optionally quality_low (the lower bound on which the floor is held), joules_low,joules_high, directive_of (the variant
      that this one is a brevity directive on), place (where it stands, if not on the grid of --series; each place needs its
      --place), capacity_per_second, load_joules and idle_watts.

      --series, --floor and --policy may stand several times: every policy is run on every series at every floor. With
      --figure the policy is judged over all of them: mean regret, floors met, fixed mix beaten where that was promised.

      Examples:
        dimmer replay switching --variants v.csv --series intensity.csv --column intensity_g_per_kwh --floor 83
        dimmer replay switching --variants v.csv --series 2023.csv.gz --column ci_direct --floor 84 \\
          --from 2023-02-03T08:00Z --hours 720 --policy all --html replay.html
        dimmer replay switching --figure --forecast ensemble --variants v.csv --column ci_direct_g_per_kwh \\
          --series DE.csv.gz --series GB.csv.gz --floor 82 --floor 83 --from 2023-02-03T08:00Z --hours 720 --nothing-earlier
        dimmer replay switching --variants v.csv --series DE.csv --column ci --place SE=SE.csv:ci --floor 83
      """)

  @Option(help: ArgumentHelp("CSV of variants.", valueName: "FILE"))
  var variants: String

  @Option(help: ArgumentHelp("CSV of the grid, '.gz' too. May stand several times.", valueName: "FILE"))
  var series: [String]

  @Option(help: "The column with the intensity.")
  var column: String

  @Option(help: "Mean quality promised over each day, in points. May stand several times.")
  var floor: [Double]

  @Option(help: "Least mean quality of every single interval, in points.")
  var instantFloor: Double?

  @Option(
    help: """
      Policy: \(PolicyChoice.names.joined(separator: ", ")). May stand several times; 'all' for all of them.
      """)
  var policy: [String] = ["receding-horizon"]

  @OptionGroup var places: ReplayPlaceOptions
  @OptionGroup var outlook: ReplayForecastOptions
  @OptionGroup var demandOptions: ReplayDemandOptions

  @Option(help: "What the floor holds over: day (each UTC day) or whole (all that is replayed).")
  var period = ReplayPeriod.day

  @Option(help: "Facility overhead, PUE.")
  var pue = 1.0

  @Option(help: "Begin at this moment (ISO 8601 UTC); earlier values only serve forecasts.")
  var from: String?

  @Option(help: "Replay so many hours; all without it.")
  var hours: Int?

  @Flag(help: "Nothing before --from is known: the first day has no yesterday.")
  var nothingEarlier = false

  @Option(help: "Intervals that a value becomes known late; 0: the current one is known at its start.")
  var lag = 0

  @Flag(help: "Say what watching the grid is worth here, from this history.")
  var worth = false

  @Flag(help: "Judge the policies over all series and floors together.")
  var figure = false

  @Option(help: ArgumentHelp("Write the replay as one page that needs nothing else.", valueName: "FILE"))
  var html: String?

  @Flag(help: "One JSON document instead of a table.")
  var json = false

  func run() throws {
    let chosen = try policy.flatMap(PolicyChoice.named)
    let (cases, notes) = try replayed(chosen)
    let report = ReplayReport(cases: cases, isFigure: figure, saysWorth: worth, forecast: outlook.name)
    if let html {
      try Files.write(ReplayPage(cases.map(\.page), subtitle: subtitle(cases), notes: notes).html(), to: html)
      Output.progress("the page is in \(html)")
    }
    if json { Output.result(report.json) } else { Output.result(report.text(style: Output.style)) }
    for note in notes { Output.progress(note) }
  }

  /// Every series at every floor under every policy, and what there is to say about them.
  private func replayed(_ chosen: [PolicyChoice]) throws -> (cases: [ReplayCase], notes: [String]) {
    let offer = try VariantFile(try Files.read(variants), name: variants, places: places.names)
    let elsewhere = try places.series().filter { offer.ladder.places.contains($0.key) }
    let pueElsewhere = try places.pue(besides: pue)
    var progress = ReplayProgress(total: series.count * floor.count * chosen.count)
    var (cases, notes): ([ReplayCase], [String]) = ([], offer.notes)
    let labels = ReplayCase.labels(of: series)
    for (path, label) in zip(series, labels) {
      let file = try SeriesFile(try Files.read(path), name: path)
      let window = ReplayWindow(from: from, hours: hours, isBlind: nothingEarlier)
      let cut = try window.cut(file, column: column, demand: demandOptions, elsewhere: elsewhere)
      let source = try outlook.source(history: cut.history, interval: cut.interval, lag: lag)
      let there = outlook.elsewhere(Set(elsewhere.keys), interval: cut.interval)
      for floor in floor {
        let replay = try Replay(
          history: cut.history, first: cut.first, interval: cut.interval, ladder: offer.ladder, floor: floor,
          instantFloor: instantFloor, period: period.period, pue: pue, lag: lag,
          pueElsewhere: pueElsewhere)
        let results = chosen.map { policy in
          progress.step(label, floor, policy.name)
          return policy.run(
            replay, intensities: source.forecaster, demand: demandOptions.forecast(cut.interval), elsewhere: there)
        }
        cases.append(ReplayCase(label: label, replay: replay, results: results, offer: offer))
      }
      notes += source.notes
    }
    notes += cases.flatMap { $0.notes(named: cases.count > 1) }
    var seen: Set<String> = []
    return (cases, notes.filter { seen.insert($0).inserted })
  }

  private func subtitle(_ cases: [ReplayCase]) -> String {
    let first = cases.first?.replay.history[cases[0].replay.first].start
    let names = ReplayCase.labels(of: series).joined(separator: ", ")
    return "\(names), column \(column), from \(first.map { $0.description } ?? "unknown"), forecast: \(outlook.name)"
  }
}

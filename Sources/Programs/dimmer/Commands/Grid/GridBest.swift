import ArgumentParser
import Grid
import Quantities
import Reporting
import Service

extension GridCommand {
  /// `dimmer grid best`.
  struct Best: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "When to run a job: the best window, what it saves, and whether that is worth waiting.",
      discussion: """
        The whole job lies within --within from --from on; of equal windows
        the earliest is taken. The saving is against starting at once. Below
        two standard errors of the forecast the verdict is to start now. Hours
        in --not are left out, for example the peak that a utility asks to
        avoid. Gaps in the data are never used. With --pue the weather counts as
        what it costs in cooling: the file's wet_bulb_c, or temp_c and rh_pct;
        for a cloud region the forecast of Open-Meteo. A BASE alone assumes 0.01
        more per degree of wet bulb above 12 degrees, give or take all of it.

        Examples:
          dimmer grid best DE --duration 4h --within 24h
          dimmer grid best us-west-2 --duration 24h --within 168h \\
            --interruptible --pause-cost "50 g"
          dimmer grid best --series ci.csv.gz --column ci_lca_g_per_kwh \\
            --from 2023-06-03T16:00Z --duration 4h --within 24h --json
        """)

    @OptionGroup var signal: SignalOptions

    @Option(help: ArgumentHelp("How long the job runs: 90 min, 4h.", valueName: "TIME"))
    var duration: Span

    @Option(help: ArgumentHelp("By when it must be done, from the start on.", valueName: "TIME"))
    var within = Span.hours(24)

    @Option(help: ArgumentHelp("The earliest start; now unless given (a file: its beginning).", valueName: "TIME"))
    var from: Timestamp?

    @Flag(help: "The job may be paused and go on later.")
    var interruptible = false

    @Option(help: ArgumentHelp("What one pause costs, for each kW of the job's power.", valueName: "CARBON"))
    var pauseCost: String?

    @Option(help: ArgumentHelp("The most pieces the job may be cut into.", valueName: "COUNT"))
    var maxPieces: Int?

    @Option(help: ArgumentHelp("A time not to run in: FROM/TO. May stand several times.", valueName: "FROM/TO"))
    var not: [String] = []

    @Option(
      help: ArgumentHelp(
        "The facility's PUE in cool weather, and how it rises with the wet bulb: BASE or BASE,SLOPE,ABOVE-CELSIUS.",
        valueName: "CURVE"))
    var pue: String?

    @Flag(help: "One JSON document.")
    var json = false

    func run() async throws {
      guard duration > .zero else { throw Failure(.usage, "--duration must be more than nothing") }
      guard duration <= within else {
        throw Failure(
          .usage, "a job of \(duration.formatted()) does not fit within \(within.formatted()); give a longer --within")
      }
      if let maxPieces, maxPieces < 1 { throw Failure(.usage, "--max-pieces must be at least 1") }
      let curve = try pue.map(Cooling.curve)
      if var series = try signal.fileSeries() {
        if let curve { series = try Cooling.facility(series, curve, path: signal.series ?? "") }
        guard let start = from ?? series.extent?.lowerBound else { throw Failure(.data, "the file has no values") }
        let plan = try WindowIndex(hindsight: series).plan(try query(from: start))
        // Values of a file are taken as they are, unless it says how far off they can be.
        let hasRanges = plan.slots.contains { $0.low != nil }
        return show(
          plan, SavingVerdict(on: plan, error: hasRanges ? nil : .observed), reason: "from the file's own values")
      }
      try await signal.withDesk { desk, subject in
        let start = from ?? WallGridClock().now
        let forecast = await desk.forecast(
          subject.region, subject.kind, accepting: subject.accepting, over: start.startOfHour..<(start + within))
        guard var series = forecast.series else { throw Failure(.unavailable, "\(subject.name): \(forecast.reason)") }
        if let curve { series = try await Cooling.facility(series, curve, desk) }
        let plan = try WindowIndex(series.asIssued(by: WallGridClock().now)).plan(try query(from: start))
        let verdict = SavingVerdict(on: plan, error: forecast.error)
        show(plan, verdict, reason: "by \(series.provider): \(forecast.reason)", level: forecast.level)
      }
    }

    private func query(from start: Timestamp) throws -> WindowQuery {
      var pauses: PauseRule?
      if interruptible || pauseCost != nil || maxPieces != nil {
        let cost = try pauseCost.map { try Carbon(parsing: $0).grams } ?? 0
        guard cost >= 0 else { throw Failure(.usage, "--pause-cost must not be negative") }
        pauses = PauseRule(resumeCost: cost, maximumSegments: maxPieces)
      }
      let forbidden = try not.map { text in
        let ends = text.split(separator: "/", omittingEmptySubsequences: false).map { Timestamp(iso8601: $0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first < last else {
          throw Failure(.usage, "--not '\(text)' must be FROM/TO, for example 2023-06-03T17:00Z/2023-06-03T20:00Z")
        }
        return first..<last
      }
      return WindowQuery(from: start, within: within, duration: duration, pauses: pauses, forbidden: forbidden)
    }

    private func show(_ plan: WindowPlan, _ verdict: SavingVerdict, reason: String, level: Double? = nil) {
      if json {
        Output.result(PlanText.json(plan, verdict, reason: reason))
        return
      }
      var table = TextTable([
        .init("from"), .init("to"), .init(plan.unit, numeric: true), .init("", numeric: false),
      ])
      for slot in plan.slots {
        table.add([
          slot.validity.lowerBound.description, slot.validity.upperBound.description, SignalText.number(slot.value),
          slot.isEstimated ? "expected" : "",
        ])
      }
      Output.result("\(verdict.reason)\n\n\(table.text(style: Output.style))")
      Output.progress("\(plan.kind.label), \(plan.region == .unstated ? "" : "\(plan.region), ")\(reason)")
    }
  }
}

/// Plans as JSON.
enum PlanText {
  static func json(_ plan: WindowPlan, _ verdict: SavingVerdict, reason: String) -> JSONValue {
    let isCarbon = plan.unit == CarbonIntensity.baseUnit || plan.kind == .unstated
    var members: [(key: String, value: JSONValue)] = [
      ("start", .time(plan.start)), ("end", .time(plan.end)),
      ("mean_grams_per_kwh", isCarbon ? .number(plan.mean) : .null),
      ("now_mean_grams_per_kwh", isCarbon ? .optional(plan.nowMean) : .null),
      ("saved_percent", .optional(plan.savedPercent)),
      ("saved_percent_low", .optional(verdict.lowPercent)),
      ("saved_percent_high", .optional(verdict.highPercent)),
      ("advice", .string(verdict.advice.rawValue)), ("verdict", .string(verdict.reason)),
      ("segments", .count(plan.segments)),
      (
        "pieces",
        .array(plan.pieces.map { ["start": .time($0.lowerBound), "end": .time($0.upperBound)] })
      ),
      (
        "slots",
        .array(
          plan.slots.map { slot in
            .object(
              Self.slot(
                Slot(
                  slot.validity, value: slot.value, low: slot.low, high: slot.high, isEstimated: slot.isEstimated),
                isCarbon: isCarbon))
          })
      ),
      ("mean", .number(plan.mean)), ("now_mean", .optional(plan.nowMean)),
      ("mean_with_pauses", .number(plan.meanWithPauses)), ("unit", .string(plan.unit)),
      ("kind", .string(plan.kind.rawValue)), ("region", .string(plan.region.name)),
      ("provider", .string(plan.provider)), ("method", .string(plan.method.description)),
      ("coverage", .number(plan.coverage)), ("reason", .string(reason)),
    ]
    if let unknown = plan.unknownReason { members.append(("saved_reason", .string(unknown))) }
    return .object(members)
  }

  /// An interval with its value.
  static func slot(_ slot: Slot) -> JSONValue { .object(Self.slot(slot, isCarbon: false)) }

  private static func slot(_ slot: Slot, isCarbon: Bool) -> [(key: String, value: JSONValue)] {
    [
      ("start", .time(slot.start)), ("end", .time(slot.end)),
      (isCarbon ? "intensity_grams_per_kwh" : "value", .number(slot.value)),
      ("low", .optional(slot.low)), ("high", .optional(slot.high)),
      ("estimated", .bool(slot.isEstimated)),
    ]
  }
}

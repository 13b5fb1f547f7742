import ArgumentParser
import Grid
import Quantities
import Reporting
import Service

extension GridCommand {
  /// `dimmer grid forecast`.
  struct ForecastCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "forecast", abstract: "What is expected for the next hours, with intervals and the method's record.",
      discussion: """
        The provider's forecast where it has one; else Dimmer's own, from what
        was measured (method ensemble-forecast); else the usual day or the yearly
        mean. On a file, the values before --from are the past and all later ones
        stay unseen.

        Examples:
          dimmer grid forecast GB --hours 24
          dimmer grid forecast --series intensity.csv \\
            --column intensity_g_per_kwh --from 2023-06-03T16:00Z
        """)

    @OptionGroup var signal: SignalOptions

    @Option(help: "How many hours ahead, 1 to 168.")
    var hours = 24

    @Option(help: ArgumentHelp("From when on; now unless given (a file: its end).", valueName: "TIME"))
    var from: Timestamp?

    @Flag(help: "One JSON document.")
    var json = false

    func validate() throws {
      guard (1...168).contains(hours) else { throw ValidationError("--hours must be from 1 to 168") }
    }

    func run() async throws {
      if let series = try signal.fileSeries() {
        let start = from ?? series.extent?.upperBound ?? WallGridClock().now
        let known = series.issued(after: .hours(1)).asIssued(by: start)
        let forecast = EnsembleForecaster().forecast(
          from: known, over: start..<(start + .hours(Double(hours))), step: .hours(1))
        guard forecast.slots.contains(where: { $0.value != nil }) else {
          throw Failure(.data, "the file has no value before \(start); name a later --from")
        }
        return show(
          GridForecast(forecast, like: series),
          name: series.region == .unstated ? signal.series ?? "" : series.region.name)
      }
      try await signal.withDesk { desk, subject in
        let start = from ?? WallGridClock().now.startOfHour
        let forecast = await desk.forecast(
          subject.region, subject.kind, accepting: subject.accepting, over: start..<(start + .hours(Double(hours))))
        guard forecast.series != nil else {
          throw Failure(.unavailable, "\(subject.name): \(forecast.reason)")
        }
        show(forecast, name: subject.name)
      }
    }

    private func show(_ forecast: GridForecast, name: String) {
      guard let series = forecast.series else { return }
      if json {
        Output.result([
          "region": .string(series.region.name), "kind": .string(series.kind.rawValue), "unit": .string(series.unit),
          "provider": .string(series.provider), "issued_at": .time(forecast.issuedAt),
          "interval_level": .optional(forecast.level), "reason": .string(forecast.reason),
          "slots": .array(series.slots.map(PlanText.slot)),
          "skill": .array(forecast.skill.map(SkillText.json)),
        ])
        return
      }
      let most = series.slots.map { $0.high ?? $0.value }.max() ?? 1
      var table = TextTable([
        .init("from"), .init(series.unit, numeric: true), .init("interval", numeric: true), .init(""),
      ])
      for slot in series.slots {
        let width = most > 0 ? Int((max(slot.value, 0) / most * 30).rounded()) : 0
        let range = slot.low.flatMap { low in
          slot.high.map { "\(SignalText.number(low)) to \(SignalText.number($0))" }
        }
        table.add([
          slot.start.description, SignalText.number(slot.value), range ?? "", String(repeating: "▆", count: width),
        ])
      }
      Output.result(table.text(style: Output.style))
      Output.progress("\(name), \(series.kind.label), by \(series.provider): \(forecast.reason)")
      if let level = forecast.level {
        Output.progress("intervals are meant to hold \(Decimals.significant(level * 100, digits: 3)) % of the truths")
      }
      for skill in forecast.skill { Output.progress(SkillText.line(skill)) }
    }
  }
}

/// A forecaster's record as text and JSON.
enum SkillText {
  static func line(_ skill: ForecastSkill) -> String {
    let score = skill.score.map {
      ", \(Decimals.significant($0 * 100, digits: 2)) % better than the better simple rule"
    }
    let held = skill.coverage.map { ", \(Decimals.significant($0 * 100, digits: 3)) % within" }
    return
      "lately \(skill.band.rawValue) ahead: off by \(SignalText.number(skill.meanAbsoluteError)) on average\(score ?? "")"
      + (held ?? "")
  }

  static func json(_ skill: ForecastSkill) -> JSONValue {
    [
      "band": .string(skill.band.rawValue), "samples": .count(skill.samples),
      "mean_absolute_error": .number(skill.meanAbsoluteError), "persistence_error": .number(skill.persistenceError),
      "week_mean_error": .number(skill.weekMeanError), "coverage": .optional(skill.coverage),
      "mean_width": .optional(skill.meanWidth),
      "score": .optional(skill.score),
    ]
  }
}

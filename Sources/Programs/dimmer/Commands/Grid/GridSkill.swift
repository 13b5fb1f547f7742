import ArgumentParser
import Grid
import Quantities
import Reporting

extension GridCommand {
  /// `dimmer grid skill`.
  struct Skill: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "How good forecasts are on a series: errors by distance, intervals that hold, and what planning keeps.",
      discussion: """
        Goes through the file hour by hour; each forecaster sees only what had
        been issued by then. With --forecast the column of somebody else's
        day-ahead forecast is judged instead. 'kept' is the share of the saving
        of perfect knowledge that 4 h start shifts within 24 h keep when planned
        on the forecast.

        Examples:
          dimmer grid skill --series intensity.csv.gz --column ci_lca_g_per_kwh
          dimmer grid skill --series dacf.csv.gz \\
            --column actual_direct_g_per_kwh \\
            --forecast forecast_dayahead_direct_g_per_kwh
        """)

    @Option(help: ArgumentHelp("The CSV (also .gz). May stand several times.", valueName: "FILE"))
    var series: [String]

    @Option(help: ArgumentHelp("The column of true values.", valueName: "NAME"))
    var column: String

    @Option(help: ArgumentHelp("A column of forecasts to judge, each day's made before it began.", valueName: "NAME"))
    var forecast: String?

    @Option(help: ArgumentHelp("The time between two issues; longer is faster.", valueName: "TIME"))
    var every = Span.hours(6)

    @Flag(help: "One JSON document.")
    var json = false

    func run() throws {
      guard every.seconds >= 3600 else { throw Failure(.usage, "--every must be at least 1 h") }
      var documents: [JSONValue] = []
      for path in series {
        let file = try SeriesFile(try Files.read(path), name: path == "-" ? "standard input" : path)
        let truth = try file.series(column: column)
        if let forecast {
          documents.append(try judge(try file.series(column: forecast), against: truth, path))
        } else {
          documents.append(evaluate(truth, path))
        }
      }
      if json { Output.result(["files": .array(documents)]) }
    }

    private func judge(_ forecast: Series, against truth: Series, _ path: String) throws -> JSONValue {
      let error = ForecastError(of: forecast, against: truth)
      let planning = [4, 8].map { hours in
        (hours, PlanningSkill.of(forecast, against: truth, hours: hours))
      }
      guard let error else { throw Failure(.data, "\(path): forecast and true values share no interval") }
      if !json {
        var table = TextTable([
          .init("job"), .init("saved by plan %", numeric: true), .init("best possible %", numeric: true),
          .init("kept %", numeric: true), .init("plans", numeric: true),
        ])
        for case (let hours, let skill?) in planning {
          table.add([
            "\(hours) h", Decimals.fixed(skill.savedPercent, places: 1),
            Decimals.fixed(skill.possiblePercent, places: 1),
            skill.keptPercent.map { Decimals.fixed($0, places: 1) } ?? "", "\(skill.plans)",
          ])
        }
        Output.result(
          "\(path)\nmean absolute error \(Decimals.fixed(error.meanAbsolute, places: 1)) \(truth.unit), "
            + "\(error.meanAbsolutePercent.map { Decimals.fixed($0, places: 1) } ?? "unknown") %, 90 % of errors below "
            + "\(Decimals.fixed(error.ninetiethPercentile, places: 1)), \(error.count) intervals\n\n"
            + table.text(style: Output.style) + "\n")
      }
      return [
        "file": .string(path), "samples": .count(error.count), "mean_absolute_error": .number(error.meanAbsolute),
        "mean_absolute_percent_error": .optional(error.meanAbsolutePercent),
        "p90_absolute_error": .number(error.ninetiethPercentile),
        "planning": .array(
          planning.compactMap { hours, skill in
            skill.map { Self.planning($0, hours: hours) }
          }),
      ]
    }

    private func evaluate(_ truth: Series, _ path: String) -> JSONValue {
      var plan = SkillTable.Plan()
      plan.every = every
      let rows = SkillTable.rows(truth, plan: plan)
      let planning = SkillTable.usual.map { name, forecaster in
        (name, PlanningSkill.of(forecaster, on: truth))
      }
      if !json {
        var table = TextTable([
          .init("forecaster"), .init("ahead"), .init("MAE \(truth.unit)", numeric: true),
          .init("MAPE %", numeric: true),
          .init("within %", numeric: true), .init("width", numeric: true), .init("samples", numeric: true),
        ])
        for row in rows {
          table.add([
            row.forecaster, row.band?.rawValue ?? "all", Decimals.fixed(row.meanAbsoluteError, places: 1),
            row.meanAbsolutePercentError.map { Decimals.fixed($0, places: 1) } ?? "",
            row.coverage.map { Decimals.fixed($0 * 100, places: 1) } ?? "",
            row.meanWidth.map { Decimals.fixed($0, places: 1) } ?? "", "\(row.samples)",
          ])
        }
        var kept = TextTable([
          .init("planned on"), .init("saved %", numeric: true), .init("best possible %", numeric: true),
          .init("kept %", numeric: true),
        ])
        for case (let name, let skill?) in planning {
          kept.add([
            name, Decimals.fixed(skill.savedPercent, places: 1), Decimals.fixed(skill.possiblePercent, places: 1),
            skill.keptPercent.map { Decimals.fixed($0, places: 1) } ?? "",
          ])
        }
        Output.result("\(path)\n\(table.text(style: Output.style))\n\n\(kept.text(style: Output.style))\n")
      }
      return [
        "file": .string(path),
        "rows": .array(
          rows.map { row in
            [
              "forecaster": .string(row.forecaster), "band": .optional(row.band?.rawValue),
              "samples": .count(row.samples), "mean_absolute_error": .number(row.meanAbsoluteError),
              "mean_absolute_percent_error": .optional(row.meanAbsolutePercentError),
              "coverage": .optional(row.coverage), "mean_width": .optional(row.meanWidth),
            ]
          }),
        "planning": .array(
          planning.compactMap { name, skill in
            skill.map { .object([("forecaster", .string(name))] + Self.members($0, hours: 4)) }
          }),
      ]
    }

    private static func planning(_ skill: PlanningSkill, hours: Int) -> JSONValue {
      .object(members(skill, hours: hours))
    }

    private static func members(_ skill: PlanningSkill, hours: Int) -> [(key: String, value: JSONValue)] {
      [
        ("duration_seconds", .count(hours * 3600)), ("plans", .count(skill.plans)),
        ("saved_percent", .number(skill.savedPercent)), ("possible_percent", .number(skill.possiblePercent)),
        ("kept_percent", .optional(skill.keptPercent)),
      ]
    }
  }
}

import Quantities
import Reporting
import Switching

/// What a replay found, as a table or as JSON.
struct ReplayReport {
  let cases: [ReplayCase]
  let isFigure: Bool
  let saysWorth: Bool
  let forecast: String

  /// Each policy judged over all cases.
  private var figures: [(policy: String, figure: PolicyFigure)] {
    let count = cases.first?.results.count ?? 0
    return (0..<count).map { index in
      let trials = cases.map { PolicyTrial($0.label, $0.replay, result: $0.results[index]) }
      return (cases[0].results[index].policy, PolicyFigure(trials))
    }
  }

  /// The report for people.
  func text(style: TextStyle) -> String {
    var parts: [String] = []
    if isFigure {
      for (policy, figure) in figures {
        var table = TextTable(
          PolicyFigure.columns.enumerated().map { .init($0.element, numeric: $0.offset > 0) })
        for row in figure.rows { table.add(row) }
        parts.append("\(style.bold(policy)), forecast \(forecast)\n\(table.text(style: style))\n\n\(figure.sentence)")
      }
    } else {
      parts += cases.map { text($0, style: style) }
    }
    if saysWorth {
      parts += cases.map {
        "\($0.label), floor \(Decimals.fixed($0.replay.floor, places: 2)): \($0.worth?.sentence ?? Self.noWorth)"
      }
    }
    if !isFigure, cases.contains(where: { $0.results.count > 1 }) { parts.append(Self.wrapped(PolicyComparison.note)) }
    return parts.joined(separator: "\n\n")
  }

  /// A paragraph in lines that fit a terminal.
  private static func wrapped(_ text: String) -> String {
    var (lines, line) = ([String](), "")
    for word in text.split(separator: " ") {
      if line.count + word.count > 110 {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return (lines + [line]).joined(separator: "\n")
  }

  private static let noWorth = "What timing is worth cannot be told: no day is complete, or nothing is emitted."

  private func text(_ shown: ReplayCase, style: TextStyle) -> String {
    var text = ""
    if cases.count > 1 {
      text = style.bold("\(shown.label), floor \(Decimals.fixed(shown.replay.floor, places: 2))") + "\n"
    }
    if shown.results.count > 1 {
      text += PolicyComparison(shown.results).text(style: style)
    } else if let result = shown.results.first {
      text += single(result, floor: shown.replay.floor, isPlaced: shown.replay.ladder.isPlaced, style: style)
    }
    if let idle = shown.idle {
      text += "\nbeside that, keeping every variant loaded draws \(idle.energy.formatted()), \(idle.carbon.formatted())"
    }
    return text
  }

  private func single(_ result: ReplayResult, floor: Double, isPlaced: Bool, style: TextStyle) -> String {
    var table = TextTable([.init("BASELINE"), .init("CARBON", numeric: true), .init("SAVED", numeric: true)])
    let percent = { (value: Double?) in value.map { "\(Decimals.fixed($0, places: 1)) %" } ?? "unknown" }
    table.add(["always best", result.alwaysBest.formatted(), "0 %"])
    table.add(["static mix", result.staticMix.formatted(), percent(result.staticMixPercent)])
    table.add([result.policy, result.carbon.formatted(), percent(result.savedPercent)])
    table.add([
      "clairvoyant", result.clairvoyant.formatted(), percent(100 * (1 - result.clairvoyant / result.alwaysBest)),
    ])
    return """
      \(table.text(style: style))

      sizing \(percent(result.sizingPercent)), \(isPlaced ? "placing \(percent(result.placingPercent)), " : "")timing \(percent(result.timingPercent)), regret \(percent(result.regretPercent)), \
      \(result.switches) switches
      mean quality \(result.quality.map { Decimals.fixed($0, places: 2) } ?? "unknown"), floor \(Decimals.fixed(floor, places: 2)) \
      met on \(result.periods.count { $0.isFloorMet }) of \(result.periods.count) days
      """
  }

  /// One document: of a single case its own, else a list, and the figures where they were asked for.
  var json: JSONValue {
    if !isFigure, cases.count == 1, cases[0].results.count == 1 {
      return ReplayDocument.json(cases[0].results[0], of: cases[0], forecast: forecast)
        .adding(saysWorth ? ["worth": ReplayDocument.worth(cases[0].worth)] : [:])
    }
    let replays = cases.map { shown -> JSONValue in
      [
        "series": .string(shown.label), "floor": .number(shown.replay.floor),
        "worth": ReplayDocument.worth(shown.worth),
        "policies": .array(shown.results.map { ReplayDocument.json($0, of: shown, forecast: forecast) }),
      ]
    }
    let list: JSONValue = ["forecast": .string(forecast), "replays": .array(replays)]
    guard isFigure else { return list }
    return list.adding(["figures": .array(figures.map { ReplayDocument.figure($0.figure, policy: $0.policy) })])
  }
}

extension ReplayResult {
  /// What the fixed mix saves, in percent of always-best: sizing, and places chosen once.
  fileprivate var staticMixPercent: Double? {
    sizingPercent.flatMap { sizing in placingPercent.map { sizing + $0 } }
  }
}

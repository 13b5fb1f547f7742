import Grid
import Ledger
import Methods
import Quantities
import Reporting
import Service
import Switching

extension DemoOutcome {
  /// The table for people.
  func text(style: TextStyle) -> String {
    let result = review.result
    return """

      \(table.text(style: style))\(notServedNote)

      saved \(number(result.savedPercent)) %: \(number(result.sizingPercent)) % by smaller variants on average (sizing), \
      \(number(result.timingPercent)) % by choosing the hours (timing)
      \(subject.quality.name) \(subject.text(served.mean)) \(served.spread) (2 standard errors), floor \(subject.text(floor))
      energy of \(counted.requests) requests with \(counted.units) \(subject.unit.many): \(energy.formatted()), \(energy.origin.rawValue)\(lateNote)
      regret against the clairvoyant \(number(result.regretPercent)) %, \(result.switches) switches, \
      \(review.replayedEqual) of \(review.decisions.count) decisions replayed byte for byte, \(served.failures.count) failed
      \(notes.map { "note: \($0)\n" }.joined())
      \(sentences(style: style))
      dimmer explain \(activity)
      """
  }

  private var lateNote: String { late > 0 ? "; \(late) more were answered after the last hour and are not in it" : "" }

  private var table: TextTable {
    let result = review.result
    var table = TextTable([
      .init("\(hours) HOURS OF \(trace.region)"), .init("CARBON", numeric: true),
      .init("AGAINST ALWAYS-LARGEST", numeric: true), .init("MEAN \(subject.quality.name.uppercased())", numeric: true),
    ])
    let percent = { (part: Carbon) in
      result.alwaysBest > .zero
        ? "\(Decimals.fixed(-100 * (1 - part / result.alwaysBest), places: 1)) %" : "unknown"
    }
    let quality = subject.text(result.quality)
    table.add([
      "always the largest variant", result.alwaysBest.formatted(), percent(result.alwaysBest),
      subject.text(bestQuality),
    ])
    table.add([
      "best static mix at the same \(subject.quality.name)", result.staticMix.formatted(), percent(result.staticMix),
      quality,
    ])
    table.add(["dimmer, as served", result.carbon.formatted(), percent(result.carbon), quality])
    table.add(["clairvoyant optimum", result.clairvoyant.formatted(), percent(result.clairvoyant), quality])
    for rule in notServed {
      table.add([
        "\(rule.name) *", rule.result.carbon.formatted(), percent(rule.result.carbon),
        subject.text(rule.result.quality),
      ])
    }
    return table
  }

  private var notServedNote: String {
    notServed.isEmpty
      ? "" : "\n* replayed on the same calibration, not served; keeps no floor. Mean qualities are the calibrations'."
  }

  /// The sentence behind each change of the main variant.
  private func sentences(style: TextStyle) -> String {
    changes.map { decision in
      let time = style.dim(String(decision.grid.description.prefix(16)) + "Z")
      return "\(time)  \(style.bold(decision.chosen))  \(decision.reason)"
    }.joined(separator: "\n")
  }

  private func number(_ value: Double?) -> String { value.map { Decimals.fixed($0, places: 1) } ?? "unknown" }
}

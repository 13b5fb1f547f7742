import Methods
import Quantities
public import Reporting

extension Waterfall {
  /// The waterfall for a terminal: what differs, by how much each step moves it, what is left, and why.
  public func text(style: TextStyle = .plain) -> String {
    var lines = [
      style.bold(
        "\(Self.amount(start)) and \(Self.amount(end)): why they differ by \(Self.factor(ratio))"),
      "  from  \(from.told)", "  to    \(to.told)", "",
    ]
    lines.append(table(style: style))
    lines += ["", verdict]
    if !steps.isEmpty {
      lines += ["", style.bold("Why")]
      for step in steps {
        lines.append("  \(step.name): \(step.reason)")
        lines += step.citations.map { style.dim("    \($0)") }
      }
    }
    if !open.isEmpty {
      lines += ["", style.bold(isExplained ? "Not told apart" : "What the rest may be made of")]
      lines += open.map { "  \($0.group.rawValue): \($0.text)\($0.reach)" }
    }
    if !slips.isEmpty {
      lines += ["", style.yellow("A suspicion, not a fact: the rest looks like")]
      lines += slips.map { "  \($0.text)" }
    }
    return lines.joined(separator: "\n")
  }

  /// How much is explained, in one sentence.
  public var verdict: String {
    let left = Self.factor(remainder)
    if abs(ratio.value.value - 1) <= 0.005, steps.isEmpty { return "They do not differ." }
    if isExplained {
      let bounded = steps.contains { $0.basis == .bounded }
      return bounded
        ? "The steps explain all of it, within the published ranges of those that are not stated."
        : "The steps explain all of it."
    }
    if steps.isEmpty { return "Nothing of it is explained by what is published: all of it, \(left), is left." }
    let interval = remainder.estimate
    if interval.low.value < 1, interval.high.value > 1 {
      return
        "\(left) is left; 1 lies within its interval (\(Self.interval(remainder))), nothing more need be explained."
    }
    guard let share = explainedShare else { return "\(left) is left that nothing published explains." }
    let percent = Decimals.significant((share * 100).rounded(), digits: 3)
    return "The steps explain \(percent) % of it (on the logarithm); \(left) is left that nothing published explains."
  }

  private func table(style: TextStyle) -> String {
    var table = TextTable([
      .init("step"), .init("what"), .init("from"), .init("to"), .init("factor", numeric: true), .init("range"),
      .init(""),
    ])
    let rows = steps.map { (row: Optional($0), ratio: $0.ratio) } + [(row: nil, ratio: remainder)]
    let longest = rows.map { abs(Logarithm.natural($0.ratio.value.value)) }.max() ?? 0
    for (step, ratio) in rows {
      let bar = Self.bar(Logarithm.natural(ratio.value.value), longest: longest)
      if let step {
        table.add([
          step.group.rawValue, step.name, step.from, step.to, Self.factor(ratio), Self.interval(ratio), bar,
        ])
      } else {
        table.add(["left", "not explained by what is published", "", "", Self.factor(ratio), Self.interval(ratio), bar])
      }
    }
    table.add(["all", "", "", "", Self.factor(ratio), Self.interval(ratio), ""])
    return table.text(style: style)
  }

  /// The half width of the bars in characters.
  private static let reach = 10

  /// A bar on the logarithm, left of the middle for less, right for more.
  private static func bar(_ logarithm: Double, longest: Double) -> String {
    let share = longest > 1e-9 ? abs(logarithm) / longest : 0
    let cells = min(reach, Int((share * Double(reach)).rounded()))
    let blank = { (count: Int) in String(repeating: " ", count: count) }
    let full = String(repeating: "█", count: cells)
    return logarithm < 0 ? blank(reach - cells) + full + "│" : blank(reach) + "│" + full
  }

  /// An amount for people. Energy of requests is published in watt-hours, which joules hide.
  static func amount(_ receipt: Receipt) -> String {
    let text = ReceiptText.amount(receipt)
    guard receipt.unit == Energy.baseUnit, let joules = receipt.value, joules >= 3.6, joules < 3600 else { return text }
    return "\(Decimals.significant(joules / 3600, digits: 3)) Wh = \(text)"
  }

  /// The value alone, in the unit that is published of requests: for cards of a page.
  static func short(_ receipt: Receipt) -> String {
    guard receipt.unit == Energy.baseUnit, let joules = receipt.value, joules >= 3.6, joules < 3600 else {
      return ReceiptText.value(receipt)
    }
    return "\(Decimals.significant(joules / 3600, digits: 3)) Wh"
  }

  /// A ratio for people: `x1.42`.
  static func factor(_ ratio: Figure<Ratio>) -> String { factor(ratio.value.value) }

  /// A ratio for people; what is within a thousandth of 1 is 1.
  static func factor(_ value: Double) -> String {
    "x" + Decimals.significant(abs(value - 1) < 0.001 ? 1 : value, digits: 3)
  }

  /// The interval of a ratio, or nothing for an exact one.
  static func interval(_ ratio: Figure<Ratio>) -> String {
    let (low, high) = (ratio.estimate.low.value, ratio.estimate.high.value)
    return low == high ? "" : "\(factor(low)) to \(factor(high))"
  }
}

extension Claim {
  /// The claim with its name and where it stands.
  var told: String {
    let name = label == id ? id : "\(id): \(label)"
    guard let source = sources.first else { return name }
    return "\(name) (\(source.citation))"
  }
}

extension WaterfallStep {
  /// Its sources, each once.
  var citations: [String] {
    var seen: Set<String> = []
    return sources.map(\.citation).filter { seen.insert($0).inserted }
  }
}

extension OpenDifference {
  /// The bounds as the end of a sentence.
  var reach: String {
    bounds.map { "; by itself \(Waterfall.factor($0.lowerBound)) to \(Waterfall.factor($0.upperBound))" } ?? ""
  }
}

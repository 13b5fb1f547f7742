import Methods
import Quantities
public import Reporting

extension Reproduction {
  /// Tables for a terminal, one a group, and below each why rows differ.
  public func text(style: TextStyle = .plain) -> String {
    var lines: [String] = []
    for group in ReproducedRow.Group.allCases {
      let rows = rows.filter { $0.group == group }
      guard !rows.isEmpty else { continue }
      var table = TextTable([
        .init("row"), .init("published", numeric: true), .init("computed", numeric: true),
        .init("differs", numeric: true),
        .init("within", numeric: true), .init("verdict"),
      ])
      for row in rows {
        table.add([
          row.id, row.publishedText, row.computedText, row.differenceText, row.toleranceText, row.verdict.words,
        ])
      }
      lines += [style.bold(group.rawValue), table.text(style: style), ""]
      for row in rows where row.verdict != .reproduced {
        lines.append("\(row.id): \(row.what)")
        lines.append(style.dim("  published by \(row.sourceText)"))
        if !row.how.isEmpty { lines.append(style.dim("  computed: \(row.how)")) }
        if let remark = row.remark { lines.append("  \(remark)") }
      }
      lines.append("")
    }
    lines.append(summary)
    return lines.joined(separator: "\n")
  }

  /// One line: how many rows have which verdict.
  public var summary: String {
    "\(rows.count) rows: "
      + counts.filter { $0.count > 0 }.map { "\($0.count) \($0.verdict.words)" }
      .joined(separator: ", ")
  }

  /// The document.
  public var json: JSONValue {
    [
      "counts": .object(counts.map { (key: $0.verdict.rawValue, value: .count($0.count)) }),
      "rows": .array(
        rows.map { row in
          [
            "id": .string(row.id), "group": .string(row.group.rawValue), "what": .string(row.what),
            "unit": .string(row.published.unit), "published": .optional(row.published.value),
            "published_text": .string(row.publishedText), "computed": .figure(row.computed),
            "difference": .optional(row.difference), "tolerance": .number(row.tolerance),
            "verdict": .string(row.verdict.rawValue), "own_inputs": .bool(row.isOwnArithmetic),
            "how": .string(row.how), "remark": .optional(row.remark), "source": .string(row.sourceText),
            "receipt": .receipt(row.computed),
          ]
        }),
    ]
  }

  /// `docs/reproduction.md`: every row, and of every row not reproduced the reason.
  public var markdown: String {
    var lines = [
      "# What Dimmer reproduces of published numbers", "",
      "Written by `dimmer reproduce --markdown`; a test holds this page to what the command prints. Each row sets a",
      "published number beside what Dimmer's own methods make of the inputs that are published with it. *Reproduced* is",
      "within the stated tolerance; *within interval* is inside the computed figure's 95 % interval; *contradicts itself*",
      "means that the source's own inputs give another number than the source.", "", "\(summary).", "",
    ]
    for group in ReproducedRow.Group.allCases {
      let rows = rows.filter { $0.group == group }
      guard !rows.isEmpty else { continue }
      lines += ["## \(group.rawValue.prefix(1).uppercased() + group.rawValue.dropFirst())", ""]
      lines += [
        "| row | what | published | computed | differs | within | verdict | source |",
        "| --- | --- | ---: | ---: | ---: | ---: | --- | --- |",
      ]
      for row in rows {
        lines.append(
          "| `\(row.id)` | \(row.what) | \(row.publishedText) | \(row.computedText) | \(row.differenceText) | "
            + "\(row.toleranceText) | \(row.verdict.words) | \(row.sourceText) |")
      }
      let open = rows.filter { $0.verdict != .reproduced }
      guard !open.isEmpty else {
        lines.append("")
        continue
      }
      lines += ["", "### Not reproduced, and why", ""]
      for row in open {
        let how = row.how.isEmpty ? "" : " Computed as \(row.how)."
        lines.append(
          "- `\(row.id)` (\(row.verdict.words)):\(how) \(row.remark ?? "The interval holds the published number.")")
      }
      lines.append("")
    }
    let remarks = rows.filter { $0.verdict == .reproduced && $0.remark != nil }
    lines += ["## What to know of rows that are reproduced", ""]
    for row in remarks { lines.append("- `\(row.id)`: \(row.how). \(row.remark ?? "")") }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension ReproducedRow {
  fileprivate var publishedText: String { ReceiptText.value(published) }

  /// The computed figure with its interval where it has one.
  fileprivate var computedText: String {
    computed.value == nil ? "" : ReceiptText.amount(computed)
  }

  fileprivate var differenceText: String {
    guard let difference else { return "" }
    let percent = Decimals.significant(100 * difference, digits: abs(difference) < 0.01 ? 1 : 2)
    return abs(difference) < 5e-5 ? "0 %" : "\(difference > 0 ? "+" : "")\(percent) %"
  }

  fileprivate var toleranceText: String {
    computed.value == nil ? "" : "\(Decimals.significant(100 * tolerance, digits: 2)) %"
  }

  /// Who published it, and when.
  fileprivate var sourceText: String {
    let source = published.source ?? published.inputs.compactMap(\.source).first
    return [source?.citation, source?.year.map(String.init)].compactMap(\.self).joined(separator: ", ")
  }
}

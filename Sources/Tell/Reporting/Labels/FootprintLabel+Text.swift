import Methods
import Quantities

extension FootprintLabel {
  /// The label for a terminal, at most 78 columns wide.
  public func text(style: TextStyle = .plain) -> String {
    let energy = energyField
    var lines = [style.dim(Self.title), style.bold(subject), style.dim("per \(functionalUnit)")]
    if let covers { lines[2] += style.dim(", \(covers)") }
    lines.append("")
    if let graded = energyGrade.graded {
      lines.append(scale(graded, style: style))
    }
    lines += wrapped("Grade: \(gradeText)", width: 78)
    lines.append("")
    let name = Self.padded("Energy")
    lines.append(
      name + (figures.energy.value == nil ? style.yellow(energy.value) : style.bold(energy.value))
        + style.dim(" (\(energy.detail))"))
    for field in fields {
      let value = field.value == "unknown" ? style.yellow(field.value) : field.value
      let rest = wrapped(field.value + (field.detail.isEmpty ? "" : " (\(field.detail))"), width: 78 - Self.nameWidth)
      lines.append(
        Self.padded(field.name)
          + (rest[0].hasPrefix(field.value) ? value + rest[0].dropFirst(field.value.count) : rest[0]))
      lines += rest.dropFirst().map { Self.padded("") + $0 }
    }
    lines += ["", style.dim(Self.footnote)]
    return lines.joined(separator: "\n")
  }

  private static let nameWidth = 26

  private static func padded(_ name: String) -> String {
    "  " + name + String(repeating: " ", count: max(1, nameWidth - 2 - name.count))
  }

  /// The scale as letters: the grade in brackets, the grades that the interval reaches in capitals, the others small.
  private func scale(_ graded: Graded, style: TextStyle) -> String {
    let letters = LabelGrade.allCases.map { grade in
      if grade == graded.grade { return style.bold("[\(grade.letter)]") }
      return (graded.best...graded.worst).contains(grade) ? " \(grade.letter) " : " \(grade.letter.lowercased()) "
    }
    return "  " + letters.joined() + style.dim("  A needs least, G most")
  }
}

/// A text in lines of at most so many characters, broken between words; a longer word has a line of its own, and is cut
/// where it is longer than two lines.
func wrapped(_ text: String, width: Int) -> [String] {
  var lines = [""]
  for word in text.split(separator: " ") {
    var word = word
    if !lines[lines.count - 1].isEmpty, lines[lines.count - 1].count + 1 + word.count > width { lines.append("") }
    while word.count > width {
      if !lines[lines.count - 1].isEmpty { lines.append("") }
      lines[lines.count - 1] = String(word.prefix(width))
      word = word.dropFirst(width)
      lines.append("")
    }
    lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
  }
  return lines
}

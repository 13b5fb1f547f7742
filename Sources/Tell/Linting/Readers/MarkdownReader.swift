/// Reads Markdown: a model card with its YAML in front, or a score report.
enum MarkdownReader {
  static func document(_ lines: Lines, file: String) throws(LintError) -> LintDocument {
    var front: FieldTree?
    if let range = lines.frontMatter {
      let text = lines.all[range].joined(separator: "\n")
      if text.contains(where: { !$0.isWhitespace }) {
        front = try FieldTree(text, file: file, lineOffset: range.lowerBound)
      }
      if let text = front?.text {
        throw LintError(
          file: file, line: range.lowerBound + 1, "the part between '---' and '---' is no YAML: '\(text.prefix(40))'")
      }
    }
    let body = (lines.frontMatter?.upperBound ?? -1) + 1
    let format: LintFormat = saysScore(lines, from: body, front) ? .scoreReport : .modelCard
    var document = LintDocument(file: file, format: format)
    document.records.append(LintRecord(label: "", line: 1))
    if let front { try CardReader.read(front, lines, into: &document) }
    try BodyReader.read(lines, from: body, into: &document)
    ClaimReader.read(lines, from: body, into: &document)
    return document
  }

  private static func saysScore(_ lines: Lines, from body: Int, _ front: FieldTree?) -> Bool {
    if front?["co2_eq_emissions"] != nil { return false }
    return lines.all[min(body, lines.all.count)...].contains { line in
      let isTitle = line.hasPrefix("#") || line.hasPrefix("|") || line.contains(":")
      guard isTitle else { return false }
      let words = Words(line)
      return words.contains("sci") || words.contains("software", "carbon") && words.contains("intensity")
    }
  }
}

/// The fields of a model card's front matter: `co2_eq_emissions` is in grams.
enum CardReader {
  static func read(_ front: FieldTree, _ lines: Lines, into document: inout LintDocument) throws(LintError) {
    if document.format == .scoreReport {
      var builder = TreeBuilder(file: document.file, format: .scoreReport, lines: lines)
      builder.read(front)
      document = builder.document
      return
    }
    guard let member = front.members?.first(where: { $0.key == "co2_eq_emissions" }) else { return }
    switch member.value {
    case .scalar(let text, let line, _):
      emissions(text, line: line, field: member.key, lines, &document)
    case .object(let members, _):
      for (key, line, value) in members {
        let field = "co2_eq_emissions.\(key)"
        guard let text = value.text else { continue }
        document.records[0].texts[key.lowercased()] = LintField(
          path: ["co2_eq_emissions"], key: key, text: text, line: line)
        if key == "emissions" { emissions(text, line: value.line, field: field, lines, &document) }
      }
    case .list(_, let line):
      throw LintError(
        file: document.file, line: line, field: member.key,
        "a list stands where a number of grams, or 'emissions:' with one, belongs")
    }
  }

  private static func emissions(
    _ text: String, line: Int, field: String, _ lines: Lines, _ document: inout LintDocument
  ) {
    guard let name = StatedName("carbon") else { return }
    if Figures.saysNotANumber(text) {
      document.slips.append(
        ReaderSlip(
          kind: .notANumber, line: line, field: field,
          message: "the field is \(text), which is no number; leave it out where it is not known"))
      return
    }
    guard !Figures.saysUnknown(text), let (number, reading, _) = Figures.figure(text) else { return }
    if let reading, reading.unit.measure == .mass {
      if reading.unit.symbol != "g" || reading.unit.scale != 1 {
        document.slips.append(
          ReaderSlip(
            kind: .unitInNumberField, line: line, field: field,
            message: "the field is a number of grams, and holds the text '\(text)'. "
              + "Write \(Say.number(number.value * reading.unit.scale, digits: 6))"))
      }
      document.records[0].statements.append(Statement(name, number, unit: reading.unit, line: line, field: field))
      return
    }
    if lines.all.indices.contains(line - 1), let hash = lines.all[line - 1].firstRange(of: "#") {
      let words = Words(lines.all[line - 1][hash.upperBound...])
      let units = words.words.indices.compactMap { index -> StatedUnit? in
        let before = index > 0 ? words.words[index - 1].lower : ""
        guard Double(before) == nil, let found = UnitReading(words.words, at: index), found.unit.measure == .mass else {
          return nil
        }
        return found.unit
      }
      if let other = units.first, !units.contains(where: { $0.scale == 1 }) {
        document.slips.append(
          ReaderSlip(
            kind: .commentAgainstField, line: line, field: field,
            message: "the field is in grams, the comment beside it says \(other.symbol). "
              + "Write \(Say.number(number.value * other.scale, digits: 6))"))
      }
    }
    document.records[0].statements.append(Statement(name, number, unit: Figures.gram, line: line, field: field))
  }
}

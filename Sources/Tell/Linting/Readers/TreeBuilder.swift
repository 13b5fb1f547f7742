import Quantities

/// Walks a tree and gathers records.
struct TreeBuilder {
  private(set) var document: LintDocument
  private let lines: Lines

  init(file: String, format: LintFormat, lines: Lines) {
    document = LintDocument(file: file, format: format)
    self.lines = lines
  }

  mutating func read(_ tree: FieldTree) {
    document.records.append(LintRecord(label: "", line: tree.line))
    walk(tree, path: [], line: tree.line, record: 0)
    ClaimReader.read(&document)
  }

  private mutating func walk(_ tree: FieldTree, path: [String], line: Int, record: Int) {
    switch tree {
    case .scalar(let text, let valueLine, let isQuoted):
      field(text, path: path, line: path.isEmpty ? valueLine : line, valueLine: valueLine, isQuoted, record: record)
    case .list(let items, _):
      var rows: [Int] = []
      for (index, item) in items.enumerated() {
        if item.members != nil {
          let inner = newRecord(item, label: "\(path.last ?? "")[\(index)]", path: path, parent: record)
          rows.append(inner)
          walk(item, path: path + ["\(index)"], line: item.line, record: inner)
        } else {
          walk(item, path: path + ["\(index)"], line: item.line, record: record)
        }
      }
      if rows.count > 1 {
        document.tables.append(LintTable(columns: path, headerLine: line, records: rows))
      }
    case .object(let members, _):
      if let value = tree["value"], let text = value.text, !path.isEmpty {
        let unit = tree["unit"]?.text ?? tree["units"]?.text
        field(
          text, path: path, line: line, valueLine: value.line, false, record: record, unit: unit, interval: tree)
        return
      }
      let holdsNodes =
        path.last == "children"
        || members.count > 1
          && members.allSatisfy { member in
            member.value.members.map { inner in inner.contains { StatedName($0.key) != nil && $0.value.text != nil } }
              ?? false
              && StatedName(member.key) == nil && !TreeBuilder.sections.contains(member.key.lowercased())
          }
      for member in members {
        if path.isEmpty, document.format == .manifest, ["explain", "execution"].contains(member.key) { continue }
        let inner = path + [member.key]
        if holdsNodes, member.value.members != nil {
          let node = newRecord(member.value, label: member.key, path: path, parent: record)
          walk(member.value, path: inner, line: member.line, record: node)
        } else {
          walk(member.value, path: inner, line: member.line, record: record)
        }
      }
    }
  }

  /// Keys that only set out one record over several objects.
  private static let sections: Set<String> = [
    "inputs", "outputs", "result", "results", "summary", "score", "totals", "total", "defaults", "config", "metrics",
    "operational", "embodied", "figures", "sci", "report", "calculation", "components", "location_based",
    "market_based", "values", "data", "e", "i", "m", "r", "site", "grid", "facility", "aggregated", "footprint",
  ]

  private mutating func newRecord(_ tree: FieldTree, label: String, path: [String], parent: Int) -> Int {
    let name = ["name", "component", "model", "id", "phase"].compactMap { tree[$0]?.text }.first ?? label
    var record = LintRecord(label: name, line: tree.line)
    record.parent = parent
    record.path = path.joined(separator: ".")
    let bare = name.lowercased()
    record.isTotal = bare == "total" || bare == "sum" || bare == "totals" || bare.hasPrefix("total ")
    document.records.append(record)
    return document.records.count - 1
  }

  private mutating func field(
    _ text: String, path: [String], line: Int, valueLine: Int, _ isQuoted: Bool, record: Int, unit: String? = nil,
    interval: FieldTree? = nil
  ) {
    guard let key = path.last else { return }
    let where_ = valueLine > 0 ? valueLine : line
    let field = LintField(
      path: Array(path.dropLast()), key: key, text: text, line: where_, comment: comment(on: where_), isQuoted: isQuoted
    )
    document.fields.append(field)
    document.records[record].texts[key.lowercased()] = field
    if document.format == .manifest, path.first == "initialize" { return }
    guard var name = name(path) else { return }
    let dotted = path.joined(separator: ".")
    if Figures.saysNotANumber(text) {
      document.slips.append(
        ReaderSlip(
          kind: .notANumber, line: where_, field: dotted,
          message: "\(key) is \(text), which is no number; leave it out, or null, where it is not known"))
      return
    }
    guard !Figures.saysUnknown(text), let (number, reading, isAll) = Figures.figure(text) else { return }
    // "2024-01-31", "3 servers at …" are no figures.
    let agrees = reading.map { Figures.agrees($0.unit.measure, name.subject) }
    guard agrees ?? (isAll || name.subject == .pue || Figures.isCount(name) && document.format == .scoreReport) else {
      return
    }
    var stated = reading?.unit ?? name.unit
    if let unit {
      let words = Words(unit)
      if let found = UnitReading(words.words, at: 0) {
        stated = found.unit
        if let per = found.per { name.per = per }
      }
    }
    if let per = reading?.per { name.per = per }
    stated = stated ?? usualUnit(name, number.value)
    if reading != nil, document.format == .manifest {
      document.slips.append(
        ReaderSlip(
          kind: .unitInNumberField, line: where_, field: dotted,
          message: "\(key) holds the text '\(text)'; a manifest takes a number in its own unit "
            + "(g, kWh, s, g/kWh) and no text"))
    }
    if let comment = field.comment, let unit = stated { compare(comment, unit, name, dotted, where_, text) }
    var statement = Statement(name, number, unit: stated, line: where_, field: dotted)
    if let interval { statement.name.isBound = false; bounds(interval, statement) }
    document.records[record].statements.append(statement)
  }

  /// A name from the key, with the words of the keys around it where it needs them.
  private func name(_ path: [String]) -> StatedName? {
    let keys = path.filter { Int($0) == nil }
    guard var name = name(keys: keys) else { return nil }
    // "market_based: {carbon_kg: 0}" says it one level up.
    for outer in keys.dropLast() {
      let words = Words(outer, splitsCamelCase: true)
      guard words.words.count <= 4 else { continue }
      if name.basis == nil, words.contains("market") { name.basis = .market }
      if name.basis == nil, words.contains("location") { name.basis = .location }
      if name.stage == nil, words.lower == ["embodied"] { name.stage = .embodied }
      if name.stage == nil, words.lower == ["operational"] { name.stage = .operational }
    }
    return name
  }

  private func name(keys: [String]) -> StatedName? {
    guard let key = keys.last else { return nil }
    if document.format == .codeCarbon, let name = CodeCarbonReader.name(key) { return name }
    if document.format == .manifest, key == "device/emissions-embodied" {
      var name = StatedName("embodied emissions")
      name?.subject = .deviceEmbodied
      return name
    }
    if document.format == .scoreReport, let name = ScoreNames.name(keys) { return name }
    let around = keys.dropLast().suffix(2).filter { !TreeBuilder.neutral.contains($0.lowercased()) }
    if document.format != .manifest, let outer = around.last, StatedName(outer) != nil || StatedName(key) == nil {
      if let whole = StatedName("\(outer) \(key)"),
        StatedName(outer)?.subject == whole.subject || StatedName(key) != nil
      {
        return whole
      }
    }
    return StatedName(key)
  }

  private static let neutral: Set<String> = [
    "figures", "result", "results", "report", "inputs", "outputs", "input", "output", "metrics", "values", "data",
  ]

  private func usualUnit(_ name: StatedName, _ value: Double) -> StatedUnit? {
    switch (document.format, name.subject) {
    case (.manifest, .carbon), (.manifest, .score), (.manifest, .deviceEmbodied): Figures.gram
    case (.manifest, .energy): Figures.kilowattHour
    case (.manifest, .duration): Figures.second
    case (.manifest, .intensity): Figures.gramsPerKilowattHour
    case (.manifest, .power): Figures.watt
    case (.scoreReport, .carbon), (.scoreReport, .score): Figures.gram
    case (.scoreReport, .energy): Figures.kilowattHour
    case (.scoreReport, .intensity): Figures.gramsPerKilowattHour
    case (.modelCard, .carbon) where name.part == nil: Figures.gram
    case (.codeCarbon, _): CodeCarbonReader.unit(name)
    // Without a unit a grid's intensity still tells grams from kilograms.
    case (_, .intensity): value > 0 && value <= 1.3 ? Figures.kilogramsPerKilowattHour : Figures.gramsPerKilowattHour
    default: nil
    }
  }

  /// What stands behind `#` on a line of YAML.
  private func comment(on line: Int) -> String? {
    guard lines.all.indices.contains(line - 1) else { return nil }
    let text = lines.all[line - 1]
    guard let hash = text.firstRange(of: " #") else { return nil }
    return String(text[hash.upperBound...]).trimmedOfSpace
  }

  /// A comment that names another unit than the field has.
  private mutating func compare(
    _ comment: String, _ unit: StatedUnit, _ name: StatedName, _ field: String, _ line: Int, _ text: String
  ) {
    let words = Words(comment)
    guard words.words.count <= 8 else { return }
    var named: [StatedUnit] = []
    for index in words.words.indices {
      let before = index > 0 ? words.words[index - 1].lower : ""
      // "1 hr in seconds" names seconds; a unit behind a number is an amount, not the field's unit.
      guard Double(before) == nil, before != "per", before != "/",
        words.words[index].text.first?.isNumber != true, let found = UnitReading(words.words, at: index),
        found.unit.measure == unit.measure, index == 0 || words.words[index].lower.count > 1
      else { continue }
      named.append(found.unit)
    }
    guard let other = named.first, !named.contains(where: { abs($0.scale / unit.scale - 1) < 1e-6 }) else { return }
    document.slips.append(
      ReaderSlip(
        kind: .commentAgainstField, line: line, field: field,
        message: "the field is in \(unit.symbol), the comment beside it says \(other.symbol): '\(text)  # \(comment)'. "
          + "In \(unit.symbol) it is \(Say.number((StatedNumber.whole(text)?.value ?? 0) * other.scale / unit.scale)); "
          + "write that, or correct the comment"))
  }

  /// The ends of a figure's interval.
  private mutating func bounds(_ tree: FieldTree, _ statement: Statement) {
    guard let low = tree["low"]?.text.flatMap(StatedNumber.whole)?.value,
      let high = tree["high"]?.text.flatMap(StatedNumber.whole)?.value
    else { return }
    let value = statement.number.value
    let slack = 1e-9 * abs(value)
    if low > high || value < low - slack || value > high + slack {
      document.slips.append(
        ReaderSlip(
          kind: .notANumber, line: statement.line, field: statement.field,
          message:
            "the value \(Say.number(value)) is outside its own interval, \(Say.number(low)) to \(Say.number(high))"))
    }
  }
}

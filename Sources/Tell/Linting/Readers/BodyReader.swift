import Quantities

/// Reads the text of a Markdown file: its tables, its lines "label: value", and amounts in sentences.
enum BodyReader {
  static func read(_ lines: Lines, from start: Int, into document: inout LintDocument) throws(LintError) {
    var index = start
    var isFenced = false
    var fence = 0
    var isComment = false
    while index < lines.all.count {
      let line = lines.all[index]
      let bare = line.drop { $0 == " " || $0 == ">" }
      if bare.hasPrefix("```") || bare.hasPrefix("~~~") {
        if isFenced { block(lines, fence + 1..<index, &document) }
        isFenced.toggle()
        fence = index
      } else if isFenced {
        // Read as a whole at its end.
      } else if isComment || bare.hasPrefix("<!--") {
        isComment = !line.contains("-->")
      } else if bare.hasPrefix("|") || bare.contains(" | "), index + 1 < lines.all.count, isRule(lines.all[index + 1]) {
        var rows: [TableReader.Row] = []
        let header = TableReader.Row(cells: cells(bare), line: index + 1)
        var next = index + 2
        while next < lines.all.count, lines.all[next].contains("|") {
          var row = cells(lines.all[next].drop { $0 == " " || $0 == ">" })
          while row.count < header.cells.count { row.append("") }
          rows.append(TableReader.Row(cells: Array(row.prefix(header.cells.count)), line: next + 1))
          next += 1
        }
        try table(header, rows, &document)
        index = next
        continue
      } else {
        read(line: bare, number: index + 1, into: &document)
      }
      index += 1
    }
  }

  /// A block of YAML or JSON in a score report is the report itself.
  private static func block(_ lines: Lines, _ range: Range<Int>, _ document: inout LintDocument) {
    guard document.format == .scoreReport, !range.isEmpty else { return }
    let text = lines.all[range].joined(separator: "\n")
    guard let tree = try? FieldTree(text, file: document.file, lineOffset: range.lowerBound), tree.members != nil else {
      return
    }
    var builder = TreeBuilder(file: document.file, format: .scoreReport, lines: lines)
    builder.read(tree)
    let offset = document.records.count
    for var record in builder.document.records {
      record.parent = record.parent.map { $0 + offset }
      document.records.append(record)
    }
    for var table in builder.document.tables {
      table.records = table.records.map { $0 + offset }
      document.tables.append(table)
    }
    document.fields += builder.document.fields
    document.slips += builder.document.slips
  }

  private static func isRule(_ line: Substring) -> Bool {
    line.contains("-") && line.contains("|") && line.allSatisfy { "|-: >".contains($0) }
  }

  private static func cells(_ line: Substring) -> [String] {
    var bare = line.trimmedOfSpaceAtEnd
    if bare.hasPrefix("|") { bare = bare.dropFirst() }
    if bare.hasSuffix("|") { bare = bare.dropLast() }
    return bare.split(separator: "|", omittingEmptySubsequences: false).map { cell in
      cell.trimmedOfSpace.filter { $0 != "*" }
    }
  }

  private static func table(
    _ header: TableReader.Row, _ rows: [TableReader.Row], _ document: inout LintDocument
  ) throws(LintError) {
    var builder = TableBuilder(document: document, isInText: document.format == .modelCard)
    let before = document.records.count
    try builder.read(header: header, rows: rows, caption: "")
    let isLong = builder.document.tables.count == document.tables.count
    document = builder.document
    // A two-column table of a text says what a sentence could say, and of the same work.
    if isLong {
      for record in document.records[before...] {
        document.records[0].statements += record.statements
        document.records[0].texts.merge(record.texts) { old, _ in old }
      }
      document.records.removeSubrange(before...)
    }
  }

  private static let comparing: Set<String> = [
    "equivalent", "equals", "driving", "driven", "car", "cars", "flight", "flights", "flying", "passenger",
    "households",
    "household", "homes", "phone", "phones", "offset", "offsets", "offsetting", "saved", "saves", "saving", "savings",
    "avoid", "avoided", "avoids", "compared", "comparison", "versus", "vs", "would", "base", "original", "unlike",
    "previous", "predecessor", "teacher", "upstream", "than", "reduced", "reduction", "whereas", "similar", "gpt",
    "average", "typical", "trees", "streaming", "kettle", "limit", "budget", "tdp", "earlier", "instead",
    "baseline", "annual", "yearly", "inherited",
  ]

  /// A line of text.
  private static func read(line: Substring, number: Int, into document: inout LintDocument) {
    var rest = line.drop { "-*+•#0123456789. ".contains($0) && !$0.isNumber || $0 == " " }
    if rest.isEmpty { rest = line }
    let isScore = document.format == .scoreReport
    // "**Energy consumed (kWh):** 696"
    if let colon = rest.firstIndex(of: ":") ?? rest.firstIndex(of: "="),
      rest.distance(from: rest.startIndex, to: colon) <= 70
    {
      let label = String(rest[..<colon]).filter { $0 != "*" && $0 != "_" || $0 == "_" && isScore }
      let value = rest[rest.index(after: colon)...]
      document.records[0].texts[label.trimmedOfSpace.lowercased()] = LintField(
        path: [], key: label.trimmedOfSpace, text: value.trimmedOfSpace.filter { $0 != "*" }, line: number)
      if let after = labelled(label.trimmedOfSpace, value, number, &document) {
        // The rest of the line may say more, "36 h on 8 x A100", and the label too, "Energy (PUE 1.3 included)".
        rest = after
        if Words(label).words.count > 1 { read(sentence: label[...], number: number, into: &document) }
      }
    }
    for sentence in sentences(rest) { read(sentence: sentence, number: number, into: &document) }
  }

  private static func sentences(_ text: Substring) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var index = text.startIndex
    while index < text.endIndex {
      let next = text.index(after: index)
      if text[index] == "." || text[index] == ";", next < text.endIndex, text[next].isWhitespace {
        parts.append(text[start..<index])
        start = next
      }
      index = next
    }
    return parts + [text[start...]]
  }

  private static func labelled(
    _ label: String, _ value: Substring, _ number: Int, _ document: inout LintDocument
  ) -> Substring? {
    var name = document.format == .scoreReport ? ScoreNames.name([label]) : nil
    if name == nil { name = StatedName(label) }
    guard var name, let (stated, reading, isAll) = Figures.figure(value) else { return nil }
    guard isAll || reading != nil || name.unit != nil || name.subject == .pue || Figures.isCount(name)
    else { return nil }
    if reading == nil, !isAll, name.subject != .pue, value.count > 40, !Figures.isCount(name) { return nil }
    if let per = reading?.per { name.per = per }
    var unit = reading?.unit ?? name.unit
    if unit == nil, document.format == .scoreReport {
      switch name.subject {
      case .carbon, .score: unit = Figures.gram
      case .energy: unit = Figures.kilowattHour
      case .intensity: unit = Figures.gramsPerKilowattHour
      default: break
      }
    }
    if let measure = reading?.unit.measure, !Figures.agrees(measure, name.subject) { return nil }
    document.records[0].statements.append(
      Statement(
        name, stated, unit: unit, line: number, field: label, isProse: document.format == .modelCard))
    return StatedNumber.reading(StatedNumber.bare(value))?.rest ?? ""
  }

  /// Amounts in running text.
  private static func read(sentence whole: Substring, number: Int, into document: inout LintDocument) {
    // A line of thousands of characters is no sentence.
    let sentence = whole.prefix(1500)
    let words = Words(sentence)
    guard sentence.contains(where: \.isNumber) else { return }
    let saysCarbon = words.containsAny(UnitNames.carbonWords) || words.lower.contains { $0.contains("co2") }
    let isAside =
      words.containsAny(comparing) || words.words.indices.contains { UnitReading.perUnit(words.words, at: $0) != nil }
    let saysWater = words.contains("water")
    var rest = sentence
    var before: Character = " "
    var behindPUE = 99
    var word = ""
    while let character = rest.first {
      let isStart =
        character.isASCIIDigit && !before.isLetter && !before.isNumber && before != "." && before != "_"
        && !(before == "-" && word.contains(where: \.isLetter))
      if isStart, let (stated, after) = StatedNumber.reading(rest) {
        let behind = Words(after.prefix(60))
        if let unit = UnitReading(behind.words, at: 0), let first = after.first(where: { $0 != " " }),
          first.isLetter || first == "µ"
        {
          add(
            unit, stated, number, words, saysCarbon: saysCarbon, isAside: isAside, saysWater: saysWater,
            into: &document)
        } else if behindPUE <= 3, (0.1...12).contains(stated.value), var name = StatedName("pue") {
          name.isAside = false
          document.records[0].statements.append(
            Statement(name, stated, unit: nil, line: number, field: "PUE", isProse: true))
        }
        behindPUE = 99
        before = "0"
        word = ""
        rest = after
        continue
      }
      if character.isLetter || character == "-" {
        word.append(character)
      } else {
        if !word.isEmpty {
          behindPUE = word.lowercased() == "pue" || word.lowercased() == "effectiveness" ? 0 : behindPUE + 1
        }
        word = ""
      }
      before = character
      rest.removeFirst()
    }
  }

  private static func add(
    _ reading: UnitReading, _ number: StatedNumber, _ line: Int, _ words: Words, saysCarbon: Bool,
    isAside: Bool, saysWater: Bool, into document: inout LintDocument
  ) {
    let label: String
    switch reading.unit.measure {
    case .mass:
      guard reading.saysCarbon || saysCarbon else { return }
      label = "carbon"
    case .energy: label = "energy"
    case .intensity: label = "carbon intensity"
    case .power: label = "power"
    case .time:
      guard reading.unit.scale >= 3600 else { return }
      label = "duration"
    case .deviceTime: label = "gpu hours"
    case .volume:
      guard saysWater else { return }
      label = "water"
    case .massRate, .waterIntensity: return
    }
    guard var name = StatedName(label) else { return }
    name.per = reading.per
    name.isAside = isAside && reading.unit.measure != .intensity && reading.unit.measure != .power
    if words.containsAny(["embodied", "manufacturing"]) { name.stage = .embodied }
    if words.contains("market") { name.basis = .market }
    if words.contains("location") { name.basis = .location }
    if words.containsAny(["facility", "datacenter", "datacentre"]) || words.contains("incl", "pue")
      || words.contains("including", "pue") || words.contains("includes", "pue")
    {
      name.site = .facility
    }
    document.records[0].statements.append(
      Statement(name, number, unit: reading.unit, line: line, field: "text", isProse: true))
  }
}

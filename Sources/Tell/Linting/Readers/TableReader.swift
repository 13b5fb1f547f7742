import Quantities

/// Reads comma-separated tables; also those with semicolons or tabs, as spreadsheets write them.
enum TableReader {
  /// What separates the fields, or `nil` when the lines are no table.
  static func delimiter(of lines: Lines, isNamedTable: Bool) -> Character? {
    let rows = lines.all.filter { !$0.allSatisfy(\.isWhitespace) && !$0.hasPrefix("#") }
    guard let header = rows.first else { return nil }
    for candidate: Character in [",", "\t", ";"] where header.contains(candidate) {
      let count = header.filter { $0 == candidate }.count
      if isNamedTable, !header.contains(";") || candidate == ";" { return candidate }
      let alike = rows.dropFirst().prefix(20).filter { $0.filter { $0 == candidate }.count >= count }.count
      if rows.count > 1, alike * 2 >= min(20, rows.count - 1), !header.contains(": ") { return candidate }
    }
    return isNamedTable ? "," : nil
  }

  static func document(_ lines: Lines, delimiter: Character, file: String) throws(LintError) -> LintDocument {
    let records = try self.records(lines, delimiter: delimiter, file: file)
    guard let header = records.rows.first else { throw LintError(file: file, line: 1, "the file has no header") }
    let isTool = CodeCarbonReader.recognises(header.cells)
    var document = LintDocument(file: file, format: isTool ? .codeCarbon : .table)
    for row in records.rows.dropFirst() where row.cells.count != header.cells.count {
      // A lone text behind a table is a note.
      if row.cells.count == 1, !isTool { continue }
      throw LintError(
        file: file, line: row.line, field: row.cells.first,
        "the record has \(row.cells.count) \(row.cells.count == 1 ? "field" : "fields"), the header \(header.cells.count)"
      )
    }
    var builder = TableBuilder(document: document)
    var body = records.rows.dropFirst().filter { $0.cells.count == header.cells.count }
    // Who separates fields by semicolons writes 12,5 for 12.5.
    if delimiter == ";" {
      for index in body.indices { body[index].cells = body[index].cells.map(decimalPoint) }
    }
    try builder.read(header: header, rows: Array(body), caption: records.notes)
    document = builder.document
    ClaimReader.read(&document)
    return document
  }

  private static func decimalPoint(_ cell: String) -> String {
    let parts = cell.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), cell.allSatisfy({ "-+0123456789,eE".contains($0) })
    else {
      return cell
    }
    return parts.joined(separator: ".")
  }

  struct Row: Sendable {
    var cells: [String]
    var line: Int
  }

  /// The records of the text; lines that begin with `#` are notes.
  private static func records(
    _ lines: Lines, delimiter: Character, file: String
  ) throws(LintError) -> (rows: [Row], notes: String) {
    var rows: [Row] = []
    var notes: [String] = []
    var cells: [String] = []
    var field = ""
    var quoted: Int?
    var start = 1
    for (index, line) in lines.all.enumerated() {
      if quoted == nil {
        if line.allSatisfy(\.isWhitespace) { continue }
        if line.hasPrefix("#"), rows.isEmpty || !line.contains(delimiter) || line.hasPrefix("# ") {
          notes.append(String(line))
          continue
        }
        start = index + 1
      } else {
        field += "\n"
      }
      var rest = line[...]
      while let character = rest.popFirst() {
        if quoted != nil {
          if character == "\"" {
            if rest.first == "\"" { field.append(rest.removeFirst()) } else { quoted = nil }
          } else {
            field.append(character)
          }
        } else if character == "\"", field.allSatisfy({ $0 == " " }) {
          field = ""
          quoted = index + 1
        } else if character == delimiter {
          cells.append(field.trimmedOfSpace)
          field = ""
        } else {
          field.append(character)
        }
      }
      if quoted == nil {
        cells.append(field.trimmedOfSpace)
        rows.append(Row(cells: cells, line: start))
        (cells, field) = ([], "")
      }
    }
    if let quoted { throw LintError(file: file, line: quoted, "a quoted field is not closed; end it with a quote") }
    return (rows, notes.joined(separator: "\n"))
  }
}

/// Turns rows under headings into records; tables of Markdown come here too.
struct TableBuilder {
  var document: LintDocument
  /// Records of a table in a text belong to what the text says.
  var isInText = false
  /// Whether its columns are E, I and M.
  private var isScore = false

  init(document: LintDocument, isInText: Bool = false) {
    self.document = document
    self.isInText = isInText
  }

  mutating func read(header: TableReader.Row, rows: [TableReader.Row], caption: String) throws(LintError) {
    if readLong(header: header, rows: rows) { return }
    isScore = ScoreNames.recognises(header.cells)
    let names = header.cells.map(name)
    var table = LintTable(columns: header.cells, headerLine: header.line, records: [], caption: caption)
    for row in rows {
      var record = LintRecord(label: row.cells.first ?? "", line: row.line)
      let label = Words(row.cells.prefix(2).joined(separator: " "))
      record.isTotal = row.cells.prefix(2).contains { TableBuilder.saysTotal($0) }
      if label.containsAny(["mean", "average", "avg", "median", "std", "min", "max"]), row.cells.count > 2 { continue }
      for (index, cell) in row.cells.enumerated() {
        let column = header.cells[index]
        let field = LintField(path: [], key: column, text: cell, line: row.line)
        record.texts[column.lowercased()] = field
        guard let name = names[index] else { continue }
        if let statement = try statement(name, cell, column, row.line, in: header, row) {
          record.statements.append(statement)
        }
      }
      TableBuilder.takeBasis(&record)
      document.records.append(record)
      table.records.append(document.records.count - 1)
    }
    document.tables.append(table)
  }

  /// A row of a table that says location- or market-based in a cell.
  private static func takeBasis(_ record: inout LintRecord) {
    for column in [
      "basis", "method", "accounting", "scope", "type", "approach", "scope 2", "scope2", "accounting method",
    ] {
      guard let words = record.texts[column].map({ Words($0.text) }) else { continue }
      let basis: StatedName.Basis? = words.contains("market") ? .market : words.contains("location") ? .location : nil
      guard let basis else { continue }
      for index in record.statements.indices where record.statements[index].name.basis == nil {
        record.statements[index].name.basis = basis
      }
    }
  }

  static func saysTotal(_ cell: String) -> Bool {
    let bare = cell.lowercased().filter { !"*_: ".contains($0) }
    return ["total", "sum", "totals", "all", "grandtotal", "overall"].contains(bare)
  }

  private func name(_ column: String) -> StatedName? {
    if isScore, let name = ScoreNames.name([column]) { return name }
    if document.format == .codeCarbon { return CodeCarbonReader.name(column) }
    if document.format == .scoreReport, let name = ScoreNames.name([column]) { return name }
    return StatedName(column)
  }

  private mutating func statement(
    _ name: StatedName, _ cell: String, _ column: String, _ line: Int, in header: TableReader.Row,
    _ row: TableReader.Row
  ) throws(LintError) -> Statement? {
    if Figures.saysNotANumber(cell) {
      document.slips.append(
        ReaderSlip(
          kind: .notANumber, line: line, field: column,
          message: "\(column) is \(cell), which is no number; leave the field empty where it is not known"))
      return nil
    }
    guard !Figures.saysUnknown(cell) else { return nil }
    guard let (number, reading, isAll) = Figures.figure(cell), isAll || number.text.count * 2 > cell.count else {
      if document.format == .codeCarbon {
        throw LintError(
          file: document.file, line: line, field: column, "'\(cell)' is not a number; write one, or leave it empty")
      }
      return nil
    }
    if document.format == .codeCarbon, reading != nil || !isAll {
      throw LintError(
        file: document.file, line: line, field: column, "'\(cell)' is not a plain number; the column has its own unit")
    }
    var name = name
    var unit = name.unit
    if let reading { unit = reading.unit }
    if let per = reading?.per { name.per = per }
    if unit == nil { unit = columnUnit(header, row, beside: column) }
    if unit == nil { unit = usualUnit(name, number.value) }
    return Statement(name, number, unit: unit, line: line, field: column, isProse: false)
  }

  /// The unit in a column of units that stands right behind.
  private func columnUnit(_ header: TableReader.Row, _ row: TableReader.Row, beside column: String) -> StatedUnit? {
    guard let index = header.cells.firstIndex(of: column), index + 1 < header.cells.count else { return nil }
    let next = header.cells[index + 1].lowercased()
    guard next == "unit" || next == "units" || next == "\(column.lowercased())_unit" else { return nil }
    return UnitReading(Words(row.cells[index + 1]).words, at: 0)?.unit
  }

  private func usualUnit(_ name: StatedName, _ value: Double) -> StatedUnit? {
    switch (document.format, name.subject) {
    case (.codeCarbon, _): CodeCarbonReader.unit(name)
    case (.scoreReport, .carbon), (.scoreReport, .score): Figures.gram
    case (.scoreReport, .energy): Figures.kilowattHour
    case (.scoreReport, .intensity): Figures.gramsPerKilowattHour
    case (_, .intensity): value > 0 && value <= 1.3 ? Figures.kilogramsPerKilowattHour : Figures.gramsPerKilowattHour
    default: nil
    }
  }

  /// A table that has one figure a row, named in the row: "metric, value, unit".
  private mutating func readLong(header: TableReader.Row, rows: [TableReader.Row]) -> Bool {
    let heads = header.cells.map { $0.lowercased().filter { !"*_".contains($0) } }
    let valueHeads: Set<String> = ["value", "amount", "result", "figure", "val"]
    let nameHeads: Set<String> = [
      "metric", "quantity", "measure", "name", "what", "item", "field", "indicator", "property", "variable",
      "parameter", "symbol", "term", "",
    ]
    guard document.format != .codeCarbon, heads.count >= 2 else { return false }
    var value = heads.firstIndex { valueHeads.contains($0) }
    var nameColumn = heads.firstIndex { nameHeads.contains($0) }
    if value == nil, heads.count == 2, StatedName(header.cells[1]) == nil,
      rows.filter({ StatedName($0.cells[0]) != nil && Figures.figure($0.cells[1]) != nil }).count * 2 >= rows.count,
      !rows.isEmpty
    {
      (nameColumn, value) = (0, 1)
    }
    guard let value, let nameColumn, value != nameColumn else { return false }
    let unitColumn = heads.firstIndex { $0 == "unit" || $0 == "units" }
    // Rows of one model, run or site belong together.
    let group = heads.indices.first { index in
      index != value && index != nameColumn && index != unitColumn
        && ["model", "run", "system", "experiment", "id", "job", "service", "project", "site"].contains(heads[index])
    }
    var index: [String: Int] = [:]
    for row in rows {
      let key = group.map { row.cells[$0] } ?? ""
      let place: Int
      if let known = index[key] {
        place = known
      } else {
        document.records.append(LintRecord(label: key, line: row.line))
        place = document.records.count - 1
        index[key] = place
      }
      let label = row.cells[nameColumn]
      let cell = row.cells[value]
      document.records[place].texts[label.lowercased()] = LintField(path: [], key: label, text: cell, line: row.line)
      var long = name(label)
      if long == nil, let unitColumn {
        long = StatedName("\(label) \(row.cells[unitColumn])")
      }
      guard var stated = long else { continue }
      if Figures.saysNotANumber(cell) {
        document.slips.append(
          ReaderSlip(
            kind: .notANumber, line: row.line, field: label,
            message: "\(label) is \(cell), which is no number; leave it empty where it is not known"))
        continue
      }
      guard !Figures.saysUnknown(cell), let (number, reading, isAll) = Figures.figure(cell),
        isAll || reading.map({ Figures.agrees($0.unit.measure, stated.subject) }) == true || Figures.isCount(stated)
      else { continue }
      let written = unitColumn.flatMap { UnitReading(Words(row.cells[$0]).words, at: 0) }
      if let per = reading?.per ?? written?.per { stated.per = per }
      let unit = reading?.unit ?? written?.unit ?? stated.unit ?? usualUnit(stated, number.value)
      document.records[place].statements.append(
        Statement(stated, number, unit: unit, line: row.line, field: label, isProse: isInText))
    }
    return true
  }
}

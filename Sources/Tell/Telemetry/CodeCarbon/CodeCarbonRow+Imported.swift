import Ledger

extension CodeCarbonRow {
  /// The program that wrote it: `CodeCarbon 3.3.2`, or `dimmer 0.1.0` for a run that Dimmer had exported.
  var tool: String {
    guard let version = self[.codecarbonVersion] else { return "CodeCarbon of a version that the row does not say" }
    return isOfDimmer ? version : "CodeCarbon \(version)"
  }

  /// Whether Dimmer wrote it.
  var isOfDimmer: Bool { self[.codecarbonVersion]?.hasPrefix("dimmer ") ?? false }

  /// The row as it is kept beside the run that was made from it.
  func imported(from file: String, line: Int) -> ImportedRow {
    let fields = Dictionary(uniqueKeysWithValues: self.fields.map { ($0.key.rawValue, $0.value) })
    return ImportedRow(tool: tool, file: file, line: line, fields: fields)
  }

  /// The row that a run was made from; `nil` when what it was made from is no row of an `emissions.csv`.
  init?(_ imported: ImportedRow) {
    var fields: [CodeCarbonColumn: String] = [:]
    for (name, value) in imported.fields {
      guard let column = CodeCarbonColumn(rawValue: name) else { return nil }
      fields[column] = value
    }
    self.init(fields)
  }
}

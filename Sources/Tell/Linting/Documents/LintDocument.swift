/// A file as the rules see it.
struct LintDocument: Sendable {
  let file: String
  let format: LintFormat
  /// What belongs together: a row, a card, a node of a manifest.
  var records: [LintRecord] = []
  /// Tables, for sums and outliers; each a list of indices of ``records``.
  var tables: [LintTable] = []
  /// Every field of a YAML or JSON file, in order.
  var fields: [LintField] = []
  /// Slips that only the reader can see, such as a unit in a number's field.
  var slips: [ReaderSlip] = []
  /// What its text says of its boundary and method.
  var claims = Claims()
}

/// Figures of the same work.
struct LintRecord: Sendable {
  /// What it is called.
  var label: String
  var line: Int
  var statements: [Statement] = []
  /// Fields that are no figures, by lower-case name.
  var texts: [String: LintField] = [:]
  /// The record around it, whose intensity and PUE hold here too.
  var parent: Int?
  /// Whether it sums up others: a row "Total".
  var isTotal = false
  /// The keys above it, joined by points: `tree.children.front.outputs`.
  var path: String = ""
}

/// A field that is not read as a figure.
struct LintField: Hashable, Sendable {
  /// Its path, for example `tree.children.server.defaults`.
  var path: [String]
  var key: String
  var text: String
  var line: Int
  /// What stands behind it on the line, after `#`.
  var comment: String?
  /// Whether it stands in the file as a quoted text.
  var isQuoted = false

  var name: String { (path + [key]).joined(separator: ".") }
}

/// A table's shape.
struct LintTable: Sendable {
  var columns: [String]
  var headerLine: Int
  var records: [Int]
  /// Texts of `#` lines, headings and captions around it.
  var caption: String = ""
}

/// A slip that a reader saw.
struct ReaderSlip: Sendable {
  enum Kind: Sendable { case unitInNumberField, notANumber, commentAgainstField }
  var kind: Kind
  var line: Int
  var field: String
  var message: String
}

/// What a file says in words.
struct Claims: Sendable {
  /// Where a boundary or the list of what is counted begins; `nil` when nothing says it.
  var boundaryLine: Int?
  /// Whether such a field is there, but empty.
  var emptyBoundary: LintField?
  var functionalUnitLine: Int?
  /// Lines that say something is market-based, renewable or neutral, with their words.
  var market: [(line: Int, text: String)] = []
  /// Lines that say something is location-based.
  var location: [Int] = []
  /// Lines that say offsets were taken off.
  var offsets: [(line: Int, text: String)] = []
  /// Lines that say the energy holds the PUE already.
  var pueIncluded: [Int] = []
  /// Whether a note says so that stands at no energy's own line, and so is of all of them.
  var saysPUEIncluded = false
}

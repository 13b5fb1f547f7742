/// Finds slips of unit and boundary in files that state energy and carbon.
///
/// A reader turns a file into statements: a quantity, its value in base units, and where it stands. The rules are pure
/// functions over the statements, so that each works on every format. What the linter can not understand it leaves
/// alone: a false alarm on a right file is worse than a slip it does not see.
public enum Linter {
  /// What was found in one file.
  public struct Report: Hashable, Sendable {
    /// What the file is.
    public let format: LintFormat
    /// How many statements of energy, carbon and what makes them were read.
    public let statements: Int
    /// The slips, by line.
    public let findings: [LintFinding]
  }

  /// The largest file that is read, in bytes.
  public static let largestFile = 16_000_000

  /// Lints one file.
  ///
  /// - Parameters:
  ///   - bytes: its content.
  ///   - file: its name, for findings and as a hint of the format.
  /// - Throws: ``LintError`` with the line for what is malformed.
  public static func lint(_ bytes: [UInt8], file: String) throws(LintError) -> Report {
    let document = try Reader.document(bytes, file: file)
    var findings: [LintFinding] = []
    var seen: Set<Place> = []
    for family in Rules.families {
      // One slip breaks several rules at times; the family that sees it first tells it.
      let slips = family(document).filter { !seen.contains(Place($0)) }
      for slip in slips {
        findings.append(
          LintFinding(
            file: file, line: slip.line, field: slip.field, rule: slip.rule.rawValue, message: slip.message))
      }
      seen.formUnion(slips.map(Place.init))
    }
    let ordered = findings.enumerated().sorted {
      ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset)
    }
    var told: Set<LintFinding> = []
    return Report(
      format: document.format, statements: document.records.reduce(0) { $0 + $1.statements.count },
      findings: ordered.map(\.element).filter { told.insert($0).inserted })
  }

  private struct Place: Hashable {
    let line: Int?
    let field: String?
    init(_ slip: Slip) { (line, field) = (slip.line, slip.field) }
  }
}

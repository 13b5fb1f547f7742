/// One slip in a file: where it is, which rule it breaks, and the fix.
public struct LintFinding: Hashable, Sendable {
  /// The file, as it was named.
  public var file: String
  /// The line, from 1; `nil` when it is about the file as a whole.
  public var line: Int?
  /// The field or column.
  public var field: String?
  /// The rule's name in kebab case: `grams-in-kilograms`.
  public var rule: String
  /// What is wrong, and the fix, in one or two lines.
  public var message: String

  /// A finding.
  public init(file: String, line: Int? = nil, field: String? = nil, rule: String, message: String) {
    self.file = file
    self.line = line
    self.field = field
    self.rule = rule
    self.message = message
  }
}

/// A file that can not be read as what it seems to be: where, and the fix.
public struct LintError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, as it was named.
  public let file: String
  /// The line, from 1; `nil` when it is about the file as a whole.
  public let line: Int?
  /// The field or column; `nil` when it is about more than one.
  public let field: String?
  /// What is wrong, and the fix.
  public let problem: String

  /// An error at a place.
  public init(file: String, line: Int? = nil, field: String? = nil, _ problem: String) {
    self.file = file
    self.line = line
    self.field = field
    self.problem = problem
  }

  /// One line with place and fix.
  public var description: String {
    "\(file):\(line.map { "\($0):" } ?? "") \(field.map { "\($0): " } ?? "")\(problem)"
  }
}

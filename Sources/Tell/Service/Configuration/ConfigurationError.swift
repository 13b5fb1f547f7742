/// What is wrong in a configuration file, and where.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file's name as the user gave it.
  public let file: String
  /// The line, from 1; 0 when the whole file is meant.
  public let line: Int
  /// What is wrong and what would be right.
  public let message: String

  /// An error at a line of a file.
  public init(file: String, line: Int, _ message: String) {
    self.file = file
    self.line = line
    self.message = message
  }

  /// `dimmer.yaml:12: …`, as compilers write it.
  public var description: String { line > 0 ? "\(file):\(line): \(message)" : "\(file): \(message)" }
}

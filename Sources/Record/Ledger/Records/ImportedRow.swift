/// The line of another tool's file that an activity was made from, kept whole: what Dimmer has no place for is not lost.
public struct ImportedRow: Hashable, Sendable, Codable {
  /// The tool that wrote it, with its version where the line says one: `CodeCarbon 3.3.2`.
  public var tool: String
  /// The file it was read from.
  public var file: String
  /// The line on which the record begins, from 1.
  public var line: Int
  /// The fields that are not empty, as they stood there, by column.
  public var fields: [String: String]

  /// A row.
  public init(tool: String, file: String, line: Int, fields: [String: String]) {
    self.tool = tool
    self.file = file
    self.line = line
    self.fields = fields
  }
}

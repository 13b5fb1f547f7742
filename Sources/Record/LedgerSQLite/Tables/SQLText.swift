/// Statements built from a table's column list, so that names and placeholders cannot drift apart.
enum SQLText {
  /// What an insert does when the key is there already.
  enum Conflict {
    /// Leaves the row as it is.
    case keep
    /// Replaces every other column, where the condition holds.
    case replace(unless: String? = nil)
    /// Adds the new values of those columns to the old ones.
    case add([String])
  }

  static func insert(into table: String, _ columns: [String], key: [String], _ conflict: Conflict) -> String {
    let names = columns.joined(separator: ", ")
    let places = Array(repeating: "?", count: columns.count).joined(separator: ", ")
    let start = "INSERT INTO \(table) (\(names)) VALUES (\(places)) ON CONFLICT (\(key.joined(separator: ", "))) DO "
    switch conflict {
    case .keep: return start + "NOTHING"
    case .replace(let condition):
      let changes = columns.filter { !key.contains($0) }.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
      return start + "UPDATE SET \(changes)" + (condition.map { " WHERE NOT (\($0))" } ?? "")
    case .add(let sums):
      let changes = sums.map { "\($0) = \(table).\($0) + excluded.\($0)" }.joined(separator: ", ")
      return start + "UPDATE SET \(changes)"
    }
  }
}

import GRDB
import GRDBSQLite
import Ledger
import Quantities

/// Writes many rows with one prepared statement, binding values where they stand.
///
/// General arguments box each value, which cost more than SQLite's own work for a row. Here a row is bound column by
/// column in the statement's order, and executed.
struct RowWriter {
  private let statement: Statement
  private let handle: SQLiteStatement
  private let connection: OpaquePointer?
  private var column: Int32 = 0

  /// A writer of a statement, prepared once a connection. Use it within the database access that made it.
  init(_ sql: String, _ db: Database) throws {
    statement = try db.cachedStatement(sql: sql)
    handle = statement.sqliteStatement
    connection = db.sqliteConnection
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  /// Binds the next column to a text, which is copied.
  mutating func bind(_ text: String) {
    column += 1
    var text = text
    text.withUTF8 { bytes in
      let start = bytes.withMemoryRebound(to: CChar.self) { $0.baseAddress }
      _ = sqlite3_bind_text(handle, column, start, Int32(bytes.count), Self.copies)
    }
  }

  /// Binds the next column to a whole number.
  mutating func bind(_ number: Int64) {
    column += 1
    sqlite3_bind_int64(handle, column, number)
  }

  /// Binds the next column to a number, or to NULL.
  mutating func bind(_ number: Int64?) { if let number { bind(number) } else { bindNull() } }

  /// Binds the next column to a text, or to NULL.
  mutating func bind(_ text: String?) { if let text { bind(text) } else { bindNull() } }

  /// Binds the next column to a real number, or to NULL.
  mutating func bind(_ number: Double?) {
    guard let number else { return bindNull() }
    column += 1
    sqlite3_bind_double(handle, column, number)
  }

  private mutating func bindNull() {
    column += 1
    sqlite3_bind_null(handle, column)
  }

  /// Executes the statement with what was bound; the next row begins.
  ///
  /// - Returns: whether a row was written or changed.
  /// - Throws: the database's error, as for every other statement.
  mutating func execute() throws -> Bool {
    let bound = column
    column = 0
    guard bound == sqlite3_bind_parameter_count(handle) else {
      throw DatabaseError(resultCode: .SQLITE_RANGE, message: "\(bound) values for \(statement.sql)")
    }
    let code = sqlite3_step(handle)
    guard code == SQLITE_DONE else {
      let message = connection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
      let extended = connection.map { sqlite3_extended_errcode($0) } ?? code
      sqlite3_reset(handle)
      throw DatabaseError(resultCode: ResultCode(rawValue: extended), message: message, sql: statement.sql)
    }
    sqlite3_reset(handle)
    return sqlite3_changes(connection) > 0
  }

  /// SQLite's mark for a text that it must copy: the writer's is gone when the statement runs.
  private static let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}

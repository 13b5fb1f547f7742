import GRDB
public import Ledger

/// The record in one SQLite file, written ahead to a log that is synchronised at every commit.
///
/// One writer at a time, readers beside it, several processes at once. A process keeps one value of this type for its
/// whole life.
public struct SQLiteLedger: LedgerStore {
  /// The file.
  public let path: String
  let pool: DatabasePool

  init(path: String, pool: DatabasePool) {
    self.path = path
    self.pool = pool
  }

  /// Runs `body` in one transaction, which is committed and synchronised when this returns.
  ///
  /// The callback form of GRDB is used because its async form stops when the task is cancelled, and the last batch of
  /// a program that is shutting down must be written too.
  func write<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws(LedgerError) -> T {
    let result: Result<T, any Error> = await withCheckedContinuation { continuation in
      pool.asyncWrite(body) { _, result in continuation.resume(returning: result) }
    }
    return try unwrap(result)
  }

  /// Runs `body` on one moment of the ledger.
  func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws(LedgerError) -> T {
    let result: Result<T, any Error> = await withCheckedContinuation { continuation in
      pool.asyncRead { database in continuation.resume(returning: Result { try body(database.get()) }) }
    }
    return try unwrap(result)
  }

  private func unwrap<T>(_ result: Result<T, any Error>) throws(LedgerError) -> T {
    switch result {
    case .success(let value): return value
    case .failure(let error): throw LedgerError(error, path: path)
    }
  }

  /// Looks for damage: SQLite's own check, references to activities that are not there, hours that are not the sums of
  /// their requests. Reads the whole file.
  ///
  /// - Returns: what is wrong, one line each; nothing when all is well.
  public func check() async throws(LedgerError) -> [String] {
    try await read { db in
      var problems = try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
      problems += try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { row in
        "a row of \(try row.decode(String.self, atIndex: 0)) belongs to an activity that is not there"
      }
      return try problems + RollupTable.differences(db)
    }
  }

  /// Ends all connections; the log is folded into the file when no other process uses it. Not needed for durability.
  ///
  /// - Throws: ``LedgerError/busy(path:)`` while a call is under way.
  public func close() throws(LedgerError) {
    do { try pool.close() } catch { throw LedgerError(error, path: path) }
  }
}

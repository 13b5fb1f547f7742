import Foundation
import GRDB
public import Ledger

extension SQLiteLedger {
  /// Opens the ledger for reading and writing; makes the folder (mode 0700) and the file (mode 0600) when they are not
  /// there, and brings an older file up to date.
  ///
  /// - Throws: ``LedgerError/newerSchema(path:unknown:)`` and leaves such a file untouched;
  ///   ``LedgerError/noPermission(path:reason:)``, ``LedgerError/corrupt(path:reason:)``, ``LedgerError/diskFull(path:)``.
  public static func open(at path: String) throws(LedgerError) -> SQLiteLedger {
    try PrivateFile.prepare(path)
    // Two first commands at once would both make the tables; the lock lets the second one find them made.
    let lock = try FileLock(at: path + ".lock")
    defer { lock.release() }
    do {
      try refuseNewer(path)
      let ledger = SQLiteLedger(path: path, pool: try DatabasePool(path: path, configuration: configuration()))
      try ledger.synchronizeEveryCommit()
      try Schema.migrator.migrate(ledger.pool)
      return ledger
    } catch {
      throw LedgerError(error, path: path)
    }
  }

  /// Opens the ledger for reading only, as reports do; nothing is made or changed.
  ///
  /// - Throws: ``LedgerError/missing(path:)``, ``LedgerError/newerSchema(path:unknown:)``,
  ///   ``LedgerError/olderSchema(path:missing:)``, or a storage error. Writing calls then throw
  ///   ``LedgerError/noPermission(path:reason:)``.
  public static func openForReading(at path: String) throws(LedgerError) -> SQLiteLedger {
    guard FileManager.default.fileExists(atPath: path) else { throw .missing(path: path) }
    do {
      try refuseNewer(path)
      var configuration = configuration()
      configuration.readonly = true
      let pool = try DatabasePool(path: path, configuration: configuration)
      let applied = try pool.read { db in try Schema.migrator.appliedIdentifiers(db) }
      let missing = Schema.names.filter { !applied.contains($0) }
      guard missing.isEmpty else { throw LedgerError.olderSchema(path: path, missing: missing) }
      return SQLiteLedger(path: path, pool: pool)
    } catch {
      throw LedgerError(error, path: path)
    }
  }

  private static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.label = "ledger"
    configuration.foreignKeysEnabled = true
    // Transactions last milliseconds; whoever holds the file for ten seconds has stopped.
    configuration.busyMode = .timeout(10)
    return configuration
  }

  /// Looks at the schema before anything is changed, the journal mode included.
  private static func refuseNewer(_ path: String) throws {
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    guard size > 0 else { return }
    var readOnly = configuration()
    readOnly.readonly = true
    let queue = try DatabaseQueue(path: path, configuration: readOnly)
    let unknown = try queue.read { db in
      try Schema.migrator.appliedIdentifiers(db).subtracting(Schema.names).sorted()
    }
    try queue.close()
    guard unknown.isEmpty else { throw LedgerError.newerSchema(path: path, unknown: unknown) }
  }

  /// Sets `synchronous` to FULL on the connection that writes, and makes sure that it is.
  ///
  /// GRDB sets NORMAL when it turns the write-ahead log on, which loses the last commits in a power cut; so FULL is set
  /// after the pool is open.
  private func synchronizeEveryCommit() throws {
    let level = try pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA synchronous = FULL")
      return try Int.fetchOne(db, sql: "PRAGMA synchronous")
    }
    guard level == 2 else {
      throw LedgerError.failed(path: path, reason: "SQLite does not synchronise every commit")
    }
  }
}

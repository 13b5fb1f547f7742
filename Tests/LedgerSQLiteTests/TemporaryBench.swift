import Foundation
import GRDB
import Ledger
import LedgerConformance
import LedgerSQLite

/// A ledger in a folder of its own, which goes away with the bench.
final class TemporaryBench: LedgerBench {
  let folder: String
  var path: String { "\(folder)/ledger.sqlite" }

  init() throws {
    folder = "\(NSTemporaryDirectory())/dimmer-ledger-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func open() throws -> any LedgerStore { try openLedger() }
  func openLedger() throws -> SQLiteLedger { try SQLiteLedger.open(at: path) }

  /// The file and its log as they are on the disk now; the shared memory beside them is gone after a power cut.
  func openAfterPowerCut() throws -> any LedgerStore { try SQLiteLedger.open(at: try copy()) }

  /// A copy of file and log in a folder inside this one.
  func copy() throws -> String {
    let other = "\(folder)/\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
    for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
      try FileManager.default.copyItem(atPath: path + suffix, toPath: "\(other)/ledger.sqlite\(suffix)")
    }
    return "\(other)/ledger.sqlite"
  }

  /// A number that the file holds, read behind the ledger's back.
  func number(_ sql: String) throws -> Int64 {
    try DatabaseQueue(path: path).read { db in try Int64.fetchOne(db, sql: sql) ?? 0 }
  }

  /// Does something to the file behind the ledger's back.
  func tamper(_ sql: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF")
      try db.execute(sql: sql)
    }
    try queue.close()
  }
}

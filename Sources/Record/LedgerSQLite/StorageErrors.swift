import GRDB
import Ledger

/// A row whose content is not what the ledger writes.
struct UnreadableRow: Error {
  let column: String
  let text: String
}

extension LedgerError {
  /// What an error of the database means to the caller.
  init(_ error: any Error, path: String) {
    switch error {
    case let error as LedgerError: self = error
    case let error as UnreadableRow: self = .corrupt(path: path, reason: "column \(error.column) holds '\(error.text)'")
    case let error as RowDecodingError: self = .corrupt(path: path, reason: "\(error)")
    case let error as EncodingError: self = .invalid("it holds a value that JSON cannot: \(error)")
    case let error as DatabaseError: self = LedgerError(database: error, path: path)
    default: self = .failed(path: path, reason: "\(error)")
    }
  }

  private init(database error: DatabaseError, path: String) {
    let reason = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
    switch (error.resultCode, error.extendedResultCode) {
    case (.SQLITE_FULL, _), (_, .SQLITE_IOERR_SHMSIZE): self = .diskFull(path: path)
    case (.SQLITE_READONLY, _), (.SQLITE_PERM, _), (.SQLITE_AUTH, _), (.SQLITE_CANTOPEN, _):
      self = .noPermission(path: path, reason: reason)
    case (.SQLITE_BUSY, _), (.SQLITE_LOCKED, _): self = .busy(path: path)
    case (.SQLITE_CORRUPT, _), (.SQLITE_NOTADB, _): self = .corrupt(path: path, reason: reason)
    case (_, .SQLITE_CONSTRAINT_FOREIGNKEY):
      self = .invalid("it belongs to an activity that is not in the ledger; commit the activity first")
    case (.SQLITE_CONSTRAINT, _): self = .invalid(reason)
    default: self = .failed(path: path, reason: reason)
    }
  }
}

import GRDB
public import Grid
import Ledger

/// The ledger keeps every grid value and forecast that was ever read, with both of its times.
///
/// Newer ones are rows; months that lie behind are packed into blocks, so that a year of hourly values of a region is
/// some tens of kilobytes.
extension SQLiteLedger: SignalStore {
  /// Keeps issues, all of them or none.
  ///
  /// - Throws: ``LedgerError``, the storage errors.
  public func append(_ issues: [SignalIssue]) async throws {
    guard !issues.isEmpty else { return }
    try await write { db in try SignalKeeping.append(issues, db) }
  }

  /// The issues in a selection.
  ///
  /// - Throws: ``LedgerError``, the storage errors; ``LedgerError/corrupt(path:reason:)`` for a damaged block.
  public func issues(_ selection: SignalSelection) async throws -> [SignalIssue] {
    try await read { db in try SignalKeeping.issues(selection, db) }
  }
}

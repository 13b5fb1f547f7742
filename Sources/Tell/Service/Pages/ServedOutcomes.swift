import Ledger
import Reporting
import Synchronization

/// What was served, as the first page shows it. It is told anew when something has been decided, not each time that
/// somebody looks.
final class ServedOutcomes: Sendable {
  private let reader: SavingsReader
  private let kept = Mutex<(decided: [DecisionID], served: [DashboardState.Served])?>(nil)

  init(reader: SavingsReader) { self.reader = reader }

  /// The outcomes of an activity whose newest decisions are these.
  func of(
    _ activity: ActivityID, decided: [DecisionID]
  ) async throws(LedgerError) -> [DashboardState.Served] {
    if let kept = kept.withLock({ $0 }), kept.decided == decided { return kept.served }
    let accounts: [SavingsReader.Account]
    do { accounts = try await reader.accounts(of: activity) } catch let error as LedgerError { throw error } catch {
      // A decision that an older version wrote may not be readable; the rest of the page is.
      return []
    }
    let served = accounts.map { DashboardState.Served(charts: $0.charts, statement: $0.statement) }
    kept.withLock { $0 = (decided, served) }
    return served
  }
}

import Ledger
import LedgerConformance
import LedgerSQLite
import Quantities

/// A bench for a store with three faults, to see that the suite finds faults.
struct BrokenBench: LedgerBench {
  private let sound: TemporaryBench
  init() throws { sound = try TemporaryBench() }
  func open() throws -> any LedgerStore { BrokenStore(inner: try sound.openLedger()) }
  func openAfterPowerCut() throws -> any LedgerStore { try sound.openAfterPowerCut() }
}

/// Passes everything on to a sound store, except: the future is visible, verdicts are lost, batches are split.
struct BrokenStore: ForwardingStore {
  let inner: any LedgerStore

  func signals(_ query: SignalQuery) async throws(LedgerError) -> [SignalRecord] {
    var query = query
    query.issuedBy = Timestamp(milliseconds: .max)
    return try await inner.signals(query)
  }
  func judge(_ verdicts: [ActivityID: Verdict]) async throws(LedgerError) -> [ActivityID] { [] }
  func append(_ requests: [RequestRecord]) async throws(LedgerError) -> Int {
    var count = 0
    for request in requests { count += try await inner.append([request]) }
    return count
  }
}

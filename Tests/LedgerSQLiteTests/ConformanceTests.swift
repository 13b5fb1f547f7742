import Ledger
import LedgerConformance
import LedgerSQLite
import Testing

@Suite("The SQLite ledger keeps every law of the ledger")
struct ConformanceTests {
  @Test("law", arguments: LedgerLaw.all)
  func law(_ law: LedgerLaw) async throws {
    do { try await law.check(on: try TemporaryBench()) } catch { Issue.record("\(law): \(error)") }
  }
}

@Suite("The suite itself notices a store that breaks a law")
struct SuiteTests {
  @Test("a store that shows later issues, forgets verdicts and keeps half an entry breaks those laws, and only those")
  func findsBreaches() async throws {
    let broken = await LedgerLaw.broken { try BrokenBench() }
    let found = Set(broken.map(\.law.description))
    #expect(
      found == [
        "a query never shows what was issued later, and shows the latest issue before",
        "a later issue does not change what was known before it",
        "hours and totals are the sums of the requests, whatever is appended, repeated and judged",
        "points stand where nothing is right or wrong; a later verdict replaces one of either kind",
        "a batch of requests is written whole or not at all",
      ])
  }
}

import Grid
import GridConformance
import LedgerSQLite
import Methods
import Quantities
import Testing

@Suite("The SQLite ledger keeps every law of a store of grid values")
struct SignalKeepingTests {
  @Test("law", arguments: SignalStoreLaw.allCases)
  func law(_ law: SignalStoreLaw) async throws {
    let bench = try TemporaryBench()
    try await law.check(try bench.openLedger())
  }

  @Test("law, when the months are packed at once", arguments: SignalStoreLaw.allCases)
  func packed(_ law: SignalStoreLaw) async throws {
    let bench = try TemporaryBench()
    try await law.check(PackedStore(ledger: try bench.openLedger(), isPackedFirst: false))
  }

  @Test("law, when what comes is older than the packed months", arguments: SignalStoreLaw.allCases)
  func late(_ law: SignalStoreLaw) async throws {
    let bench = try TemporaryBench()
    try await law.check(PackedStore(ledger: try bench.openLedger(), isPackedFirst: true))
  }

  @Test("A year of hourly values of a region with two decimals takes less than 60 kB, and comes back exactly")
  func size() async throws {
    let bench = try TemporaryBench()
    let ledger = try bench.openLedger()
    let issues = year()
    try await ledger.append(issues)
    let bytes = try bench.number("SELECT sum(length(bytes)) FROM signal_block")
    #expect(bytes < 60_000, "\(bytes)")
    #expect(try bench.number("SELECT count(*) FROM signal_issue") < 1500)
    let range = issues[0].signal.validity.lowerBound..<issues[8759].signal.validity.upperBound
    let back = try await ledger.issues(SignalSelection(Region("DE"), .averageLifecycle, over: range))
    #expect(back == issues)
    // And nothing grows when the same year comes again.
    try await ledger.append(issues)
    #expect(try bench.number("SELECT sum(length(bytes)) FROM signal_block") == bytes)
  }

  @Test("A damaged block is said to be damaged, with the ledger's path")
  func damaged() async throws {
    let bench = try TemporaryBench()
    let ledger = try bench.openLedger()
    try await ledger.append(year())
    try bench.tamper("UPDATE signal_block SET bytes = x'0102' WHERE month = (SELECT min(month) FROM signal_block)")
    let all = SignalSelection(
      try Region("DE"), .averageLifecycle, over: Timestamp(milliseconds: 0)..<Timestamp(milliseconds: .max))
    let error = await #expect(throws: (any Error).self) { try await ledger.issues(all) }
    #expect("\(error!)".contains(bench.path) && "\(error!)".contains("damaged"))
  }

  private func year() -> [SignalIssue] {
    var value = 300.0
    var state: UInt64 = 7
    return (0..<8760).map { hour in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      value = min(max(value + Double(state >> 54) / 10 - 51.15, 20), 900)
      let start = Timestamp(milliseconds: 1_672_531_200_000) + .hours(Double(hour))
      return issue(start..<(start + .hours(1)), (value * 100).rounded() / 100)
    }
  }
}

private func issue(_ validity: Range<Timestamp>, _ value: Double, region: String = "DE") -> SignalIssue {
  SignalIssue(
    Signal(
      region: (try? Region(region)) ?? .unstated, kind: .averageLifecycle, unit: "g/kWh", validity: validity,
      value: value, issuedAt: validity.lowerBound, provider: "test", source: Source("a test")),
    fetchedAt: validity.lowerBound)
}

/// The ledger's store with a value of years later in every stream, so that all else is packed.
private struct PackedStore: SignalStore {
  let ledger: SQLiteLedger
  let isPackedFirst: Bool

  func append(_ issues: [SignalIssue]) async throws {
    if isPackedFirst { try await appendLater(issues) }
    try await ledger.append(issues)
    if !isPackedFirst { try await appendLater(issues) }
  }

  private func appendLater(_ issues: [SignalIssue]) async throws {
    for issue in issues {
      let signal = issue.signal
      let start = signal.validity.lowerBound + .hours(24 * 700)
      let later = Signal(
        region: signal.region, kind: signal.kind, unit: signal.unit, validity: start..<(start + .hours(1)), value: 1,
        issuedAt: start, provider: signal.provider, source: signal.source)
      try await ledger.append([SignalIssue(later, fetchedAt: start)])
    }
  }

  func issues(_ selection: SignalSelection) async throws -> [SignalIssue] { try await ledger.issues(selection) }
}

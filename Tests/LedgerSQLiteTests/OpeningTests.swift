import Foundation
import GRDB
import Ledger
import LedgerConformance
import Quantities
import Testing

@testable import LedgerSQLite

@Suite("Opening a ledger")
struct OpeningTests {
  private func mode(_ path: String) throws -> Int {
    try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber).intValue
  }

  @Test("every commit is synchronised: the connection that writes reads back synchronous = FULL, in WAL mode")
  func synchronousIsFull() async throws {
    let ledger = try TemporaryBench().openLedger()
    // After a commit too, since another setting could come in with the first transaction.
    let samples = Samples()
    try await ledger.commit(samples.entry(samples.activity()))
    let found = try await ledger.pool.writeWithoutTransaction { db in
      (
        try Int.fetchOne(db, sql: "PRAGMA synchronous"), try String.fetchOne(db, sql: "PRAGMA journal_mode"),
        try Int.fetchOne(db, sql: "PRAGMA foreign_keys"), try Int.fetchOne(db, sql: "PRAGMA busy_timeout")
      )
    }
    #expect(found == (2, "wal", 1, 10_000))
  }

  @Test("folder, file, log and lock can be used by their owner only")
  func modes() async throws {
    let bench = try TemporaryBench()
    let path = "\(bench.folder)/a/b/ledger.sqlite"
    let ledger = try SQLiteLedger.open(at: path)
    let samples = Samples()
    try await ledger.commit(samples.entry(samples.activity()))
    #expect(try mode("\(bench.folder)/a") == 0o700)
    #expect(try mode("\(bench.folder)/a/b") == 0o700)
    for suffix in ["", "-wal", "-shm", ".lock"] { #expect(try mode(path + suffix) == 0o600, "ledger.sqlite\(suffix)") }
  }

  @Test("a ledger of a newer dimmer is refused by name and left as it is")
  func newer() async throws {
    let bench = try TemporaryBench()
    try bench.openLedger().close()
    try bench.tamper("INSERT INTO grdb_migrations VALUES ('teleportation')")
    let before = try Data(contentsOf: URL(fileURLWithPath: bench.path))
    let expected = LedgerError.newerSchema(path: bench.path, unknown: ["teleportation"])
    #expect(throws: expected) { try SQLiteLedger.open(at: bench.path) }
    #expect(throws: expected) { try SQLiteLedger.openForReading(at: bench.path) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: bench.path)) == before)
  }

  @Test("an older ledger is brought up to date for writing, and refused for reading only")
  func older() async throws {
    let bench = try TemporaryBench()
    try bench.openLedger().close()
    try bench.tamper("DROP TABLE journal; DELETE FROM grdb_migrations WHERE identifier = 'journals'")
    #expect(throws: LedgerError.olderSchema(path: bench.path, missing: ["journals"])) {
      try SQLiteLedger.openForReading(at: bench.path)
    }
    let ledger = try bench.openLedger()
    #expect(try await ledger.journals() == [])
  }

  @Test("a ledger from before requests had cancelled energy counts those whose caller had left, by their status")
  func beforeEnergyOfRequests() async throws {
    let bench = try TemporaryBench()
    let ledger = try bench.openLedger()
    let samples = Samples()
    let serve = samples.activity(.serve)
    try await ledger.commit(LedgerEntry(activity: serve, variants: [samples.variant()]))
    var left = samples.request(serve.id, status: 499)
    left.microjoules = nil
    try await ledger.append([samples.request(serve.id), left, samples.request(serve.id, at: -1e9, status: 499)])
    try ledger.close()
    let added = [
      "request": [
        "energy_origin", "energy_method", "tokens_in_cached", "failed_tries", "wasted_microjoules",
        "hedged_microjoules", "cancelled", "first_byte_us", "streamed",
      ],
      "rollup_hour": [
        "cancelled", "cancelled_microjoules", "cancelled_without_energy", "wasted_microjoules",
        "without_wasted", "hedged_microjoules",
      ],
      "variant": ["input", "output"].flatMap { kind in
        ["", "_low", "_high"].map { "joules_per_\(kind)_token\($0)" }
      },
    ]
    for (table, columns) in added {
      for column in columns { try bench.tamper("ALTER TABLE \(table) DROP COLUMN \(column)") }
    }
    try bench.tamper("DELETE FROM grdb_migrations WHERE identifier = 'energy of requests'")
    let older = try bench.openLedger()
    #expect(try await older.check() == [])
    let sums = try await older.totals(RollupQuery())
    #expect(sums.requests == 3 && sums.cancelled == 2 && sums.cancelledWithoutEnergy == 1)
    #expect(sums.cancelledMicrojoules == Microjoules(700_000))
    let read = try #require(try await older.request(left.id))
    #expect(read.isCancelled && read.isStreamed == nil && read.failedTries == nil && read.energyMethod == nil)
    #expect(try await older.variants(alias: nil).first?.perOutputToken == nil)
  }

  @Test("migrations are only ever appended: those that were released keep their names and order")
  func migrations() {
    let released = [
      "activities and figures", "grid signals", "variants and decisions", "requests and hours", "journals",
      "kept grid issues", "energy of requests",
      "quality points", "places and directives",
    ]
    #expect(Array(Schema.names.prefix(released.count)) == released)
  }

  @Test("a ledger opened for reading reads what another writes, and writes nothing")
  func readOnly() async throws {
    let bench = try TemporaryBench()
    #expect(throws: LedgerError.missing(path: bench.path)) { try SQLiteLedger.openForReading(at: bench.path) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder).isEmpty, "reading made a file")
    let writer = try bench.openLedger()
    let reader = try SQLiteLedger.openForReading(at: bench.path)
    let samples = Samples()
    let entry = samples.entry(samples.activity())
    try await writer.commit(entry)
    #expect(try await reader.activities(ActivityQuery()) == [entry.activity])
    await #expect {
      try await reader.commit(entry)
    } throws: { error in
      if case .noPermission? = error as? LedgerError { true } else { false }
    }
    try writer.close()
    #expect(try await reader.activities(ActivityQuery()) == [entry.activity], "after the writer has gone")
  }

  @Test("a file that is no ledger is refused and left as it is")
  func notADatabase() throws {
    let bench = try TemporaryBench()
    let text = Data(String(repeating: "this is a diary, not a database\n", count: 200).utf8)
    try text.write(to: URL(fileURLWithPath: bench.path))
    #expect {
      try bench.openLedger()
    } throws: { error in
      if case .corrupt? = error as? LedgerError { true } else { false }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: bench.path)) == text)
  }

  @Test("a place where no folder can be made is refused with what to do")
  func impossiblePlace() throws {
    let bench = try TemporaryBench()
    try Data().write(to: URL(fileURLWithPath: "\(bench.folder)/file"))
    #expect {
      try SQLiteLedger.open(at: "\(bench.folder)/file/ledger.sqlite")
    } throws: { error in
      guard case .noPermission? = error as? LedgerError else { return false }
      return "\(error)".contains("DIMMER_DATA_DIR")
    }
  }

  @Test("the check finds hours that are not the sums of their requests, and parts of nobody")
  func check() async throws {
    let bench = try TemporaryBench()
    let ledger = try bench.openLedger()
    let samples = Samples()
    let serve = samples.activity(.serve)
    try await ledger.commit(samples.entry(serve))
    try await ledger.append([
      samples.request(serve.id, correct: 1), samples.request(serve.id, at: -1e9, status: 500),
    ])
    #expect(try await ledger.check() == [])
    try bench.tamper("UPDATE rollup_hour SET microjoules = microjoules + 1 WHERE failed = 0")
    #expect(
      try await ledger.check() == ["the hour 2021-03-01T08:00:00Z of \(serve.id) is not the sum of its requests"])
    try bench.tamper("UPDATE component SET activity = 'run_0'")
    #expect(try await ledger.check().count == 3)
  }

  @Test("a row that no dimmer wrote is an error that names the column, not a crash")
  func unreadable() async throws {
    let bench = try TemporaryBench()
    let ledger = try bench.openLedger()
    let samples = Samples()
    let run = samples.activity()
    try await ledger.commit(samples.entry(run))
    try bench.tamper("UPDATE figure SET receipt = '{' WHERE name = 'carbon'")
    await #expect(throws: LedgerError.corrupt(path: bench.path, reason: "column receipt holds '{'")) {
      try await ledger.figures(of: run.id)
    }
  }

  @Test(
    "each failure of SQLite is the error that tells its fix",
    arguments: [
      (ResultCode.SQLITE_FULL, LedgerError.diskFull(path: "/l")),
      (.SQLITE_IOERR_SHMSIZE, .diskFull(path: "/l")),
      (.SQLITE_READONLY_DBMOVED, .noPermission(path: "/l", reason: "words")),
      (.SQLITE_CANTOPEN, .noPermission(path: "/l", reason: "words")),
      (.SQLITE_BUSY, .busy(path: "/l")), (.SQLITE_BUSY_SNAPSHOT, .busy(path: "/l")),
      (.SQLITE_CORRUPT_INDEX, .corrupt(path: "/l", reason: "words")),
      (.SQLITE_NOTADB, .corrupt(path: "/l", reason: "words")),
      (.SQLITE_IOERR_FSYNC, .failed(path: "/l", reason: "words")),
      (.SQLITE_CONSTRAINT_CHECK, .invalid("words")),
    ])
  func mapping(_ code: ResultCode, _ expected: LedgerError) {
    #expect(LedgerError(DatabaseError(resultCode: code, message: "words"), path: "/l") == expected)
  }
}

import Foundation
import GRDB
import Ledger
import LedgerConformance
import Testing

@testable import LedgerSQLite

#if canImport(Glibc)
  import Glibc
#endif

/// A small file system in memory.
private struct SmallDisk {
  let path: String

  /// Nothing where this process may not mount.
  init?(kilobytes: Int) {
    path = "\(NSTemporaryDirectory())/dimmer-disk-\(UUID().uuidString)"
    guard (try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)) != nil else {
      return nil
    }
    guard mount("tmpfs", path, "tmpfs", 0, "size=\(kilobytes)k") == 0 else {
      rmdir(path)
      return nil
    }
  }

  func remove() {
    umount2(path, Int32(MNT_DETACH))
    rmdir(path)
  }

  static let isPossible: Bool = {
    guard let disk = SmallDisk(kilobytes: 64) else { return false }
    disk.remove()
    return true
  }()
}

@Suite("A full disk")
struct FullDiskTests {
  /// Commits until it fails; gives what was acknowledged, what failed, and how.
  private func fill(
    _ ledger: SQLiteLedger, _ samples: Samples
  ) async throws -> (kept: [ActivityID], lost: LedgerEntry, error: LedgerError) {
    var kept: [ActivityID] = []
    while true {
      var entry = samples.entry(samples.activity(.serve))
      entry.activity?.detail.tags["filling"] = String(repeating: "x", count: 5000)
      do throws(LedgerError) {
        try await ledger.commit(entry)
        kept += [entry.activity?.id].compactMap { $0 }
      } catch {
        return (kept, entry, error)
      }
    }
  }

  private func requireWhole(_ ledger: SQLiteLedger, _ kept: [ActivityID], _ lost: LedgerEntry) async throws {
    #expect(!kept.isEmpty)
    for id in kept { #expect(try await ledger.figures(of: id).count == 3) }
    #expect(try await ledger.activities(ActivityQuery(limit: 100_000)).count == kept.count)
    let signal = try #require(lost.signals.first)
    #expect(try await ledger.signal(signal.id) == nil, "a part of the failed entry stayed")
    #expect(try await ledger.check() == [])
  }

  @Test("a file that may not grow: the error says so, nothing is half written, and later commits work")
  func pageLimit() async throws {
    let bench = try TemporaryBench()
    let ledger = try bench.openLedger()
    try await ledger.pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA max_page_count = 150") }
    let (kept, lost, error) = try await fill(ledger, Samples())
    #expect(error == .diskFull(path: bench.path))
    try await requireWhole(ledger, kept, lost)
    // The path with prepared statements too: a statement that failed must not be used again.
    let requests = (0..<5000).map { [samples = Samples(seed: 9)] _ in samples.request(kept[0]) }
    await #expect(throws: LedgerError.diskFull(path: bench.path)) { try await ledger.append(requests) }
    await #expect(throws: LedgerError.diskFull(path: bench.path)) { try await ledger.append(requests) }
    #expect(try await ledger.totals(RollupQuery()).requests == 0)

    try await ledger.pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA max_page_count = 100000") }
    #expect(try await ledger.commit(lost) == .recorded)
    #expect(try await ledger.append(requests) == 5000)
    #expect(try await ledger.check() == [])
  }

  @Test(
    "a disk without space: the error says so, nothing is half written, and later commits work",
    .enabled(if: SmallDisk.isPossible, "needs the right to mount a small file system"))
  func realDisk() async throws {
    let disk = try #require(SmallDisk(kilobytes: 700))
    defer { disk.remove() }
    let path = "\(disk.path)/ledger.sqlite"
    let ledger = try SQLiteLedger.open(at: path)
    let ballast = "\(disk.path)/ballast"
    try Data(count: 150_000).write(to: URL(fileURLWithPath: ballast))
    let (kept, lost, error) = try await fill(ledger, Samples())
    #expect(error == .diskFull(path: path))
    try await requireWhole(ledger, kept, lost)
    #expect(throws: LedgerError.self) { try SQLiteLedger.open(at: "\(disk.path)/another/ledger.sqlite") }

    try FileManager.default.removeItem(atPath: ballast)
    #expect(try await ledger.commit(lost) == .recorded)
    try ledger.close()
    let again = try SQLiteLedger.open(at: path)
    #expect(try await again.activities(ActivityQuery(limit: 100_000)).count == kept.count + 1)
    try again.close()
  }
}

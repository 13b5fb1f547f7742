import Foundation
import Ledger
import LedgerConformance
import LedgerSQLite
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Counts the commits that a process was told are durable.
private final class Acknowledgements: Sendable {
  private let file: Int32
  private let count = Mutex(0)
  init(path: String) { file = Glibc.open(path, O_CREAT | O_WRONLY | O_APPEND, 0o600) }

  /// Notes one in a file that outlives the process; true from the `limit`th on.
  func note(_ id: ActivityID, limit: Int) -> Bool {
    let line = Array("\(id)\n".utf8)
    write(file, line, line.count)
    return count.withLock {
      $0 += 1
      return $0 >= limit
    }
  }
}

@Suite("Processes that die or run beside each other")
struct KilledProcessTests {
  @Test("what was acknowledged before SIGKILL is all there, each entry whole", arguments: [1, 17, 60])
  func survivesKill(after limit: Int) async throws {
    let bench = try TemporaryBench()
    await #expect(processExitsWith: .signal(SIGKILL)) { [folder = bench.folder as String, limit = limit as Int] in
      let ledger = try SQLiteLedger.open(at: "\(folder)/ledger.sqlite")
      let acknowledged = Acknowledgements(path: "\(folder)/acknowledged")
      let samples = Samples(seed: UInt64(limit))
      // Four writers, so that some are in the middle of a commit when the process is killed.
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            while true {
              let entry = samples.entry(samples.activity(.serve))
              guard let id = entry.activity?.id, (try? await ledger.commit(entry)) != nil else { return }
              _ = try? await ledger.append((0..<10).map { _ in samples.request(id) })
              if acknowledged.note(id, limit: limit) { kill(getpid(), SIGKILL) }
            }
          }
        }
      }
    }
    let noted = try String(contentsOfFile: "\(bench.folder)/acknowledged", encoding: .utf8)
    let ids = noted.split(separator: "\n").compactMap { ActivityID(parsing: $0) }
    #expect(ids.count >= limit)
    let ledger = try bench.openLedger()
    for id in ids {
      let account = try #require(try await ledger.account(of: id))
      #expect(account.figures.count == 3 && account.components.count == 2 && account.conservation?.isExact == true)
      #expect(try await ledger.totals(RollupQuery(activity: id)).requests == 10)
    }
    for activity in try await ledger.activities(ActivityQuery(limit: 10_000)) {
      #expect(try await ledger.figures(of: activity.id).count == 3, "half an entry")
      #expect([0, 10].contains(try await ledger.totals(RollupQuery(activity: activity.id)).requests), "half a batch")
    }
    #expect(try await ledger.check() == [])
  }

  @Test("two processes write to one ledger at once, and both find all of it")
  func twoProcesses() async throws {
    let bench = try TemporaryBench()
    let path = bench.path
    async let other: ExitTest.Result? = #expect(processExitsWith: .success) { [path = path as String] in
      let ledger = try SQLiteLedger.open(at: path)
      let samples = Samples(seed: 1)
      for _ in 0..<50 { try await ledger.commit(samples.entry(samples.activity())) }
    }
    let ledger = try bench.openLedger()
    let samples = Samples(seed: 2)
    for _ in 0..<50 { try await ledger.commit(samples.entry(samples.activity(.job))) }
    _ = await other
    #expect(try await ledger.latest(.run, limit: 1000).count == 50)
    #expect(try await ledger.latest(.job, limit: 1000).count == 50)
    #expect(try await ledger.check() == [])
  }

  @Test("processes that open a new ledger at the same moment all find its tables")
  func openAtOnce() async throws {
    let bench = try TemporaryBench()
    let path = bench.path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for seed in 0..<8 {
        group.addTask {
          let ledger = try SQLiteLedger.open(at: path)
          let samples = Samples(seed: UInt64(seed))
          try await ledger.commit(samples.entry(samples.activity()))
        }
      }
      try await group.waitForAll()
    }
    #expect(try await bench.openLedger().latest(.run).count == 8)
  }
}

import Foundation
import Ledger
import LedgerConformance
import LedgerSQLite
import Testing

@Suite("A log that was cut")
struct TornLogTests {
  @Test("wherever the log is cut, an unbroken beginning of the commits is there, each whole")
  func cutAnywhere() async throws {
    let bench = try TemporaryBench()
    let ledger = try bench.openLedger()
    let samples = Samples()
    var ids: [ActivityID] = []
    for _ in 0..<12 {
      let entry = samples.entry(samples.activity())
      try await ledger.commit(entry)
      ids += [entry.activity?.id].compactMap { $0 }
    }
    let logSize = try #require(
      try FileManager.default.attributesOfItem(atPath: bench.path + "-wal")[.size] as? UInt64)
    var numbers = RepeatableNumbers(seed: 5)
    var survivors: Set<Int> = []
    for _ in 0..<25 {
      let path = try bench.copy()
      let log = try #require(FileHandle(forWritingAtPath: path + "-wal"))
      try log.truncate(atOffset: UInt64.random(in: logSize / 4...logSize, using: &numbers))
      try log.close()
      let cut = try SQLiteLedger.open(at: path)
      #expect(try await cut.check() == [])
      var isThere: [Bool] = []
      for id in ids {
        let account = try await cut.account(of: id)
        isThere.append(account != nil)
        if let account { #expect(account.figures.count == 3 && account.components.count == 2) }
      }
      let count = isThere.count { $0 }
      #expect(isThere == ids.indices.map { $0 < count }, "commits are missing in between")
      survivors.insert(count)
      try cut.close()
    }
    // The cuts did hit different commits.
    #expect(survivors.count > 3)
  }
}

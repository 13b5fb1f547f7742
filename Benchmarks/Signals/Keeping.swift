import Foundation
import Grid
import LedgerSQLite
import Methods
import Quantities

/// What a year of hourly values of 200 regions takes on the disk and in memory.
enum Keeping {
  static func measure(like series: Series) async throws {
    let folder = NSTemporaryDirectory() + "dimmer-signals-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/ledger.sqlite"
    let ledger = try SQLiteLedger.open(at: path)
    let slots = Array(series.slots.prefix(8760))
    var packed = 0
    let start = ProcessorTime.now
    for number in 0..<200 {
      let region = try Region("ZZ-\(number)")
      // Other values in each region, with two decimals as services publish them.
      let issues = slots.map { slot in
        SignalIssue(
          Signal(
            region: region, kind: .averageLifecycle, unit: "g/kWh", validity: slot.validity,
            value: (slot.value * (0.5 + Double(number) / 200) * 100).rounded() / 100, issuedAt: slot.start,
            provider: "benchmark", source: series.source), fetchedAt: slot.start + .seconds(60))
      }
      packed += SlotBlock.pack(issues.map { Slot($0.signal.validity, value: $0.signal.value) }).count
      try await ledger.append(issues)
    }
    let written = ProcessorTime.now - start
    try ledger.close()
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    let again = try SQLiteLedger.open(at: path)
    let reading = ProcessorTime.now
    let selection = SignalSelection(
      try Region("ZZ-7"), .averageLifecycle, over: Timestamp(milliseconds: 0)..<Timestamp(milliseconds: .max))
    let back = try await again.issues(selection)
    print(
      """

      200 regions, \(slots.count) hours each: \(String(format: "%.1f", Double(size) / 1e6)) MB in the ledger \
      (\(String(format: "%.1f", Double(packed) / 1e6)) MB packed in memory, \
      \(String(format: "%.0f", Double(MemoryLayout<Slot>.stride * slots.count * 200) / 1e6)) MB as series), \
      written in \(String(format: "%.1f", written)) CPU s; one region of \(back.count) hours read back in \
      \(String(format: "%.0f", (ProcessorTime.now - reading) * 1000)) CPU ms
      """)
  }
}

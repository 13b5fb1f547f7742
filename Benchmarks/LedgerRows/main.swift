// What a request's row costs: processor time by row, in batches as the recorder writes them.
//
// usage: ledger-rows ROWS BATCH
import Foundation
import Ledger
import LedgerSQLite
import Quantities

let arguments = CommandLine.arguments
guard arguments.count == 3, let rows = Int(arguments[1]), let batch = Int(arguments[2]), batch > 0 else {
  FileHandle.standardError.write(Data("usage: ledger-rows ROWS BATCH\n".utf8))
  exit(64)
}
let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ledger-rows-\(getpid())").path
defer { try? FileManager.default.removeItem(atPath: folder) }
let ledger = try SQLiteLedger.open(at: folder + "/ledger.sqlite")
let identifiers = IdentifierSource()
let activity = Activity(
  id: identifiers.next(.serve), name: "rows", started: IdentifierSource.wallClock(), clock: "wall")
try await ledger.commit(LedgerEntry(activity: activity))
let decision: DecisionID = identifiers.next()

func processorSeconds() -> Double {
  var now = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
  return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

var making = 0.0
var writing = 0.0
var done = 0
while done < rows {
  let start = processorSeconds()
  let now = IdentifierSource.wallClock()
  let records = (0..<batch).map { index in
    RequestRecord(
      id: identifiers.next(.request), activity: activity.id, alias: "chat", variant: index % 2 == 0 ? "small" : "large",
      decisionID: decision, received: now, grid: now, durationMicroseconds: 950, status: 200,
      protocolName: "openai-chat", units: 1,
      energy: Estimate<Energy>.exact(.joules(120), origin: .declared, method: "declared-value@1"),
      carbon: Carbon.grams(0.012), tokensIn: 24, tokensOut: 64, why: "price")
  }
  let made = processorSeconds()
  try await ledger.append(records)
  making += made - start
  writing += processorSeconds() - made
  done += batch
}
let scale = 1e6 / Double(done)
print("\(done) rows in batches of \(batch): making \(making * scale) us a row, writing \(writing * scale) us a row")

import Foundation
import Gateway
import Ledger
import LedgerSQLite
import Quantities

/// Takes observations off a queue as `dimmer serve` does, and writes them as rows where it is told to.
struct Keeper {
  private let ledger: SQLiteLedger?
  private let activity: ActivityID

  init(kept: Bool) async throws {
    activity = IdentifierSource().next(.serve)
    guard kept else {
      ledger = nil
      return
    }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gateway-stages-\(getpid())").path
    let ledger = try SQLiteLedger.open(at: folder + "/ledger.sqlite")
    try await ledger.commit(
      LedgerEntry(activity: Activity(id: activity, name: "rows", started: IdentifierSource.wallClock(), clock: "wall")))
    self.ledger = ledger
  }

  func run(_ queue: ObservationQueue) async {
    for await batch in queue.batches {
      if let ledger { _ = try? await ledger.append(batch.compactMap(row)) }
      try? await Task.sleep(for: .milliseconds(50))
    }
  }

  private func row(_ seen: RequestObservation) -> RequestRecord? {
    guard let id = ActivityID(parsing: seen.id) else { return nil }
    var row = RequestRecord(
      id: id, activity: activity, alias: seen.alias, variant: seen.variant ?? "", received: seen.received,
      grid: seen.received, durationMicroseconds: Int64(seen.duration.seconds * 1e6), status: seen.status,
      protocolName: seen.requestProtocol.rawValue, units: Int64(seen.units),
      tokensIn: seen.tokens?.input.map(Int64.init), tokensOut: seen.tokens?.output.map(Int64.init),
      why: seen.why.rawValue)
    row.microjoules = seen.charge.map { Microjoules(Int64($0.joules.value * 1e6)) }
    row.energyOrigin = seen.charge?.origin
    row.nanograms = seen.carbonGrams.map { Int64($0.value * 1e9) }
    return row
  }
}

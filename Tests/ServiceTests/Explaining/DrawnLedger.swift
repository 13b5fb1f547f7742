import Accounting
import Factors
import Ledger
import LedgerSQLite
import Metering
import Methods
import Quantities
import TestSupport

@testable import Service

/// A real ledger filled with whatever Dimmer writes, drawn by a seed: the same seed gives the same things in it.
///
/// Records are made by the code that makes them live; only what a machine, a grid or a caller would say is drawn.
struct DrawnLedger {
  let folder: TemporaryFolder
  let store: any LedgerStore
  let tables: FactorTables
  var random: Seeded
  var identifiers: IdentifierSource
  let start = at("2026-03-01T12:00:00Z")

  init(seed: UInt64) throws {
    folder = try TemporaryFolder()
    store = try folder.ledger()
    tables = try .embedded()
    random = Seeded(seed)
    let wall = start
    identifiers = IdentifierSource(clock: { wall }, random: Seeded(seed &+ 1))
  }

  /// Fills it with everything.
  mutating func fill() async throws {
    try await runs(30)
    try await imports(6)
    try await older()
    try await signals()
    try await otherActivities()
    try await serving()
  }

  /// True once in `count` times.
  mutating func once(in count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }

  mutating func number(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &random) }

  /// A place that the tables know, one they do not, or none.
  mutating func region() -> String? {
    if once(in: 5) { return nil }
    if once(in: 6) { return "nowhere" }
    return tables.regions.entries.randomElement(using: &random)?.region.code ?? "DE"
  }

  /// Every id in the ledger that `dimmer explain` takes, figures of activities and requests included.
  func ids() async throws -> [String] {
    var ids: [String] = []
    for prefix in ["run", "req", "job", "prb", "srv", "dem", "cal", "dec", "sig", "var"] {
      ids += try await store.identifiers(beginningWith: "\(prefix)_", limit: 100_000)
    }
    var figures: [String] = []
    for id in ids {
      switch LedgerReference(parsing: id) {
      case .activity(let activity): figures += try await store.figures(of: activity).map(\.id.description)
      case .request(let request): figures += RequestExplanation.figureNames.map { FigureID(request, $0).description }
      default: break
      }
    }
    return ids + figures
  }
}

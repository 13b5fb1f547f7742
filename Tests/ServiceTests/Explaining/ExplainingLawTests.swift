import Accounting
import Factors
import Gateway
import Grid
import Ledger
import Metering
import Methods
import MethodsConformance
import Quantities
import Switching
import Telemetry
import Testing

@testable import Service

@Suite("Whatever is in the ledger is explained down to its sources")
struct ExplainingLawTests {
  /// The methods of the rooms whose figures get into a ledger.
  static let methods =
    MeteringMethods.all + FactorsMethods.all + GridMethods.all + SwitchingMethods.all + GatewayMethods.all
    + ServiceMethods.all + TelemetryMethods.all + RequestEnergy.methods
  static let law = ReceiptLaw(MethodRegistry(methods + AccountingMethods.all))

  @Test(
    "Every id of a ledger that is drawn by a seed keeps the law of receipts", arguments: [1, 20_261_121] as [UInt64])
  func drawn(seed: UInt64) async throws {
    var drawn = try DrawnLedger(seed: seed)
    try await drawn.fill()
    let ids = try await drawn.ids()
    var leaves = 0
    var coverage = MethodCoverage()
    for id in ids {
      let explanation = try await drawn.store.explain(id)
      let receipts = explanation.allReceipts
      leaves += receipts.count { $0.inputs.isEmpty }
      // `allReceipts` holds each part of each tree by itself, so that a breach is told once for each place it is in.
      let breaches = Self.law.breaches(in: explanation.everyTree)
      #expect(breaches == [], "seed \(seed), \(id)")
      coverage.walk(receipts)
    }
    #expect(ids.count > 1000 && leaves > 5000, "seed \(seed): \(ids.count) ids, \(leaves) leaves")
    #expect(coverage.gaps(in: Self.methods + MethodRegistry([]).methods, excused: Self.excused) == [], "seed \(seed)")
  }

  /// Methods that no figure of a ledger carries, and why. Each is run by name in its own room's tests.
  private static let excused: [MethodID: String] = [
    "idle-by-model@1": split, "idle-by-use@1": split, "idle-by-reservation@1": split,
    "attribution-by-cpu-time@1": split,
    "parked-break-even@1": "advice on a card's open context; nothing of it is kept",
    "load-fit-error@1": "the width of a fitted source, which stands in the source's own interval",
    "best-window@1": plan, "saving-verdict@1": plan, "proxy-audit@1": plan, "timing-gain@1": plan,
    "timing-worth@1": plan, "clover-score@1": plan, "sprout-program@1": plan, "latency-capacity@1": plan,
    "floor-guard@1": plan, "hull@1": plan, "ladder-gap@1": plan, "price-rule@1": plan, "placed-price-rule@1": plan,
    "static-mix@1": plan,
    "savings-split@1": review, "savings-split@2": review, "orphans-spared@1": review,
    "wet-bulb@1": weather, "pue-wet-bulb@1": weather,
    "mean-intensity@1": "a mean over hours is worked out when it is asked for; each hour is kept",
    "difference@1": "of estimates and comparisons, whose rooms walk it", "ratio@1": "as difference@1",
  ]
  private static let split = "a rule by which microjoules are split; what comes out is a source's figure"
  private static let plan = "a plan or a choice; what was decided is a decision, with its saving by expected-saving"
  private static let review = "worked out of the record when it is asked for, never kept in it"
  private static let weather = "a step to facility-intensity, by which the grid value in a ledger is made"
}

extension Explanation {
  /// The receipts of the thing and of everything it rests on, each a whole tree.
  fileprivate var everyTree: [Receipt] { receipts + context.flatMap(\.everyTree) }
}

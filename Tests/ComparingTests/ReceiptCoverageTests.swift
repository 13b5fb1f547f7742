import Comparing
import Factors
import Methods
import MethodsConformance
import Quantities
import Testing

@Suite("Every formula of comparisons is in a receipt that keeps the law")
struct ReceiptCoverageTests {
  @Test("What why, reproduce and compare make carries each of them")
  func complete() throws {
    let tables = try FactorTables.embedded()
    var receipts: [Receipt] = []
    var claims = RandomClaims(6)
    for _ in 0..<300 {
      let (first, second) = (claims.claim("a"), claims.claim("b"))
      for quantity in ClaimQuantity.allCases
      where first.amounts[quantity] != nil && second.amounts[quantity] != nil {
        let fall = try Waterfall(from: first, to: second, in: quantity, bounds: tables)
        receipts += (fall.steps.map(\.ratio) + [fall.remainder, fall.ratio]).map(\.receipt)
      }
    }
    receipts += try Reproduction(from: tables).rows.flatMap { [$0.published, $0.computed] }
    var samples = VariantSamples()
    let boards = [
      try Boards.make(Boards.usual + "&pue=1.2&wue=0.3&price=0.3&cached=0,0.5"),
      try Boards.make("task=reasoning&model=GPT-X=100:400/20:60&region=World&pue=unknown&gpu=B200"),
      try Boards.make("task=chat&alias=texts&region=DE", variants: [samples.text("small")]),
    ]
    for option in boards.flatMap(\.options) { receipts += Measure.allCases.map { option.receipt($0) } }
    #expect(comparingLaw.breaches(in: receipts) == [])
    var coverage = MethodCoverage()
    coverage.walk(receipts)
    let undrawn = "only between claims of a kind that is not drawn here: kept runs, formulas of other tools, water"
    #expect(
      coverage.gaps(
        in: ComparingMethods.all,
        excused: [
          "component-change@1": undrawn, "factor-substitution@1": undrawn, "water-with-plants@1": undrawn,
          "typical-option@1": "what options are compared with; it stands beside the board and in no option's figure",
        ]) == [])
  }
}

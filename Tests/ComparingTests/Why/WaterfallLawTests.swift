import Accounting
import Comparing
import Factors
import Methods
import MethodsConformance
import Quantities
import Testing

@Suite("Laws of a waterfall")
struct WaterfallLawTests {
  let tables: FactorTables
  init() throws { tables = try FactorTables.embedded() }

  @Test("The steps times what is left are exactly the ratio of the figures, for any two claims")
  func product() throws {
    var claims = RandomClaims(1)
    for round in 0..<400 {
      let (first, second) = (claims.claim("a"), claims.claim("b"))
      for quantity in ClaimQuantity.allCases
      where first.amounts[quantity] != nil && second.amounts[quantity] != nil {
        let fall = try Waterfall(from: first, to: second, in: quantity, bounds: tables)
        let (from, to) = (try #require(first.amounts[quantity]?.value), try #require(second.amounts[quantity]?.value))
        #expect(agrees(whole(fall), to / from), "round \(round), \(quantity)")
        #expect(fall.ratio.value.value == to / from)
      }
    }
  }

  @Test("The way back is the inverse of the way there, step by step, and as sure")
  func inverse() throws {
    var claims = RandomClaims(2)
    for round in 0..<300 {
      let (first, second) = (claims.claim("a"), claims.claim("b"))
      let there = try Waterfall(from: first, to: second, bounds: tables)
      let back = try Waterfall(from: second, to: first, in: there.quantity, bounds: tables)
      #expect(there.steps.map(\.key) == back.steps.map(\.key), "round \(round)")
      for (step, way) in zip(there.steps, back.steps) {
        #expect(agrees(step.ratio.value.value * way.ratio.value.value, 1), "round \(round): \(step.key)")
        #expect(step.basis == way.basis && step.from == way.to && step.to == way.from)
        #expect(
          agrees(step.ratio.estimate.low.value * way.ratio.estimate.high.value, 1, to: 1e-6),
          "round \(round): \(step.key)")
      }
      #expect(agrees(there.remainder.value.value * back.remainder.value.value, 1))
      #expect(there.open.map(\.key) == back.open.map(\.key))
      for (one, other) in zip(there.open, back.open) {
        guard let bounds = one.bounds, let turned = other.bounds else { continue }
        #expect(agrees(bounds.lowerBound * turned.upperBound, 1), "round \(round): \(one.key)")
      }
    }
  }

  @Test("A claim does not differ from itself")
  func itself() throws {
    var claims = RandomClaims(3)
    for _ in 0..<200 {
      let claim = claims.claim("a")
      let fall = try Waterfall(from: claim, to: claim, bounds: tables)
      #expect(fall.steps.isEmpty && fall.isExplained && fall.slips.isEmpty)
      #expect(fall.ratio.value.value == 1 && fall.remainder.value.value == 1)
      #expect(fall.ratio.estimate.low == fall.ratio.estimate.high, "what is shared cancels")
    }
  }

  @Test("A step is in an interval of its own, and a range holds its middle")
  func intervals() throws {
    var claims = RandomClaims(4)
    for _ in 0..<200 {
      let fall = try Waterfall(from: claims.claim("a"), to: claims.claim("b"), bounds: tables)
      for step in fall.steps {
        let estimate = step.ratio.estimate
        #expect(estimate.low <= estimate.value && estimate.value <= estimate.high, "\(step.key)")
        #expect(step.basis == .computed || estimate.low < estimate.high, "\(step.key)")
      }
      for difference in fall.open {
        #expect(difference.bounds.map { $0.lowerBound <= 1 || $0.upperBound >= 1 } ?? true)
      }
    }
  }

  @Test("Every leaf of every step has a source, or says who stated it")
  func receipts() throws {
    var claims = RandomClaims(5)
    var falls: [Waterfall] = []
    for _ in 0..<100 { falls.append(try Waterfall(from: claims.claim("a"), to: claims.claim("b"), bounds: tables)) }
    let rows = tables.published.queries.filter { $0.energy != nil && $0.outputTokens == nil }.map(Claim.init)
    for (first, second) in zip(rows, rows.dropFirst()) where first.unit == second.unit {
      falls.append(try Waterfall(from: first, to: second, bounds: tables))
    }
    for fall in falls {
      for figure in fall.steps.map(\.ratio) + [fall.remainder, fall.ratio] {
        #expect(comparingLaw.breaches(of: figure.receipt) == [])
      }
    }
  }
}

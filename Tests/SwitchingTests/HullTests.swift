import Quantities
import Switching
import TestSupport
import Testing

@Suite("The hull keeps the variants worth using")
struct HullTests {
  @Test("TV-1: dominated variants and those above the line are dropped, each with its reason")
  func dropsAndExplains() throws {
    let rows: [(String, Double, Double)] = [
      ("a", 70, 1), ("b", 72, 3), ("c", 76, 2), ("d", 77, 5), ("e", 80, 6), ("f", 80, 7),
    ]
    let hull = Hull(of: try Ladder(rows.map { Variant($0.0, quality: $0.1, energy: .joules($0.2)) }))
    #expect(hull.points.map(\.name) == ["a", "c", "e"])
    #expect(hull.dropped.map(\.name) == ["b", "d", "f"])
    #expect(hull.dropped[0].reason.contains("c is at least as good"))
    #expect(hull.dropped[1].reason.contains("mixing c and e gives the same 77 points for 3 J instead of 5 J"))
    #expect(hull.dropped[2].reason.contains("e is at least as good"))
  }

  @Test("TV-5: all eight EfficientNets are on the hull; CLOVER's ladder has the published slopes")
  func efficientNet() throws {
    #expect(Hull(of: try Ladder(Fixture.efficientNet)).points.count == 8)
    let slopes = Hull(of: try Fixture.ladder()).slopes
    for (slope, published) in zip(slopes, [0.017483, 0.180160, 1.681141]) {
      #expect(abs(slope - published) < 5e-7)
    }
  }

  @Test("TV-8: two variants that are far apart cause a warning, CLOVER's ladder does not")
  func warns() throws {
    let far = Hull(of: try Fixture.ladder("B3", "B7"))
    #expect(far.warnings.count == 1)
    #expect(far.warnings[0].hasPrefix("B3 and B7 are far apart (B7 uses 7.1 times the energy)"))
    #expect(Hull(of: try Fixture.ladder()).warnings.isEmpty)
  }

  @Test("of two variants of equal quality the one of lower energy stays, of two equal ones the first")
  func ties() throws {
    let ladder = try Ladder([
      Variant("x", quality: 80, energy: .joules(3)), Variant("y", quality: 80, energy: .joules(2)),
      Variant("z", quality: 80, energy: .joules(2)),
    ])
    #expect(Hull(of: ladder).points.map(\.name) == ["y"])
  }

  @Test("the floor's hull is made of lower bounds, so a variant whose quality is unsure can drop out")
  func lowerBounds() throws {
    let ladder = try Ladder([
      Variant("sure", quality: 80, energy: .joules(1)),
      Variant("unsure", quality: 82, qualityLow: 79, energy: .joules(2)),
    ])
    #expect(Hull(of: ladder, on: .mean).points.map(\.name) == ["sure", "unsure"])
    #expect(Hull(of: ladder, on: .lowerBound).points.map(\.name) == ["sure"])
  }

  @Test("random ladders: slopes rise strictly and every variant is on or above the hull")
  func convex() throws {
    var random = Seeded(1)
    for _ in 0..<500 {
      let ladder = try random.ladder(Int.random(in: 1...8, using: &random))
      let hull = Hull(of: ladder)
      #expect(zip(hull.slopes, hull.slopes.dropFirst()).allSatisfy { $0 < $1 })
      #expect(hull.slopes.allSatisfy { $0 > 0 })
      #expect(hull.points.count + hull.dropped.count == ladder.variants.count)
      for variant in ladder.variants {
        let mix = StaticMix(of: ladder, reaching: variant.qualityLow)
        #expect(mix.energy.joules <= variant.energy.joules * (1 + 1e-12))
        #expect(mix.quality >= variant.qualityLow - 1e-9)
      }
    }
  }

  @Test("a ladder without variants, with one name twice or with numbers out of range is refused with the fix")
  func refuses() {
    #expect(throws: SwitchingError.noVariants) { try Ladder([]) }
    #expect(throws: SwitchingError.duplicateVariant("a")) {
      try Ladder([Variant("a", quality: 1, energy: .zero), Variant("a", quality: 2, energy: .zero)])
    }
    let bad = [
      Variant("v", quality: 101, energy: .zero), Variant("v", quality: .nan, energy: .zero),
      Variant("v", quality: 50, qualityLow: 51, energy: .zero), Variant("v", quality: 50, energy: .joules(-1)),
      Variant("v", quality: 50, energy: .joules(.infinity)), Variant("v", quality: 50, energy: .zero, capacity: 0),
      Variant("", quality: 50, energy: .zero),
    ]
    for variant in bad { #expect(throws: SwitchingError.self) { try Ladder([variant]) } }
  }

  @Test("Wilson's interval: 81 of 263 is 25.5 to 36.6 points, the extremes stay inside 0 to 100, nothing is unknown")
  func wilson() throws {
    // The worked example of E. B. Wilson's interval in R. G. Newcombe, Statistics in Medicine 17 (1998), table I.
    let bound = try #require(QualityBound.wilson(correct: 81, of: 263))
    #expect(abs(bound.low - 25.53) < 0.005)
    #expect(abs(bound.high - 36.62) < 0.005)
    let none = try #require(QualityBound.wilson(correct: 0, of: 20))
    #expect(none.low == 0)
    #expect(abs(none.high - 16.11) < 0.005)
    let all = try #require(QualityBound.wilson(correct: 20, of: 20))
    #expect(all.high == 100 && all.quality == 100)
    #expect(abs(all.low - 83.89) < 0.005)
    #expect(QualityBound.wilson(correct: 0, of: 0) == nil)
    #expect(QualityBound.wilson(correct: 3, of: 2) == nil)
  }
}

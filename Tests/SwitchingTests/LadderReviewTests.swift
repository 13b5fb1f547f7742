import Quantities
import Switching
import Testing

@Suite("A ladder is looked at when it is loaded: of no use, missing, out of reach, too slow")
struct LadderReviewTests {
  @Test("between B1 and B7 a known variant is named with what it would save")
  func candidates() throws {
    let hull = Hull(of: try Fixture.ladder("B1", "B7"))
    let five = try #require(Fixture.efficientNet.first { $0.name == "B5" })
    let gap = try #require(hull.gaps(candidates: [five]).first)
    let mixed = 0.235 + (83.776 - 78.382) / 6.2 * 1.815
    #expect(isClose(gap.savingPercent, 100 * (1 - 0.695 / mixed), 1e-9))
    #expect(gap.sentence == "Gap between B1 and B7: something like B5 would save 62 % at 83.78 points.")
    let all = hull.gaps(floor: 83, candidates: Fixture.efficientNet)
    #expect(all.count == 1 && all[0].candidate == "B4", "at 83 points B4 is the one that saves most")
    let with = StaticMix(of: try Fixture.ladder("B1", "B4", "B7"), reaching: 83).energy
    let without = StaticMix(of: try Fixture.ladder("B1", "B7"), reaching: 83).energy
    #expect(isClose(all[0].savingPercent, 100 * (1 - with / without), 1e-9))
  }

  @Test("without a known one, a gap of four times the energy is filled half way on a constant factor per point")
  func assumed() throws {
    let hull = Hull(of: try Fixture.ladder("B3", "B7"))
    let gap = try #require(hull.gaps().first)
    let (low, high) = (0.29, 2.05)
    #expect(gap.candidate == nil && isClose(gap.missingEnergy.joules, (low * high).squareRoot(), 1e-9))
    #expect(isClose(gap.savingPercent, 100 * (1 - 2 * (low * high).squareRoot() / (low + high)), 1e-9))
    #expect(gap.sentence.hasSuffix("would save 34 % at 83.06 points, if energy grows by a constant factor per point."))
    #expect(Hull(of: try Fixture.ladder()).gaps().isEmpty, "CLOVER's ladder has none")
    #expect(Hull(of: try Fixture.ladder("B1", "B3")).gaps(candidates: Fixture.efficientNet).isEmpty, "B2 saves 4 %")
  }

  @Test("the review says which variants are of no use, where one is missing, and which floors make no sense")
  func review() throws {
    let ladder = try Ladder(
      Fixture.ladder("B1", "B7").variants + [Variant("old", quality: 80, energy: .joules(2.5))])
    let review = LadderReview(of: ladder, floor: 85, instantFloor: 90)
    #expect(review.sentences.count == 5)
    #expect(review.floors[0].hasPrefix("The floor of 85 points is above the best variant (B7, 84.58)"))
    #expect(review.floors[1].hasPrefix("The instant floor of 90 points is above the best variant"))
    #expect(review.floors[2].contains("which it replaces"))
    #expect(review.dropped[0].reason.hasPrefix("old is not used: B7 is at least as good"))
    #expect(review.gaps.count == 1)
    let low = LadderReview(of: try Fixture.ladder(), floor: 78)
    #expect(low.sentences.count == 1 && low.sentences[0].contains("the grid makes no difference"))
    #expect(LadderReview(of: try Fixture.ladder(), floor: 83, instantFloor: 81).sentences.isEmpty)
  }

  @Test("the load within an objective lies between the last that met it and the first that did not")
  func capacity() {
    func capacity(_ points: [(Double, Double)], _ objective: Double) -> LatencyProfile.Capacity {
      LatencyProfile(points.map { .init(rate: $0.0, p95: .seconds($0.1)) }).capacity(within: .seconds(objective))
    }
    let measured: [(Double, Double)] = [(40, 0.9), (10, 0.1), (20, 0.2), (30, 0.4)]
    #expect(capacity(measured, 0.3) == .limited(25))
    #expect(capacity(measured, 0.4) == .limited(30))
    #expect(capacity(measured, 1) == .untried(beyond: 40))
    #expect(capacity(measured, 0.05) == .missed)
    #expect(capacity([], 1) == .unknown)
    #expect(capacity([(0, 1), (.nan, 1), (5, .infinity)], 1) == .unknown)
    // A dip is not believed: from 0.3 s at 20/s the line goes to 0.5 s at 40/s.
    #expect(capacity([(20, 0.3), (30, 0.1), (40, 0.5)], 0.4) == .limited(35))
  }

  @Test("a ladder gets measured capacities; who misses is left out, who was not measured is named")
  func capped() throws {
    let profile = LatencyProfile([.init(rate: 10, p95: .seconds(0.1)), .init(rate: 20, p95: .seconds(0.3))])
    var variants = try Fixture.ladder().variants
    variants[0].capacity = 5
    let capped = try Ladder(variants).capped(
      by: [
        "B1": profile, "B3": profile, "B7": LatencyProfile([.init(rate: 1, p95: .seconds(2))]),
      ], within: .seconds(0.2))
    let ladder = try #require(capped.ladder)
    #expect(ladder.variants.map(\.name) == ["B1", "B3", "B5"])
    #expect(ladder.variants.map(\.capacity) == [5, 15, nil])
    #expect(capped.sentences.count == 4)
    #expect(capped.sentences[1] == "B3 gets at most 15 requests per second, up to which it meets a p95 of 200 ms.")
    #expect(capped.sentences[2].hasPrefix("Nothing was measured of B5's latency"))
    #expect(capped.sentences[3].hasPrefix("B7 is left out"))
    let none = try Fixture.ladder("B7").capped(
      by: ["B7": LatencyProfile([.init(rate: 1, p95: .seconds(2))])], within: .seconds(1))
    #expect(none.ladder == nil)
  }
}

import Quantities
import Switching
import Testing

@Suite("Per-request rules: hysteresis, floor guard")
struct RequestRuleTests {
  @Test("TV-11: hysteresis leaves L above 294.12 and returns below 238.10 g/kWh; a dwell of 4 delays it")
  func hysteresis() throws {
    let ladder = try Fixture.small()
    let hull = Hull(of: ladder)
    func run(_ series: [Double], dwell: Int) -> [String] {
      var current = "L"
      var since: Int?
      return series.map { intensity in
        let chosen = Hysteresis(margin: 0.1, dwell: dwell).choose(
          current: current, intervalsSinceSwitch: since, price: 500, cost: intensity, requests: 1000, ladder: ladder,
          hull: hull
        ).name
        since = chosen == current ? since.map { $0 + 1 } : 1
        current = chosen
        return chosen
      }
    }
    let series = [100.0, 260, 290, 300, 250, 240, 236, 100]
    #expect(run(series, dwell: 1).joined() == "LLLMMMLL")
    #expect(run(series, dwell: 4).joined() == "LLLMMMML")
    #expect(run([294.11], dwell: 1) == ["L"])
    #expect(run([294.13], dwell: 1) == ["M"])
    #expect(run([300, 238.11], dwell: 1) == ["M", "M"])
    #expect(run([300, 238.09], dwell: 1) == ["M", "L"])
  }

  @Test("a switch that does not pay for loading the new variant within the dwell is not made")
  func loading() throws {
    let ladder = try Ladder([
      Variant("M", quality: 78, energy: .joules(2), loadEnergy: .joules(1000)),
      Variant("L", quality: 80, energy: .joules(6)),
    ])
    func choose(requests: Double) -> String {
      Hysteresis(margin: 0, dwell: 2).choose(
        current: "L", intervalsSinceSwitch: nil, price: 500, cost: 300, requests: requests, ladder: ladder,
        hull: Hull(of: ladder)
      ).name
    }
    // J(L) - J(M) = 300 * 4 - 500 * 2 = 200 a request; loading costs 300 * 1000; the dwell is 2 intervals.
    #expect(choose(requests: 749) == "L")
    #expect(choose(requests: 751) == "M")
  }

  @Test("a variant that failed is left at once, whatever the dwell")
  func failedVariant() throws {
    let ladder = try Ladder([
      Variant("S", quality: 70, energy: .joules(1)), Variant("M", quality: 78, energy: .joules(2)),
    ])
    let chosen = Hysteresis(margin: 0.5, dwell: 10).choose(
      current: "L", intervalsSinceSwitch: 1, price: 500, cost: 300, requests: 1, ladder: ladder, hull: Hull(of: ladder))
    #expect(chosen.name == "M")
  }

  @Test("TV-12: S is refused at first, M is accepted; after M, L, L only S is refused")
  func floorGuard() {
    let rule = FloorGuard(reliance: 1)
    func position(_ served: [Double]) -> FloorGuard.Position {
      FloorGuard.Position(
        floor: 78, best: 80, served: .init(requests: Double(served.count), points: served.reduce(0, +)), requestsNow: 1,
        requestsLater: Double(3 - served.count))
    }
    #expect(!rule.accepts(70, at: position([])))
    #expect(rule.accepts(78, at: position([])))
    #expect(isClose(rule.leastQuality(at: position([70])), 80, 1e-12), "80.67 would be needed afterwards")
    let last = position([78, 80, 80])
    #expect(isClose(rule.leastQuality(at: last), 74))
    #expect(!rule.accepts(70, at: last))
    #expect(rule.accepts(78, at: last))
  }

  @Test("without reliance on later demand the guard never lets quality be owed, with it only what can be paid back")
  func reliance() {
    let start = FloorGuard.Position(
      floor: 78, best: 80, served: .init(), requestsNow: 100, requestsLater: 900)
    #expect(FloorGuard(reliance: 0).leastQuality(at: start) == 78)
    #expect(isClose(FloorGuard(reliance: 0.5).leastQuality(at: start), 78 - 2 * 0.5 * 9))
    #expect(isClose(FloorGuard(reliance: 0, debtLimit: 50).leastQuality(at: start), 77.5))
    var owing = start
    owing.carriedDebt = 100
    #expect(isClose(FloorGuard(reliance: 0.5).leastQuality(at: owing), 78 - (2 * 0.5 * 9 - 1)))
    owing.carriedDebt = 950
    #expect(
      isClose(FloorGuard(reliance: 0.5).leastQuality(at: owing), 79), "50 owed, paid back by half of 100 requests")
    let limit = FloorGuard(reliance: 0.5).requestLimit(serving: 70, at: start)
    #expect(isClose(limit ?? 0, 900 / 8.0))
    #expect(FloorGuard().requestLimit(serving: 78, at: start) == nil)
  }
}

import Quantities
import Switching
import TestSupport
import Testing

/// Thirty days of three grids (hourly direct intensity, 2023 from hour 800), ladder B1/B3/B5/B7, even demand, budget
/// periods of 24 hours. The published numbers are those of the project's reference table, made from another edition of
/// the same traces; so the bounds are loose.
@Suite("Thirty days on three grids against the reference results", .enabled(if: SharedGrid.isAvailable()))
struct ReferenceTableTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let zone: String
    let floor: Double
    /// Clairvoyant saving against always-B7, in percent.
    let saved: Double
    /// Carbon above the clairvoyant plan, in percent: of the fixed mix, and of the receding horizon.
    let fixed: Double
    let horizon: Double
    var testDescription: String { "\(zone) at \(floor)" }
  }

  static let rows = [
    Row(zone: "GB", floor: 83, saved: 74.0, fixed: 4.3, horizon: 2.3),
    Row(zone: "GB", floor: 84, saved: 51.1, fixed: 6.8, horizon: 4.0),
    Row(zone: "US-CAL-CISO", floor: 83, saved: 74.4, fixed: 5.8, horizon: 0.6),
    Row(zone: "US-CAL-CISO", floor: 84, saved: 53.8, fixed: 13.0, horizon: 0.1),
    Row(zone: "US-TEX-ERCO", floor: 83, saved: 74.2, fixed: 4.8, horizon: 3.1),
    Row(zone: "US-TEX-ERCO", floor: 84, saved: 50.9, fixed: 6.5, horizon: 3.3),
  ]

  private func replay(_ row: Row, lag: Int = 0) throws -> Replay {
    try Replay(
      history: Array(try SharedGrid.hourly(row.zone)[..<1520]), first: 800, ladder: try Fixture.ladder(),
      floor: row.floor, period: .intervals(24), lag: lag)
  }

  @Test("the receding horizon comes as close to the clairvoyant plan as published", arguments: rows)
  func recedingHorizon(_ row: Row) throws {
    let result = try replay(row).run(RecedingHorizon(), demand: Forecasters.constantDemand(1000))
    let clairvoyant = result.clairvoyant / result.alwaysBest
    #expect(abs(100 * (1 - clairvoyant) - row.saved) < 0.7)
    #expect(abs(try #require(result.staticRegretPercent) - row.fixed) < 1.3)
    #expect(abs(try #require(result.regretPercent) - row.horizon) < 0.5)
    #expect(try #require(result.timingPercent) > 0)
    #expect(result.periods.count == 30 && result.isEveryFloorMet)
  }

  @Test("an intensity known one hour late costs little of it", arguments: rows)
  func lagging(_ row: Row) throws {
    let result = try replay(row, lag: 1).run(RecedingHorizon(), demand: Forecasters.constantDemand(1000))
    #expect(abs(try #require(result.regretPercent) - row.horizon) < 0.7)
    #expect(try #require(result.timingPercent) > 0)
    #expect(result.isEveryFloorMet)
  }

  @Test("hysteresis of 5 % and 3 hours switches less often for at most 1.1 points of carbon", arguments: rows)
  func hysteresis(_ row: Row) throws {
    let demand = Forecasters.constantDemand(1000)
    let free = try replay(row).run(RecedingHorizon(), demand: demand)
    let held = try replay(row).run(
      RecedingHorizon(hysteresis: Hysteresis(margin: 0.05, dwell: 3)), demand: demand)
    #expect(held.switches < free.switches)
    let (freely, firmly) = (try #require(free.regretPercent), try #require(held.regretPercent))
    #expect(firmly < freely + 1.1)
    #expect(held.isEveryFloorMet)
  }

  @Test("the trailing price needs no forecast and still beats the fixed mix of its own quality", arguments: rows)
  func trailingPrice(_ row: Row) throws {
    let result = try replay(row).run(TrailingPrice(), demand: Forecasters.constantDemand(1000))
    #expect(try #require(result.timingGainPercent) > 1)
    #expect(result.isEveryFloorMet)
  }

  @Test(
    "a threshold between two far variants emits half as much again as the optimum and misses floors", arguments: rows)
  func threshold(_ row: Row) throws {
    let result = try replay(row).run(
      FarPairThreshold(small: "B3", big: "B7"), demand: Forecasters.constantDemand(1000))
    #expect(try #require(result.regretPercent) > 45)
    #expect(result.carbon > result.staticMix)
    #expect(result.periods.contains { !$0.isFloorMet })
  }

  struct Reliance: Sendable, CustomTestStringConvertible {
    let reliance: Double
    /// Mean carbon above the clairvoyant plan, in percent, even demand.
    let regret: Double
    /// Days of 180 that met the floor when each day brought 0.5 to 1.5 times what was expected.
    let met: Int
    var testDescription: String { "reliance \(reliance)" }
  }

  @Test(
    "what the floor guard costs and protects, as its documentation says (UTC days)",
    arguments: [
      Reliance(reliance: 0, regret: 5.3, met: 180), Reliance(reliance: 0.5, regret: 3.1, met: 180),
      Reliance(reliance: 0.75, regret: 2.2, met: 159), Reliance(reliance: 1, regret: 1.8, met: 133),
    ])
  func floorGuard(_ row: Reliance) throws {
    var random = Seeded(50)
    var regrets: [Double] = []
    var met = 0
    let policy = RecedingHorizon(guardRule: FloorGuard(reliance: row.reliance))
    for place in Self.rows {
      var history = Array(try SharedGrid.hourly(place.zone)[..<1512])
      func run() throws -> ReplayResult {
        try Replay(history: history, first: 792, ladder: try Fixture.ladder(), floor: place.floor)
          .run(policy, demand: Forecasters.constantDemand(1000))
      }
      regrets.append(try #require(try run().regretPercent))
      for day in 33..<63 {
        let factor = Double.random(in: 0.5...1.5, using: &random)
        for hour in 0..<24 { history[day * 24 + hour].requests *= factor }
      }
      met += try run().periods.count { $0.isFloorMet }
    }
    #expect(abs(regrets.reduce(0, +) / 6 - row.regret) < 0.05)
    #expect(met == row.met)
  }
}

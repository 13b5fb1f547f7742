import Quantities
import Switching
import TestSupport
import Testing

@Suite("What timing is worth, told before anything is deployed")
struct TimingWorthTests {
  @Test(
    "TV-7: on the March trace as one period what is possible is the published gain",
    arguments: [(80.0, 3.99), (82, 12.57), (83, 11.08), (84, 18.90)])
  func march(_ floor: Double, _ percent: Double) throws {
    let replay = try Replay(
      history: Fixture.history(Fixture.marchTrace), ladder: try Fixture.ladder(), floor: floor, period: .whole)
    let worth = try #require(TimingWorth(of: replay))
    #expect(abs(worth.possible.percent - percent) < 0.005)
    #expect(worth.reachable.percent <= worth.possible.percent)
    #expect(worth.periods == 1 && worth.possible.low == nil && worth.possible.high == nil)
    #expect(worth.sentence.contains("interval unknown: too few periods"))
  }

  @Test("a flat grid is worth nothing, and the sentence says to serve the fixed mix")
  func flat() throws {
    let history = Fixture.history([Double?](repeating: 300, count: 24 * 10))
    let replay = try Replay(history: history, ladder: try Fixture.ladder(), floor: 83)
    let worth = try #require(TimingWorth(of: replay))
    #expect(abs(worth.possible.percent) < 1e-9 && abs(worth.reachable.percent) < 1e-9)
    #expect(worth.variationPercent == 0)
    #expect(worth.sentence.hasPrefix("Timing is worth next to nothing here"))
    #expect(worth.sentence.hasSuffix("serve the fixed mix."))
  }

  @Test("periods with a gap are left out; with none left, or no requests, nothing can be told")
  func gaps() throws {
    var random = Seeded(80)
    var series: [Double?] = random.intensities(24 * 6)
    series[30] = nil
    let replay = try Replay(history: Fixture.history(series), ladder: try Fixture.ladder(), floor: 83)
    #expect(TimingWorth(of: replay)?.periods == 5)
    let nothing = try Replay(
      history: Fixture.history(series, requests: [Double](repeating: 0, count: 144)), ladder: try Fixture.ladder(),
      floor: 83)
    #expect(TimingWorth(of: nothing) == nil)
    let unknown = try Replay(
      history: Fixture.history([Double?](repeating: nil, count: 48)), ladder: try Fixture.ladder(), floor: 83)
    #expect(TimingWorth(of: unknown) == nil)
  }

  @Test("of 200 random months about 95 % have the long-run gain within their interval")
  func coverage() throws {
    var random = Seeded(81)
    let ladder = try Fixture.ladder()
    func month(_ days: Int) throws -> TimingWorth {
      // Each day has its own level and swing, as weather makes them.
      let series = (0..<days).flatMap { _ -> [Double?] in
        let (level, swing) = (Double.random(in: 200...500, using: &random), Double.random(in: 0...1, using: &random))
        return (0..<24).map { level * (1 + swing * (Double($0 % 12) / 12 - 0.5)) }
      }
      let replay = try Replay(history: Fixture.history(series), ladder: ladder, floor: 83)
      return try #require(TimingWorth(of: replay, policy: StaticMixPolicy()))
    }
    let truth = try month(1500).possible.percent
    let hits = try (0..<200).map { _ in try month(30) }.count {
      ($0.possible.low ?? .infinity) <= truth && truth <= ($0.possible.high ?? -.infinity)
    }
    #expect((176...198).contains(hits), "\(hits) of 200")
  }
}

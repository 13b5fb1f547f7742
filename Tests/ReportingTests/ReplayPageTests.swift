import Foundation
import Quantities
import Switching
import Testing

@testable import Reporting

@Suite("The page of a replay, and its parts")
struct ReplayPageTests {
  private static let nasty = "</script><script>alert('&\"')</script>"
  private static let start = Timestamp(milliseconds: 1_616_198_400_000)

  static func replay(days: Int = 3, gap: Bool = false, names: [String] = ["small", "large"]) throws -> Replay {
    let ladder = try Ladder([
      Variant(names[0], quality: 60, energy: .joules(2)), Variant(names[1], quality: 90, energy: .joules(8)),
    ])
    let history = (0..<(24 * days)).map { hour in
      HistoryInterval(
        start: start + .hours(Double(hour)),
        intensity: gap && hour == 5 ? nil : .gramsPerKilowattHour(hour % 24 < 12 ? 100 : 400), requests: 1000)
    }
    return try Replay(history: history, ladder: ladder, floor: 75)
  }

  @Test("is well-formed and escapes every name it is given")
  func wellFormed() throws {
    let replay = try Self.replay(gap: true, names: [Self.nasty, "large"])
    let results = replay.compare(demand: Forecasters.constantDemand(1000))
    let page = ReplayPage(
      [.init(label: Self.nasty, replay: replay, results: results, worth: TimingWorth(of: replay))],
      subtitle: Self.nasty, notes: [Self.nasty]
    ).html()
    #expect(markupProblem(page) == nil)
    #expect(!page.contains("<script>"))
    for result in results { #expect(page.contains(result.policy), "\(result.policy)") }
  }

  @Test("nothing to show is still a page")
  func empty() throws {
    #expect(markupProblem(ReplayPage([], subtitle: "").html()) == nil)
    let list = DecisionList([])
    #expect(markupProblem(list.html()) == nil && list.html().contains("No decision was made"))
  }

  @Test("decisions are listed where the variant changes, at most two hundred, and the rest are counted")
  func decisions() {
    let entries = (0..<500).map {
      DecisionList.Entry(Self.start + .hours(Double($0)), chosen: $0 % 2 == 0 ? "a" : "b", reason: "because \($0)")
    }
    let html = DecisionList(entries).html()
    #expect(html.components(separatedBy: "<tr>").count - 1 == 201)
    #expect(html.contains("300 more are not"))
    let same = DecisionList((0..<5).map { .init(Self.start + .hours(Double($0)), chosen: "a", reason: "r\($0)") })
      .html()
    #expect(same.contains("r0") && !same.contains("r1") && same.contains("5 decisions, of which 0 changed"))
  }

  @Test(
    "carbon is drawn in a unit in which it has few digits",
    arguments: [(2e-7, "µg"), (0.02, "mg"), (41, "g"), (9e4, "kg")])
  func units(_ grams: Double, _ name: String) { #expect(CarbonUnit(for: .grams(grams)).name == name) }

  @Test("the day's sentence has the terms, the regret, the floor and what was not watched")
  func sentence() throws {
    let replay = try Self.replay()
    let ledger = SavingsLedger(replay.runClairvoyant(), of: replay)
    let statement = SavingsStatement(
      name: "chat", floor: 75, ledger: ledger, id: "srv_x", servedUntil: Self.start + .hours(60), recorded: .grams(1))
    let text = statement.sentence(ledger.periods[0])
    for part in [
      "2021-03-20:", "saved against always the best variant", "(sizing)", "(timing)", "0 % above the plan that knew",
      "the floor of 75 was met with 75 points",
    ] { #expect(text.contains(part), "\(part): \(text)") }
    #expect(statement.sentence(ledger.periods[2]).hasPrefix("2021-03-22 so far:"))
    #expect(statement.unwatched == "Not watched, and in no sum: what leaving callers spared and what hedging lost.")
    #expect(statement.text(style: .plain).contains("not watched"))
    #expect(statement.json["days"]?.text().contains("\"orphans_grams\":{\"value\":null") == true)
  }

  @Test("where no grid value is known nothing is called zero, in words, table and JSON")
  func unknown() throws {
    let known = try Self.replay(days: 1)
    let history = known.history.map { HistoryInterval(start: $0.start, intensity: nil, requests: 10) }
    let replay = try Replay(history: history, ladder: known.ladder, floor: 75)
    let statement = SavingsStatement(
      name: "chat", floor: 75, ledger: SavingsLedger(replay.run(StaticMixPolicy()), of: replay), id: "srv_x")
    let text = statement.text(style: .plain)
    #expect(text.contains("no grid value is known for its hours") && text.contains("unknown"))
    #expect(!text.contains("0 g") && !text.contains("Saved in all"))
    let total = statement.json["total"]
    #expect(total?["saved_grams"]?["value"] == .null && total?["saved_grams"]?["reason"] != nil)
  }

  @Test("a day that goes on has not missed its floor yet")
  func open() throws {
    let replay = try Replay(
      history: Self.replay(days: 1).history, ladder: Self.replay().ladder, floor: 80)
    // The small variant alone is far below the floor.
    let result = replay.run(TwoLevelThreshold(clean: .gramsPerKilowattHour(1), dirty: .gramsPerKilowattHour(2)))
    let ledger = SavingsLedger(result, of: replay)
    let during = SavingsStatement(name: "c", floor: 80, ledger: ledger, servedUntil: Self.start + .hours(5))
    let after = SavingsStatement(name: "c", floor: 80, ledger: ledger, servedUntil: Self.start + .hours(24))
    #expect(during.sentence(ledger.periods[0]).contains("60 points so far, below the floor of 80"))
    #expect(during.json["days"]?.text().contains("\"is_floor_met\":null") == true)
    #expect(after.sentence(ledger.periods[0]).contains("the floor of 80 was missed: 60 points"))
    #expect(after.json["days"]?.text().contains("\"is_floor_met\":false") == true)
  }

  @Test("terms that were watched are in the sum and in the sentence")
  func watched() throws {
    let replay = try Self.replay()
    let aside = SavingsLedger.Aside(
      orphansSpared: [Self.start: .kilowattHours(0.01)], hedgingLost: [Self.start: .kilowattHours(0.02)])
    let result = replay.run(AlwaysBest())
    let ledger = SavingsLedger(result, of: replay, aside: aside)
    let statement = SavingsStatement(name: "chat", floor: 75, ledger: ledger)
    #expect(statement.unwatched == nil)
    let text = statement.sentence(ledger.periods[0])
    #expect(text.contains("1 g by not going on for callers who had left"), "\(text)")
    #expect(text.contains("-2 g by hedged requests that lost"), "\(text)")
    #expect(text.contains("-1 g saved"), "\(text)")
  }
}

@Suite("Charts on a desk and on a phone")
struct ChartLayoutTests {
  private let start = Timestamp(milliseconds: 1_616_198_400_000)

  @Test(
    "labels of time do not touch each other, from an hour to a year",
    arguments: [1.0, 12, 30, 48, 60, 168, 720, 2200, 8760], TimeChart.Size.allCases)
  func labels(hours: Double, size: TimeChart.Size) {
    let layout = ChartLayout(size)
    let axis = TimeAxis(start...(start + .hours(hours)), count: layout.labels)
    #expect(!axis.ticks.isEmpty)
    // A label has five letters of at most eight pixels.
    let room = (layout.end - layout.left) / hours
    for (one, next) in zip(axis.ticks, axis.ticks.dropFirst()) {
      #expect((next.moment - one.moment).hours * room >= 40, "\(hours) h")
    }
    for tick in axis.ticks { #expect(tick.label.count == 5) }
  }

  @Test("a fitted axis holds its values, need not hold zero, and its labels tell its ticks apart")
  func fitted() {
    for range in [83.0...84.5, 84...84.006, -3...2, 5...5, 0...0] {
      let (scale, ticks) = AxisScale.fitting(range, pixels: (100, 0))
      #expect(scale.domain.contains(range.lowerBound) && scale.domain.contains(range.upperBound))
      #expect((2...7).contains(ticks.count), "\(range): \(ticks)")
      let places = AxisScale.places(forStep: ticks[1] - ticks[0])
      #expect(Set(ticks.map { Decimals.fixed($0, places: places) }).count == ticks.count, "\(range)")
    }
  }

  @Test("small differences are not blown up beyond the least extent")
  func least() {
    let points = [84.0, 84.006].enumerated().map {
      TimeChart.Point(start + .hours(Double($0.offset)), $0.element, title: "")
    }
    let svg = TimeChart(
      summary: "", range: start...(start + .hours(2)), step: .hours(1),
      panels: [
        .values(
          title: "q", unit: "points", series: [.init("q", .line, colour: 1, points: points)], axis: .fitted(least: 1))
      ]
    ).svg()
    #expect(!svg.contains(">84.00"))
  }

  @Test("a figure has a drawing for each, of which the style shows one, and a legend that names nothing twice")
  func figure() {
    let series = TimeChart.Series("ours", .line, colour: 1, points: [.init(start, 1, title: "")])
    let other = TimeChart.Series("plan", .dashes, colour: 3, points: [.init(start, 2, title: "")])
    let chart = TimeChart(
      summary: "", range: start...(start + .hours(1)), step: .hours(1),
      panels: [
        .values(title: "a", unit: "g", series: [series, other]),
        .values(title: "b", unit: "g", series: [series, other]),
      ])
    let figure = chart.figure("caption")
    #expect(figure.contains("class=\"chart wide\"") && figure.contains("class=\"chart narrow\""))
    #expect(markupProblem(figure) == nil)
    #expect(chart.legend().components(separatedBy: "<li>").count - 1 == 2)
    #expect(PageStyle.css.contains(".chart.narrow{display:none}"))
  }
}

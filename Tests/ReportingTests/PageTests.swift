import Foundation
import Ledger
import Methods
import Quantities
import Testing

@testable import Reporting

@Suite("Pages")
struct PageTests {
  @Test(
    "the checker that the other tests rest on finds what is broken",
    arguments: [
      "<p>", "<p></i>", "<p class=x></p>", "a & b", "<p title=\"a>b</p>", "<script>alert(1)", "<ul><li></ul></li>",
      "a < b",
    ])
  func checker(page: String) { #expect(markupProblem(page) != nil) }

  @Test(
    "and lets through what is not",
    arguments: ["<p title=\"a>b\">x<br>&amp;&#39;</p>", "<svg><path d=\"M1 2\"/></svg>"])
  func checkerAccepts(page: String) { #expect(markupProblem(page) == nil) }

  private static let nasty = "</script><script>alert('&\"')</script>"

  @Test("the first page is well-formed and escapes every text it is given")
  func dashboard() {
    var requests = PageTable("Requests <&>", columns: [("When", false), (Self.nasty, true)])
    requests.add([.init(Self.nasty, link: "/explain/\"x", title: Self.nasty), .init(number: Self.nasty)])
    let page = DashboardPage.html(
      DashboardState(
        subtitle: Self.nasty, cards: [.init(Self.nasty, value: Self.nasty, detail: Self.nasty, link: Self.nasty)],
        aliases: [.init(alias: Self.nasty, variant: Self.nasty, reason: Self.nasty, link: Self.nasty)], chart: nil,
        chartNote: "", requests: requests, runs: PageTable("Runs", columns: [])))
    #expect(markupProblem(page) == nil)
    #expect(!page.contains("<script>"))
    #expect(page.contains("Nothing was measured yet"))
  }

  @Test("an explanation is well-formed, escapes its texts and nests what it rests on")
  func explanation() {
    let receipt = Receipt(
      label: Self.nasty, value: nil, unit: "g", origin: .declared, source: Source(Self.nasty, licence: Self.nasty),
      note: Self.nasty, inputs: [Receipt(label: "input", value: 1, unit: "g", origin: .measured)])
    let deep = (0..<8).reduce(Explanation(id: "x", kind: "run", title: Self.nasty)) { inner, _ in
      Explanation(
        id: Self.nasty, kind: "run", title: Self.nasty, facts: [.init(Self.nasty, Self.nasty)], receipts: [receipt],
        context: [inner])
    }
    let page = ExplanationPage.html(deep)
    #expect(markupProblem(page) == nil)
    #expect(!page.contains("<script>"))
    #expect(page.components(separatedBy: "Rests on").count - 1 == 8)
  }

  @Test("there is a colour for each name in the legend, however many there are")
  func legend() {
    let names = (0..<9).map { "v\($0)" }
    let chart = TimeChart(
      summary: "", range: Timestamp(milliseconds: 0)...Timestamp(milliseconds: 1), step: .hours(1),
      panels: [.bands(title: "", categories: names, bands: [])])
    #expect(!chart.legend().contains("c6"))
    #expect(chart.legend().components(separatedBy: "<li>").count - 1 == 9)
  }
}

@Suite("A run for people and for scripts")
struct RunTextTests {
  private static let id = IdentifierSource().next(.run)

  private static var account: ActivityAccount {
    var run = Activity(id: id, name: "train", status: .done, started: Timestamp(milliseconds: 0))
    run.monotonicStarted = MonotonicInstant(nanoseconds: 0)
    run.monotonicEnded = MonotonicInstant(nanoseconds: 2_500_000_000)
    run.exitCode = 0
    run.detail = ActivityDetail(command: ["python3", "train.py"], tags: ["b": "2", "a": "1"])
    let energy = Estimate(
      Energy.joules(30), relative: -0.5...0.5, origin: .modelled, method: "vcpu-load@1", source: "meter")
    return ActivityAccount(
      activity: run,
      components: [
        Component(activity: id, name: "cpu", energy), Component(activity: id, name: "gpu", unknownBecause: "no driver"),
      ],
      conservation: Conservation(
        activity: id, host: Microjoules(100), attributed: Microjoules(50), idle: Microjoules(30), own: Microjoules(1),
        unattributed: Microjoules(19)),
      figures: [
        FigureRecord(id, .energy, Figure("energy", energy)),
        FigureRecord(id, .carbon, of: Carbon.self, label: "carbon", unknownBecause: "no region was given"),
      ])
  }

  @Test("the label says value and interval, and for what is unknown why, never 0")
  func label() {
    let text = RunLabel.text(Self.account)
    #expect(text.contains("dimmer: train  2.5 s, done"))
    #expect(text.contains("energy    30 J (15 J to 45 J)"))
    #expect(text.contains("carbon    unknown: no region was given"))
    #expect(text.contains("gpu     unknown: no driver"))
    #expect(text.contains("processes 50 %, idle 30 %, dimmer 1 %, unattributed 19 %"))
    #expect(text.contains("dimmer explain \(Self.id)"))
  }

  @Test("the summary has every key of the contract, figures with value, interval, origin, method and id")
  func summary() {
    let json = RunSummary.json(Self.account)
    #expect(json["run_id"] == .string("\(Self.id)"))
    #expect(json["duration_seconds"] == .number(2.5))
    #expect(json["exit_code"] == 0)
    #expect(json["energy_joules"]?["value"] == .number(30))
    #expect(json["energy_joules"]?["id"] == .string("\(Self.id).energy"))
    #expect(json["energy_joules"]?["method"] == "vcpu-load@1")
    #expect(json["conservation"]?["host_microjoules"] == 100)
    #expect(json["tags"] == ["a": "1", "b": "2"])
  }

  @Test("what is not known is null with a reason, also what was not even recorded")
  func unknowns() {
    let json = RunSummary.json(Self.account)
    for (key, reason) in [
      ("carbon_grams", "no region was given"), ("embodied_grams", "embodied carbon was not recorded"),
      ("water_litres", "water was not recorded"), ("intensity_grams_per_kwh", "carbon intensity was not recorded"),
    ] {
      #expect(json[key]?["value"] == .null, "\(key)")
      #expect(json[key]?["reason"] == .string(reason), "\(key)")
    }
    #expect(json["region"] == .null)
    #expect(json["cpu_seconds"] == .null)
  }
}

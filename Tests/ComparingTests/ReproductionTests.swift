import Factors
import Foundation
import Methods
import MethodsConformance
import Quantities
import Reporting
import TestSupport
import Testing

@testable import Comparing

@Suite("Published numbers beside ours")
struct ReproductionTests {
  let tables: FactorTables
  let reproduction: Reproduction
  init() throws {
    tables = try FactorTables.embedded()
    reproduction = try Reproduction(from: tables)
  }

  private func row(_ id: String) throws -> ReproducedRow {
    try #require(
      reproduction.rows.first { $0.id == id && $0.group != .equivalences } ?? reproduction.rows.first { $0.id == id })
  }

  @Test("Every published query, run and comparison is a row; ids are there once in a table")
  func complete() {
    let ids = Set(reproduction.rows.map { $0.id.split(separator: ".").first.map(String.init) ?? $0.id })
    for query in tables.published.queries { #expect(ids.contains(query.id), "\(query.id)") }
    for run in tables.published.trainings { #expect(ids.contains(run.id), "\(run.id)") }
    for entry in tables.equivalences.entries { #expect(ids.contains(entry.id), "\(entry.id)") }
    for group in ReproducedRow.Group.allCases {
      let inGroup = reproduction.rows.filter { $0.group == group }.map(\.id)
      #expect(Set(inGroup).count == inGroup.count && !inGroup.isEmpty, "\(group)")
    }
  }

  @Test("A row that is not reproduced says why; one that cannot be computed has no number; every row has its source")
  func reasons() {
    for row in reproduction.rows {
      #expect(row.published.value != nil, "\(row.id)")
      let isCited = row.published.flattened.contains { $0.source != nil }
      #expect(isCited, "\(row.id)")
      switch row.verdict {
      case .reproduced, .withinInterval: #expect(!row.how.isEmpty, "\(row.id)")
      case .notReproduced, .contradictsItself: #expect((row.remark ?? "").count > 20 && !row.how.isEmpty, "\(row.id)")
      case .notComputable: #expect(row.computed.value == nil && (row.remark ?? "").count > 20, "\(row.id)")
      }
    }
  }

  @Test("The law of receipts holds in what is published and in what is computed")
  func explained() {
    for row in reproduction.rows {
      #expect(comparingLaw.breaches(of: row.published) == [], "\(row.id), published")
      #expect(comparingLaw.breaches(of: row.computed) == [], "\(row.id), computed")
    }
  }

  @Test(
    "The runs that hold together are reproduced",
    arguments: [
      "gpt3", "t5-11b", "bloom-dynamic", "bloom-dynamic.energy", "bloom-total", "aiindex-gopher", "llama31-family",
    ])
  func trainings(_ id: String) throws { #expect(try row(id).verdict == .reproduced) }

  @Test(
    "Sources that contradict themselves are said to",
    arguments: [("aiindex-gpt3", 0.0998), ("sci-ai", 999.0), ("wu-embodied", -0.142857)])
  func contradictions(_ id: String, _ difference: Double) throws {
    let row = try row(id)
    #expect(row.verdict == .contradictsItself)
    #expect(abs(try #require(row.difference) - difference) < 0.001, "\(id)")
  }

  @Test("The estimates from parameters and tokens alone hold the published runs in their intervals")
  func estimates() throws {
    for id in ["gpt3.estimate", "llama3-70b.estimate"] { #expect(try row(id).verdict == .withinInterval, "\(id)") }
    #expect(try row("t5-11b.operations").verdict == .reproduced)
  }

  @Test("The AI Index's bars beside metric tonnes are short tons: a tenth more than the pounds they come from")
  func shortTons() throws {
    for id in ["aiindex-flight", "aiindex-human", "aiindex-car"] {
      #expect(abs(try #require(try row(id).difference) + 1 - 0.90718474) < 0.005, "\(id)")
    }
  }

  @Test("Images of U-Nets were measured in 32 bits at four to five times the estimate, and their ratios hold")
  func unets() throws {
    for id in ["sdxl", "sdxl-turbo", "stable-diffusion-2-1", "sd-turbo"] {
      let row = try row("aies-2024-\(id).estimate")
      let times = try #require(row.published.value) / #require(row.computed.value)
      #expect((4...5).contains(times) && row.verdict == .notReproduced, "\(id) \(times)")
    }
    for id in ["sdxl-over-sdxl-turbo", "sdxl-over-stable-diffusion-2-1"] {
      #expect(try row("aies-2024-\(id)").verdict == .reproduced, "\(id)")
    }
    #expect(try row("aies-2024-stable-diffusion-2-1-over-sd-turbo").verdict == .withinInterval)
    #expect(try row("power-hungry-sdxl.estimate").verdict == .notReproduced)
  }

  @Test("A verdict follows from numbers: tolerance first, then the interval, then whose inputs they were")
  func verdicts() {
    func verdict(_ value: Double?, _ low: Double, _ high: Double, own: Bool) -> ReproducedRow.Verdict {
      ReproducedRow(
        id: "x", group: .queries, what: "x", published: Receipt(label: "p", value: 100, unit: "J", origin: .published),
        computed: Receipt(label: "c", value: value, low: low, high: high, unit: "J", origin: .modelled),
        tolerance: 0.05,
        isOwnArithmetic: own, how: "", remark: nil
      ).verdict
    }
    #expect(verdict(104, 104, 104, own: true) == .reproduced)
    #expect(verdict(120, 90, 140, own: true) == .withinInterval)
    #expect(verdict(120, 110, 140, own: true) == .contradictsItself)
    #expect(verdict(120, 110, 140, own: false) == .notReproduced)
    #expect(verdict(120, 120, 120, own: false) == .notReproduced)
    #expect(verdict(nil, 0, 0, own: true) == .notComputable)
  }

  @Test("docs/reproduction.md is what the command prints")
  func page() throws {
    let page = try Repository.text("docs/reproduction.md")
    #expect(page == reproduction.markdown, "write it again: dimmer reproduce --markdown > docs/reproduction.md")
  }
}

import Foundation
import Ledger
import Methods
import Quantities
import Testing

@testable import Reporting

@Suite("Labels")
struct FootprintLabelTests {
  @Test("Figures are per functional unit: 400 J for 400 tokens are 1000 J for a thousand, and so are the ends")
  func perUnit() throws {
    let label = try LabelExamples.label()
    let energy = label.perUnit(label.figures.energy)
    #expect(energy.value == 1000 && energy.low == 500 && energy.high == 2250)
    #expect(energy.method == "per-functional-unit@1" && energy.inputs.first?.value == 400)
    #expect(energy.inputs.last?.value == 0.4 && energy.inputs.last?.note?.contains("400 output tokens") == true)
    #expect(label.json["totals"]?["energy_joules"]?["value"] == 400)
    #expect(label.functionalUnit == "1000 output tokens")
    let graded = try #require(label.energyGrade.graded)
    #expect(graded.grade == .c && graded.best == .c && graded.worst == .d && graded.text == "C (C to D)")
  }

  @Test("What somebody says of the work goes before what the document says")
  func statedWork() throws {
    let label = try LabelExamples.label(work: LabelWork(.image, count: 2))
    #expect(label.functionalUnit == "image" && label.perUnit(label.figures.energy).value == 200)
  }

  @Test("Without a kind of work there is no grade, and the label says why in every form")
  func ungraded() throws {
    let document = LabelExamples.document().with("output_tokens", nil)
    let label = try LabelExamples.label(document)
    #expect(label.energyGrade.graded == nil && label.work == nil)
    for form in [label.text(), label.svg, label.html, label.json.text()] {
      #expect(form.contains("nobody said what kind of work"), "\(form.prefix(40))")
    }
  }

  @Test("Energy that is not of the whole machine has no grade")
  func partialEnergy() throws {
    var label = try LabelExamples.label()
    label.missingFromEnergy = "unread: gpu0 (no driver)"
    #expect(label.energyGrade.reason?.contains("gpu0") == true && label.carbonGrade.graded == nil)
    #expect(label.text().contains("no driver"))
  }

  @Test("An unknown is said to be unknown with its reason, and is nowhere a zero")
  func unknown() throws {
    let label = try LabelExamples.label()
    #expect(label.figures.waterOnSite.value == nil)
    for form in [label.text(), label.svg, label.html] {
      #expect(form.contains("unknown") && form.contains("no WUE was given"))
    }
    let water = try #require(label.json["water_on_site_litres"])
    #expect(water["value"] == .null && water["reason"] == "no WUE was given")
    #expect(label.json["market_carbon_grams"]?["value"] == .null)
  }

  @Test("Every field that a label must have is in every form")
  func fields() throws {
    let label = try LabelExamples.label()
    let names = [
      "one reply", "1000 output tokens", "Carbon, location-based", "Carbon, market-based", "Embodied carbon",
      "Water on the site", "Water at power plants", "Boundary of the energy", "Grid", "Hardware", "Batch or load",
      "Made by", "Data quality", "Date", "Evidence", "edition 2026", "No offsets", "2026-11-21", "2027-11-21",
      "text-energy@1", "yearly mean of 2024", "342 g/kWh", "one H100", "batch 16",
      String(label.evidence.hash.prefix(12)), "e.json",
    ]
    let words = { (form: String) in form.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    for form in [words(label.text()), words(label.html), words(label.svg)] {
      for name in names { #expect(form.contains(name), "\(name) is not in \(form.prefix(60))") }
    }
    for key in [
      "schema", "edition", "subject", "functional_unit", "energy_boundary", "energy_joules", "carbon_grams",
      "market_carbon_grams", "embodied_grams", "embodied_share", "water_on_site_litres", "water_off_site_litres",
      "grade", "carbon_grade", "region", "intensity_grams_per_kwh", "intensity_year", "hardware", "load", "made_by",
      "quality", "date", "valid_until", "evidence",
    ] { #expect(label.json[key] != nil, "\(key)") }
    #expect(label.json["offsets"] == "never inside")
    let share = try #require(label.embodiedShare)
    #expect(abs(share - 0.2) < 1e-12)
  }

  @Test("Numbers have at most three digits, and no praise stands beside them")
  func restraint() throws {
    let label = try LabelExamples.label(
      LabelExamples.document(joules: 412.345_678, low: 201.987_65, high: 899.123_456))
    for form in [label.text(), label.html] {
      for word in ["green", "eco", "clean", "sustainable", "carbon neutral", "climate"] {
        #expect(form.lowercased().range(of: "\\b\(word)\\b", options: .regularExpression) == nil, "\(word)")
      }
    }
    #expect(label.text().contains("1030 J (505 J to 2250 J"))
    #expect(label.fields.allSatisfy { !$0.value.isEmpty })
  }

  @Test("Markup is well-formed whatever the texts are, and portable in any encoding")
  func markup() throws {
    let nasty = "</style></svg><script>alert('&\"')</script> \u{1F600} µ" + String(repeating: "x", count: 200)
    let document = LabelExamples.document().with("what", .string(nasty)).with("hardware", .string(nasty))
      .with("water_on_site_litres", .unknown(nasty))
    let label = try LabelExamples.label(document)
    for form in [label.svg, label.html] {
      #expect(markupProblem(form) == nil, "\(markupProblem(form) ?? "")")
      #expect(!form.contains("<script>"))
      #expect(form.utf8.allSatisfy { $0 < 0x80 })
    }
    #expect(label.text().split(separator: "\n").allSatisfy { $0.count <= 78 || $0.contains("xxx") })
  }

  @Test("Those who do not see it are told the whole label in reading order, and the grade not by colour alone")
  func accessibility() throws {
    let label = try LabelExamples.label()
    let svg = label.svg
    #expect(svg.contains("role=\"img\"") && svg.contains("<title id=") && svg.contains("<desc id="))
    for field in label.fields { #expect(label.spoken.contains(field.value), "\(field.name)") }
    let order = [
      label.spoken.range(of: "Grade"), label.spoken.range(of: "Carbon, location"), label.spoken.range(of: "Evidence"),
    ]
    #expect(order[0]!.lowerBound < order[1]!.lowerBound && order[1]!.lowerBound < order[2]!.lowerBound)
    // The own step's letter is framed, the steps differ in height, and the value is a point on a line.
    #expect(svg.contains("[C]") && svg.contains("class=\"point\""))
    #expect(svg.contains("prefers-color-scheme:dark") && label.html.contains("prefers-color-scheme:dark"))
    #expect(svg.contains("max-width:100%"))
  }

  @Test("The style of a label touches nothing else on the page that it stands on")
  func scoped() {
    for sheet in [LabelStyle.drawing, LabelStyle.page] {
      let flat = sheet.replacingOccurrences(of: "@media(prefers-color-scheme:dark){", with: "")
        .replacingOccurrences(of: "}}", with: "}")
      for rule in flat.split(separator: "}") {
        let selectors = rule.split(separator: "{")[0].split(separator: ",")
        for selector in selectors {
          let name = selector.trimmingCharacters(in: .whitespacesAndNewlines)
          #expect(name.isEmpty || name.hasPrefix(".dimmer-label"), "\(name)")
        }
      }
      #expect(!sheet.contains("url(") && !sheet.contains("@import"))
    }
  }

  @Test("What is wrong in a document is named by its field")
  func wrong() {
    let good = LabelExamples.document()
    let cases: [(JSONValue, String)] = [
      (good.with("energy_joules", nil), "energy_joules"), (good.with("what", nil), "what"),
      (good.with("carbon_grams", 3), "carbon_grams"),
      (good.with("energy_joules", ["value": -1, "origin": "modelled"]), "energy_joules.value"),
      (good.with("energy_joules", ["value": 1, "origin": "guessed"]), "energy_joules.origin"),
      (good.with("energy_joules", ["value": 1, "low": 2, "high": 3, "origin": "modelled"]), "energy_joules.low"),
      (good.with("energy_joules", ["value": nil]), "energy_joules.reason"), ([1], "one JSON object"),
    ]
    for (document, named) in cases {
      let error = #expect(throws: LabelError.self) { try LabelExamples.label(document) }
      #expect(error?.description.contains(named) == true, "\(named): \(String(describing: error))")
    }
  }
}

@Suite("Quality marks")
struct PedigreeTests {
  @Test("The worst mark is shown; an aspect that nobody marked has the worst")
  func worst() {
    let marks = [Pedigree.Mark(.reliability, 2, "a"), .init(.completeness, 1, "b"), .init(.time, 4, "c")]
    let pedigree = Pedigree(marks)
    #expect(pedigree.marks.map(\.score) == [2, 1, 4, 5, 5] && pedigree.worst.aspect == .geography)
    #expect(Pedigree.Mark(.time, 9, "").score == 5 && Pedigree.Mark(.time, 0, "").score == 1)
  }

  private func marks(_ document: JSONValue) throws -> [Pedigree.Aspect: Int] {
    let label = try LabelExamples.label(document)
    return Dictionary(uniqueKeysWithValues: label.quality.marks.map { ($0.aspect, $0.score) })
  }

  @Test("Marks follow what the figures rest on")
  func marks() throws {
    let usual = try marks(LabelExamples.document())
    #expect(usual == [.reliability: 3, .completeness: 2, .time: 3, .geography: 2, .technology: 3])
    let assumed = LabelExamples.document().with(
      "energy_joules", ["value": 400, "low": 200, "high": 900, "origin": "assumed", "method": "x@1"])
    #expect(try marks(assumed)[.reliability] == 4)
    #expect(try marks(LabelExamples.document(low: 50, high: 900))[.reliability] == 5)
    #expect(try marks(LabelExamples.document().with("region", "World"))[.geography] == 4)
    #expect(try marks(LabelExamples.document().with("region", "US-CAL-CISO"))[.geography] == 2)
    #expect(try marks(LabelExamples.document().with("hardware", nil))[.technology] == 5)
    #expect(try marks(LabelExamples.document().with("batch", nil))[.technology] == 4)
    #expect(try marks(LabelExamples.document().with("receipts", []))[.time] == 5)
  }
}

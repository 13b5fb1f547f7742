import Comparing
import Factors
import Methods
import Quantities
import Testing

@Suite("Why published figures differ")
struct PublishedWhyTests {
  let tables: FactorTables
  init() throws { tables = try FactorTables.embedded() }

  private func fall(_ from: String, _ to: String, in quantity: ClaimQuantity? = nil) throws -> Waterfall {
    try Waterfall(
      from: try tables.published.claim(from), to: try tables.published.claim(to), in: quantity, bounds: tables)
  }

  private func step(_ key: String, of fall: Waterfall) throws -> WaterfallStep {
    try #require(fall.steps.first { $0.key == key }, "no step \(key) among \(fall.steps.map(\.key))")
  }

  @Test("GPT-3 is 502 t before the overhead and 552 t with it: all of it is PUE")
  func overhead() throws {
    let fall = try fall("aiindex-gpt3", "gpt3")
    #expect(fall.quantity == .carbon, "their energies are the same")
    #expect(agrees(try step("pue", of: fall).ratio.value.value, 1.1))
    #expect(fall.steps.count == 1 && fall.isExplained && fall.slips.isEmpty)
  }

  @Test("Nothing published says why a Gemini prompt and a ChatGPT query differ: all of it is left, and told")
  func silence() throws {
    let fall = try fall("gemini-median-text", "openai-chatgpt-average")
    #expect(fall.steps.isEmpty && agrees(fall.remainder.value.value, 0.34 / 0.24))
    #expect(!fall.isExplained)
    let boundary = try #require(fall.open.first { $0.key == "boundary" }?.bounds)
    // A figure of accelerators alone would have to be raised by machine and overhead to be beside one of the site.
    #expect(boundary.upperBound == 1 && boundary.lowerBound < 0.4)
    #expect(Set(fall.open.map(\.key)).isSuperset(of: ["boundary", "idle", "model", "hardware", "unstated"]))
    #expect(fall.open.contains { $0.text.contains("how many tokens") })
  }

  @Test("SDXL differs sevenfold by boundary, card and image size; the size is not known and left")
  func imageSize() throws {
    let fall = try fall("power-hungry-sdxl", "aies-2024-sdxl")
    #expect(agrees(fall.ratio.value.value, 1.63984547 / 11.41))
    let node = try step("node-factor", of: fall)
    #expect(node.basis == .bounded && node.from == "counted" && node.to == "not counted")
    #expect(agrees(node.ratio.estimate.low.value, 0.5, to: 1e-6))
    let card = try step("hardware", of: fall)
    #expect(card.basis == .bounded && card.ratio.estimate.low.value < 0.6 && card.ratio.estimate.high.value > 1)
    #expect(fall.open.contains { $0.key == "work" && $0.text.contains("default size") })
    #expect(fall.remainder.value.value < 0.5, "a whole machine and another card do not make seven")
  }

  @Test(
    "Two editions of a study differ by what was revised",
    arguments: [
      ("power-hungry-image-preprint", "power-hungry-image", 2.907 / 1.35),
      ("power-hungry-text-preprint", "power-hungry-text", 0.047 / 0.042),
      ("jegham-gpt4o-short-v2", "jegham-gpt4o-short-v6", 0.42 / 0.43),
    ])
  func editions(_ from: String, _ to: String, _ ratio: Double) throws {
    let fall = try fall(from, to)
    let edition = try step("edition", of: fall)
    #expect(edition.group == .version && agrees(edition.ratio.value.value, ratio))
    #expect(fall.isExplained && fall.open.isEmpty)
  }

  @Test("45 mL and 0.26 mL differ by scope: power plants are bounded, manufacturing is left")
  func water() throws {
    let fall = try fall("gemini-median-text", "mistral-large2-400-tokens", in: .water)
    #expect(agrees(fall.ratio.value.value, 45 / 0.26))
    let plants = try step("water-plants", of: fall)
    #expect(plants.group == .scope && plants.ratio.estimate.low.value > 2 && plants.ratio.estimate.high.value < 15)
    #expect(fall.open.contains { $0.key == "water-manufacturing" })
    #expect(fall.remainder.value.value > 10)
  }

  @Test("BLOOM's two totals differ by the part of making that is stated; machines that wait are left")
  func embodied() throws {
    let fall = try fall("bloom-dynamic", "bloom-total")
    #expect(agrees(try step("scope", of: fall).ratio.value.value, 50.5 / (50.5 - 11.2)))
    #expect(fall.open.contains { $0.key == "idle" })
    #expect(agrees(fall.remainder.value.value, (50.5 - 11.2) / 24.7, to: 1e-6))
  }

  @Test("BLOOM and GPT-3 are explained by machines, energy, PUE and grid to the rounding of the rows")
  func trainings() throws {
    let fall = try fall("bloom-dynamic", "gpt3", in: .carbon)
    #expect(fall.steps.map(\.key) == ["node-factor", "it-energy", "pue", "intensity"])
    #expect(agrees(try step("intensity", of: fall).ratio.value.value, 429.0 / 57))
    #expect(fall.isExplained)
    // What is not known of the machines is in the energy the other way round: together they are exact.
    let parts = try step("node-factor", of: fall).ratio.value.value * step("it-energy", of: fall).ratio.value.value
    #expect(agrees(parts, 1287 / 1.1 / 433.196, to: 1e-9))
  }

  @Test("Hours of accelerators make most of the difference of two Llama families")
  func hours() throws {
    let fall = try fall("llama3-70b", "llama31-family")
    #expect(agrees(try step("device-hours", of: fall).ratio.value.value, 39.3 / 6.4))
    #expect(abs(fall.remainder.value.value - 1) < 0.03)
  }

  @Test("A machine over its accelerators is stated where a row prints both")
  func nodeFactor() throws {
    let claim = try tables.published.claim("mit-llama31-8b")
    #expect(agrees(try #require(claim.factors[.node]?.value), 2, to: 1e-3))
    let text = try Claim(parsing: "57 J unit=reply boundary=board", regions: tables.regions)
    let fall = try Waterfall(from: text, to: claim, bounds: tables)
    #expect(fall.steps.map(\.key) == ["node-factor"] && fall.isExplained)
    #expect(fall.steps.first?.basis == .computed)
  }

  @Test("An image and a reply are unlike, and energy and water have nothing in common")
  func unlike() throws {
    #expect { try fall("mit-llama31-8b", "aies-2024-sdxl") } throws: { error in
      guard case WhyError.unlikeUnits = error else { return false }
      return "\(error)".contains("reply") && "\(error)".contains("image")
    }
    #expect(throws: WhyError.unlikeQuantities("mistral-large2-400-tokens", "openai-chatgpt-average")) {
      try fall("mistral-large2-400-tokens", "openai-chatgpt-average")
    }
    #expect(throws: WhyError.noAmount(.water, of: "mit-llama31-8b", has: [.energy])) {
      try fall("mit-llama31-8b", "gemini-median-text", in: .water)
    }
  }

  @Test("A typo of an id gets near ids of both tables")
  func near() throws {
    #expect(throws: FactorError.unknown(kind: "published figure", name: "gpt33", near: ["gpt3"])) {
      try tables.published.claim("gpt33")
    }
    #expect(try tables.published.claim("MIT_llama31_8b").id == "mit-llama31-8b")
  }
}

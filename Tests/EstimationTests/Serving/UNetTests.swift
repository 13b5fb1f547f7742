import Factors
import Foundation
import Methods
import Quantities
import TestSupport
import Testing

@testable import Estimation

@Suite("Images of U-Nets")
struct UNetTests {
  let tables: FactorTables
  let site = Site(name: "unstated site")
  init() throws { tables = try FactorTables.embedded() }

  private func entry(_ name: String) throws -> DiffusionModelTable.Entry {
    try tables.diffusionModels.model(name, making: .image)
  }

  private func shape(_ name: String) throws -> UNetShape {
    guard case .unet(let shape) = try entry(name).network else { throw ServingError.noParameters }
    return shape
  }

  private func count(_ name: String) throws -> UNetCount {
    let shape = try shape(name)
    return UNetCount(
      levels: shape.levels, middleLayers: shape.middleLayers, residualBlocks: shape.residualBlocks,
      textChannels: shape.textChannels, textTokens: shape.textTokens, vectorChannels: shape.vectorChannels)
  }

  private func joules(
    _ name: String, _ change: (inout DiffusionWork) throws -> Void = { _ in }
  ) throws -> Estimate<Energy> {
    var work = DiffusionWork(try entry(name))
    work.accelerator = "H100"
    try change(&work)
    return try DiffusionEstimator(tables).footprint(of: work, at: site).energy.accelerators.estimate
  }

  @Test("Counted block by block, the weights are as many as published: of Stable Diffusion 1.4 to the last one")
  func parameters() throws {
    // Nota AI counted 859 520 964 (BK-SDM, issue 53); KOALA's model card prints 865 M and 2567 M for the others.
    #expect(try count("Stable Diffusion 1.4").parameters == 859_520_964)
    #expect(abs(try count("Stable Diffusion 2.1").parameters / 865e6 - 1) < 0.002)
    #expect(abs(try count("SDXL").parameters / 2567e6 - 1) < 0.001)
    for entry in tables.diffusionModels.entries {
      guard case .unet = entry.network else { continue }
      #expect(abs(try count(entry.name).parameters / (entry.billions * 1e9) - 1) < 0.001, "\(entry.name)")
    }
  }

  /// Hugging Face Diffusers, documentation of T-GATE, for 25 guided steps, so 50 passes; Nota AI, BK-SDM, issue 53.
  static let published: [(String, Double)] = [
    ("Stable Diffusion 1.5", 16.938e12 / 50), ("Stable Diffusion 2.1", 38.041e12 / 50), ("SDXL", 149.438e12 / 50),
    ("Stable Diffusion 1.4", 338_749_194_240),
  ]

  @Test("The multiplications of a pass are those that others counted, who leave out dot products", arguments: published)
  func multiplications(_ name: String, _ published: Double) throws {
    let model = try entry(name)
    let points = model.widthPixels * model.heightPixels / 64
    let count = try count(name)
    #expect(abs(count.matrices(points: points) / published - 1) < 0.002)
    #expect(count.dotProducts(points: points) > 0.1 * published)
  }

  @Test("The document prints the counts as they are")
  func printed() throws {
    let document = try Repository.text("docs/estimation.md")
    let number = { (value: Double, digits: Int) in String(format: "%.\(digits)f", value) }
    for (name, label) in [
      ("SD 1.5", "Stable Diffusion 1.5"), ("SD 2.1", "Stable Diffusion 2.1"), ("SDXL", "SDXL"),
    ] {
      let (model, count) = (try entry(name), try count(name))
      let points = model.widthPixels * model.heightPixels / 64
      let weights = number(count.parameters / 1e6, count.parameters < 1e9 ? 2 : 1)
      let size = "\(Int(model.widthPixels)) x \(Int(model.heightPixels))"
      for part in [
        "| \(label), \(size) | \(weights) M |", "| \(number(count.matrices(points: points) / 1e9, 1)) G |",
        "| \(number(count.dotProducts(points: points) / 1e9, 0)) G |",
      ] {
        let isThere = document.contains(part)
        #expect(isThere, "docs/estimation.md must say: \(part)")
      }
    }
  }

  @Test("A small network by hand: two levels of two channels, one block, one transformer layer in the middle")
  func byHand() {
    let levels = [UNetShape.Level(channels: 2, layers: 0), UNetShape.Level(channels: 2, layers: 0)]
    let count = UNetCount(levels: levels, middleLayers: 1, residualBlocks: 1, textChannels: 3, textTokens: 5)
    // Finest level: in 4 x 2 x 9, a block 2 x 36, two blocks on the way up 72 + 36 + 8 each, after going up 36, out 72.
    let finest: Double = 72 + 72 + 232 + 36 + 72
    // Coarser: going down 36, a block 72, two of the middle 144, its layer (2 + 18) x 4, two blocks on the way up 232.
    let coarser: Double = 36 + 72 + 144 + 80 + 232
    #expect(count.perPoint == finest + coarser / 4)
    #expect(count.perPair == 0.25)
    #expect(count.perPointOfText == 5)
    #expect(count.layers == 9)
    #expect(count.residualChannels == 6 + 2.5)
    #expect(count.transformerChannels == 0.5)
    // Once: the step 2 x 8 + 8 x 8, and 8 x 2 for each of eight blocks; the text 2 x 3 x 2 for each of five tokens.
    let once: Double = 16 + 64 + 128 + 60
    #expect(count.once == once)
  }

  /// A name as people write it, the model it leads to and that model's settings.
  struct Written: Sendable {
    let name: String
    let found: String
    let pixels: Double
    let steps: Double
    let passes: Double

    init(_ name: String, _ found: String, _ pixels: Double, _ steps: Double, _ passes: Double) {
      (self.name, self.found, self.pixels, self.steps, self.passes) = (name, found, pixels, steps, passes)
    }
  }

  static let written: [Written] = [
    Written("runwayml/stable-diffusion-v1-5", "Stable Diffusion 1.5", 512, 50, 2),
    Written("SD 1.5", "Stable Diffusion 1.5", 512, 50, 2),
    Written("sd v1.4", "Stable Diffusion 1.4", 512, 50, 2),
    Written("stabilityai/stable-diffusion-2-1", "Stable Diffusion 2.1", 768, 50, 2),
    Written("stable-diffusion-xl-base-1.0", "Stable Diffusion XL", 1024, 50, 2),
    Written("sdxl", "Stable Diffusion XL", 1024, 50, 2),
    Written("stabilityai/sdxl-turbo", "SDXL Turbo", 512, 1, 1),
    Written("sd-turbo", "SD Turbo", 512, 1, 1),
  ]

  @Test("A U-Net is found by the names people write, with the settings of its pipeline", arguments: written)
  func settings(_ written: Written) throws {
    let entry = try entry(written.name)
    #expect(entry.name == written.found)
    #expect(entry.widthPixels == written.pixels && entry.heightPixels == written.pixels)
    #expect(entry.steps == written.steps && entry.passes == written.passes)
  }

  @Test("Twice the steps cost nearly twice, and four times the pixels more than four times, by attention")
  func scaling() throws {
    let base = try joules("SDXL").value
    let twice = try joules("SDXL") { try $0.take(steps: 100) }.value
    let quarter = try joules("SDXL") { try $0.take(width: 512, height: 512) }.value
    #expect((1.9...2).contains(twice / base))
    #expect((4...6).contains(base / quarter))
    #expect(try joules("SDXL Turbo").value < quarter / 5)
  }

  @Test("The interval is wider than a transformer's, and between two U-Nets what is unknown of all of them cancels")
  func intervals() throws {
    func width<Q>(_ estimate: Estimate<Q>) -> Double { estimate.high.baseValue / estimate.low.baseValue }
    let large = try joules("SDXL")
    let flux = try joules("FLUX.1 dev") { $0.accelerators = 1 }
    #expect(width(large) > 1.4 * width(flux))
    let (between, across) = (large / (try joules("SD 1.5")), large / flux)
    #expect(width(between) < 0.85 * width(across))
    let prior: UncertaintySource = "prior:unet-over-transformers"
    #expect(large.deviations[prior] != nil && across.deviations[prior] != nil)
    #expect(abs(between.deviations[prior]?.atHigh ?? 0) < 1e-9)
  }

  @Test("One accelerator makes a picture where nobody says, and what is assumed is said")
  func alone() throws {
    let work = DiffusionWork(try entry("SD 1.5"))
    let transformer = DiffusionWork(try entry("FLUX.1 dev"))
    #expect(work.isByUNet && !transformer.isByUNet)
    let made = try DiffusionEstimator(tables).footprint(of: work, at: site)
    #expect(made.energy.machine.count.value.value == 1)
    #expect(made.notes.contains { $0.contains("U-Net") && $0.contains("16 bits") })
    #expect(made.energy.accelerators.receipt.note?.contains("Assumed by Dimmer") == true)
    var stated = work
    stated.accelerators = 4
    let together = try DiffusionEstimator(tables).footprint(of: stated, at: site)
    #expect(together.energy.accelerators.value > made.energy.accelerators.value)
  }
}

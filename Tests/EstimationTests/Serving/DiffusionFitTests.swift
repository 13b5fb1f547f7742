import Factors
import Foundation
import Methods
import Quantities
import TestSupport
import Testing

@testable import Estimation

/// The fit of the constants of denoising, and the judgement of the estimator on models that it has not seen.
struct DiffusionFit {
  /// A measured row and what its network and settings come to.
  struct Row {
    let measured: Measured
    let operations: Double
    let stateBytes: Double
    let layerSteps: Double

    /// Nothing for a U-Net: none is in the extract.
    init?(_ measured: Measured, _ model: DiffusionModelTable.Entry) {
      guard case .transformer(let shape) = model.network else { return nil }
      self.measured = measured
      let pixels = model.widthPixels * model.heightPixels * model.frames
      let tokens =
        Denoising.tokens(
          width: model.widthPixels, height: model.heightPixels, frames: model.frames, tokenPixels: shape.tokenPixels,
          tokenFrames: shape.tokenFrames) + shape.textTokens
      operations = Denoising.operations(
        tokens: tokens, layers: shape.layers, channels: shape.channels, matrices: shape.matrices,
        attentionLayers: shape.attentionLayers, passes: model.steps * model.passes,
        decoded: 2 * 1273.718e9 / (512 * 512) * pixels)
      stateBytes = Denoising.stateBytes(
        tokens: tokens, layers: shape.layers, channels: shape.channels, passes: model.steps * model.passes)
      layerSteps = shape.layers * model.steps
    }

    func joules(on accelerators: Double, _ constants: DenoisingConstants) -> Double {
      let isB200 = measured.gpu == "B200"
      return constants.joules(
        operations: operations, stateBytes: stateBytes, layerSteps: layerSteps, accelerators: accelerators,
        boardWatts: isB200 ? 1000 : 700, bytesPerSecond: isB200 ? 8e12 : 3.35e12)
    }
  }

  /// What the estimator says of a row, without having seen any row of its model.
  struct Judged {
    let row: Row
    /// Log of estimate over measurement on one accelerator, where all lowest configurations are.
    let known: Double
    /// Log of estimate over the middle of the measured configurations, where nothing was stated.
    let unknown: Double
    let overlaps: Bool
    let holdsMiddle: Bool
    let widthKnown: Double
    let widthUnknown: Double

    var holds: Bool { abs(known) <= log(DenoisingConstants.spread.all) }
  }

  let rows: [Row]

  init() throws {
    let table = try FactorTables.embedded().diffusionModels
    rows = try [DiffusionModelTable.Medium.image, .video].flatMap { medium in
      try Measured.made(medium.rawValue).compactMap { Row($0, try table.model($0.model, making: medium)) }
    }
  }

  var models: [String] { Set(rows.map(\.measured.model)).sorted() }

  /// Fits the four constants, each model with the same weight: the lowest configuration as one accelerator, and the
  /// highest, at half the weight, as eight, to which the sweeps go.
  static func constants(_ rows: [Row]) -> DenoisingConstants {
    let counts = Dictionary(grouping: rows, by: \.measured.model).mapValues { Double($0.count) }
    func read(_ logs: [Double]) -> DenoisingConstants {
      let values = logs.map { exp($0) }
      return DenoisingConstants(
        operationJoules: values[0], memory: values[1], launchSeconds: values[2], exchange: values[3])
    }
    return read(
      RobustFit().solve(from: [2e-12, 150, 1e-3, 30].map { log($0) }) { logs in
        let constants = read(logs)
        return rows.flatMap { row -> [Double] in
          let weight = 1 / (counts[row.measured.model] ?? 1).squareRoot()
          return [
            weight * log(row.joules(on: 1, constants) / row.measured.least),
            weight / 2 * log(row.joules(on: 8, constants) / row.measured.most),
          ]
        }
      })
  }

  /// The constants with one model left out, by model.
  var leftOut: [String: DenoisingConstants] {
    Dictionary(
      uniqueKeysWithValues: models.map { model in
        (model, DiffusionFit.constants(rows.filter { $0.measured.model != model }))
      })
  }

  func judged() throws -> [Judged] {
    let constants = leftOut
    return try rows.map { row in
      let constants = try #require(constants[row.measured.model])
      let spread = log(DenoisingConstants.spread.all)
      let prior = DiffusionEstimator.countPrior.estimate
      let at = { (count: Double) in row.joules(on: count, constants) }
      let value = at(prior.value.value)
      let low = value * exp(-hypot(spread, log(value / at(prior.low.value))))
      let high = value * exp(hypot(spread, log(at(prior.high.value) / value)))
      return Judged(
        row: row, known: log(at(1) / row.measured.least), unknown: log(value / row.measured.middle),
        overlaps: low <= row.measured.most && high >= row.measured.least,
        holdsMiddle: low <= row.measured.middle && row.measured.middle <= high, widthKnown: exp(2 * spread),
        widthUnknown: high / low)
    }
  }
}

@Suite(
  "The image and video estimator against measured servers, one model left out at a time",
  .enabled(if: Measured.isThere, "needs the measurements, in ../shared/data/factors/inference_measured_mlenergy.csv"))
struct DiffusionFitTests {
  let fit: DiffusionFit
  let judged: [DiffusionFit.Judged]
  init() throws {
    fit = try DiffusionFit()
    judged = try fit.judged()
  }

  private func of(_ medium: String) -> [DiffusionFit.Judged] {
    judged.filter { $0.row.measured.task.hasSuffix(medium) }
  }
  private func factor(_ logs: [Double]) -> Double { exp(logs.map(abs).median) }
  private func share(_ of: [Bool]) -> Double { Double(of.filter { $0 }.count) / Double(of.count) }

  @Test("The shipped constants are those of the fit on all rows")
  func shipped() {
    #expect(fit.rows.count > 15)
    let fitted = DiffusionFit.constants(fit.rows)
    let shipped = DenoisingConstants.fitted
    for (one, other) in [
      (fitted.operationJoules, shipped.operationJoules), (fitted.memory, shipped.memory),
      (fitted.launchSeconds, shipped.launchSeconds), (fitted.exchange, shipped.exchange),
    ] { #expect(abs(one / other - 1) < 0.02, "\(one) is not \(other)") }
  }

  @Test("The shipped spread is that of models left out, and its parts are those of constants, models and servers")
  func spread() {
    let parts = SpreadParts(
      residuals: judged.map { ($0.row.measured.model, $0.known) },
      estimates: fit.leftOut.values.map { constants in fit.rows.map { log($0.joules(on: 1, constants)) } })
    #expect(parts.agree(with: DenoisingConstants.spread), "\(parts)")
  }

  @Test(
    "On one accelerator, most measurements lie in the interval and the median is close", arguments: ["image", "video"])
  func known(medium: String) {
    let rows = of(medium)
    #expect(share(rows.map(\.holds)) >= 0.85)
    #expect(factor(rows.map(\.known)) <= 1.3)
    #expect(rows.map(\.widthKnown).median <= 3)
  }

  @Test(
    "With nothing stated, the interval holds the middle of what was measured, and is no wider than six",
    arguments: ["image", "video"])
  func unknown(medium: String) {
    let rows = of(medium)
    #expect(share(rows.map(\.overlaps)) >= 0.9)
    #expect(share(rows.map(\.holdsMiddle)) >= 0.85)
    #expect(factor(rows.map(\.unknown)) <= 1.5)
    #expect(rows.map(\.widthUnknown).median <= 6)
  }

  @Test("The document prints the judgement as it is, by medium")
  func printed() throws {
    let document = try Repository.text("docs/estimation.md")
    let number = { (value: Double, digits: Int) in String(format: "%.\(digits)f", value) }
    let percent = { (value: Double) in number(100 * value, 0) + " %" }
    let lines = ["image", "video"].map { medium -> String in
      let rows = of(medium)
      return
        "| \(medium) | \(rows.count) | \(percent(share(rows.map(\.holds)))) | \(number(factor(rows.map(\.known)), 2)) | "
        + "\(number(rows.map(\.widthKnown).median, 1)) | \(percent(share(rows.map(\.overlaps)))) | "
        + "\(percent(share(rows.map(\.holdsMiddle)))) | \(number(factor(rows.map(\.unknown)), 2)) | "
        + "\(number(rows.map(\.widthUnknown).median, 1)) |"
    }
    for line in lines {
      let isThere = document.contains(line)
      #expect(isThere, "docs/estimation.md must say: \(line)")
    }
  }
}

import Factors
import Foundation
import Methods
import Quantities
import Testing

@testable import Estimation

@Suite(
  "The image and video estimator against measured servers, one model left out at a time",
  .enabled(if: Measured.isThere, "needs the measurements, in ../shared/data/factors/inference_measured_mlenergy.csv"))
struct DiffusionFitTests {
  let table: DiffusionModelTable
  init() throws { table = try FactorTables.embedded().diffusionModels }

  private struct Row {
    let measured: Measured
    /// Joules on paper: what the data sheet's joules per operation come to.
    let paper: Double
  }

  private func rows(_ medium: DiffusionModelTable.Medium) throws -> [Row] {
    try Measured.made(medium.rawValue).map { measured in
      let model = try table.model(measured.model, making: medium)
      let tokens = Denoising.tokens(
        width: model.widthPixels, height: model.heightPixels, frames: model.frames, tokenPixels: model.tokenPixels,
        tokenFrames: model.tokenFrames)
      let flop = Denoising.weightedFlop(
        tokens: tokens, billions: model.billions, steps: model.steps, passes: model.passes)
      let isB200 = measured.gpu == "B200"
      return Row(
        measured: measured,
        paper: Denoising.joules(
          flop: flop, boardWatts: isB200 ? 1000 : 700, flopPerSecond: isB200 ? 2250e12 : 989.4e12))
    }
  }

  /// The constant: the median over models of the median of each model's rows.
  private func constant(_ rows: [Row]) -> Double {
    exp(
      Set(rows.map(\.measured.model)).map { model in
        rows.filter { $0.measured.model == model }.map { log($0.measured.least / $0.paper) }.median
      }.median)
  }

  private func judged(_ rows: [Row]) -> [(row: Row, constant: Double)] {
    rows.map { row in (row, constant(rows.filter { $0.measured.model != row.measured.model })) }
  }

  @Test("The shipped constant is that of all rows, and the shipped spread that of models left out")
  func shipped() throws {
    let all = try rows(.image) + rows(.video)
    #expect(all.count > 15)
    #expect(abs(constant(all) / Denoising.constant - 1) < 0.02, "\(constant(all))")
    let left = judged(all).map { log($0.constant * $0.row.paper / $0.row.measured.least) }
    #expect(abs(exp(1.96 * left.deviation) / Denoising.spread - 1) < 0.02, "\(exp(1.96 * left.deviation))")
  }

  @Test("The interval overlaps the measured one for most rows of images and of videos, and the document says how many")
  func intervals() throws {
    let document = try String(
      contentsOf: URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/estimation.md"), encoding: .utf8)
    let all = try rows(.image) + rows(.video)
    for medium in [DiffusionModelTable.Medium.image, .video] {
      let configuration = Denoising.configuration(medium == .video).estimate
      let found = judged(all).filter { $0.row.measured.task.hasSuffix(medium.rawValue) }.map { row, constant in
        let value = constant * row.paper * configuration.value.value
        let spread = log(Denoising.spread)
        let low = value * exp(-hypot(spread, log(configuration.value.value / configuration.low.value)))
        let high = value * exp(hypot(spread, log(configuration.high.value / configuration.value.value)))
        return (
          overlaps: low <= row.measured.most && high >= row.measured.least,
          holds: low <= row.measured.middle && row.measured.middle <= high,
          ratio: abs(log(value / row.measured.middle)),
          width: high / low
        )
      }
      let overlap = Double(found.filter(\.overlaps).count) / Double(found.count)
      let ratio = exp(found.map(\.ratio).median)
      #expect(overlap >= 0.8)
      #expect(ratio <= 1.6)
      let held = Double(found.filter(\.holds).count) / Double(found.count)
      let line =
        "| \(medium.rawValue) | \(found.count) | \(String(format: "%.0f", 100 * overlap)) % | "
        + "\(String(format: "%.0f", 100 * held)) % | \(String(format: "%.2f", ratio)) | "
        + "\(String(format: "%.1f", found.map(\.width).median)) |"
      let isThere = document.contains(line)
      #expect(isThere, "docs/estimation.md must say: \(line)")
    }
  }
}

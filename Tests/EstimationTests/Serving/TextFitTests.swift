import Factors
import Foundation
import Methods
import Quantities
import TestSupport
import Testing

@testable import Estimation

/// The fit of the text estimator's constants, and the judgement of the estimator on models it has not seen.
enum TextFit {
  /// Fits the five constants: lowest configurations at their batch; highest ones, at half the weight, at a batch of 8,
  /// from which the counts of configurations say that the sweeps began.
  static func constants(_ rows: [Measured]) -> ServingConstants {
    func read(_ logs: [Double]) -> ServingConstants {
      let values = logs.map { exp($0) }
      return ServingConstants(
        memory: values[0], compute: values[1], prefill: values[2], stepSeconds: values[3], sequenceSeconds: values[4])
    }
    let start = [0.8, 2, 1, 3e-3, 2e-5].map { log($0) }
    return read(
      RobustFit().solve(from: start) { logs in
        let constants = read(logs)
        return rows.map { log($0.joules(batch: $0.batch, constants) / $0.least) }
          + rows.filter { $0.most / $0.least > 2 }.map {
            0.5 * log($0.joules(batch: min(8, $0.batch), constants) / $0.most)
          }
      })
  }

  /// What the estimator says of a row, without having seen any row of its model.
  struct Judged {
    let row: Measured
    /// Log of estimate over measurement, where batch and accelerators are known: against the lowest configuration.
    let known: Double
    /// Log of estimate over the middle of the measured configurations, where neither is known.
    let unknown: Double
    /// Whether the interval of the unknown batch shares a value with the measured one, and holds its middle.
    let overlaps: Bool
    let holdsMiddle: Bool
    /// High over low of both intervals.
    let widthKnown: Double
    let widthUnknown: Double

    /// Whether the interval at the known batch holds the measurement.
    var holds: Bool { abs(known) <= log(ServingConstants.spread.all) }
  }

  /// The constants with one model left out, by model.
  static let leftOut: [String: ServingConstants] = {
    let rows = Measured.text
    return Dictionary(
      uniqueKeysWithValues: Set(rows.map(\.model)).map { model in
        (model, constants(rows.filter { $0.model != model }))
      })
  }()

  /// Each model judged by constants fitted on all others.
  static let judged: [Judged] = Measured.text.compactMap { row in leftOut[row.model].map { judge(row, $0) } }

  /// The estimator's own rules: accelerators by memory, batch 32 from 16 to 64, and the shipped spread.
  private static func judge(_ row: Measured, _ constants: ServingConstants) -> Judged {
    let memory = row.gpu == "B200" ? 180.0 : 80.0
    var gpus = 1.0
    while gpus < row.totalBillions * row.weightBits / 8 * 1.2 / memory { gpus *= 2 }
    let prior = TextEstimator.batchPrior.estimate
    let at = { (batch: Double) in row.joules(batch: batch, gpus: gpus, constants) }
    let value = at(prior.value.value)
    let spread = log(ServingConstants.spread.all)
    let down = hypot(spread, log(value / at(prior.high.value)))
    let up = hypot(spread, log(at(prior.low.value) / value))
    let low = value * exp(-down)
    let high = value * exp(up)
    return Judged(
      row: row, known: log(row.joules(batch: row.batch, constants) / row.least), unknown: log(value / row.middle),
      overlaps: low <= row.most && high >= row.least, holdsMiddle: low <= row.middle && row.middle <= high,
      widthKnown: exp(2 * spread), widthUnknown: high / low)
  }
}

@Suite(
  "The text estimator against measured servers, one model left out at a time",
  .enabled(if: Measured.isThere, "needs the measurements, in ../shared/data/factors/inference_measured_mlenergy.csv"))
struct TextFitTests {
  private func factor(_ logs: [Double]) -> Double { exp(logs.map(abs).median) }
  private func share(_ of: [Bool]) -> Double { Double(of.filter { $0 }.count) / Double(of.count) }

  @Test("With batch and accelerators known, most measurements lie in the interval and the median is close")
  func known() {
    let judged = TextFit.judged
    #expect(judged.count > 50)
    #expect(share(judged.map(\.holds)) >= 0.85)
    #expect(factor(judged.map(\.known)) <= 1.5)
    #expect(judged.map(\.widthKnown).median <= 6)
  }

  @Test("With neither known, the interval overlaps the measured one, its median is close and it is no wider than six")
  func unknown() {
    let judged = TextFit.judged
    #expect(share(judged.map(\.overlaps)) >= 0.7)
    #expect(share(judged.map(\.holdsMiddle)) >= 0.85)
    #expect(factor(judged.map(\.unknown)) <= 1.5)
    #expect(judged.map(\.widthUnknown).median <= 6)
  }

  @Test("The shipped spread is that of models left out, and its parts are those of constants, models and servers")
  func spread() {
    let rows = Measured.text
    let parts = SpreadParts(
      residuals: TextFit.judged.map { ($0.row.model, $0.known) },
      estimates: TextFit.leftOut.values.map { constants in rows.map { log($0.joules(batch: $0.batch, constants)) } })
    #expect(parts.agree(with: ServingConstants.spread), "\(parts)")
  }

  @Test("The shipped constants are those of the fit on all rows")
  func shipped() {
    let fitted = TextFit.constants(Measured.text)
    let shipped = ServingConstants.fitted
    for (one, other) in [
      (fitted.memory, shipped.memory), (fitted.compute, shipped.compute), (fitted.prefill, shipped.prefill),
      (fitted.stepSeconds, shipped.stepSeconds), (fitted.sequenceSeconds, shipped.sequenceSeconds),
    ] { #expect(abs(one / other - 1) < 0.02, "\(one) is not \(other)") }
  }

  @Test("The document prints the judgement as it is: every row of its table by task")
  func printed() throws {
    let document = try Repository.text("docs/estimation.md")
    for line in table() {
      let isThere = document.contains(line)
      #expect(isThere, "docs/estimation.md must say: \(line)")
    }
  }

  /// The rows of the table by task in docs/estimation.md.
  private func table() -> [String] {
    let number = { (value: Double, digits: Int) in String(format: "%.\(digits)f", value) }
    let percent = { (value: Double) in number(100 * value, 0) + " %" }
    let line = { (name: String, rows: [TextFit.Judged]) in
      "| \(name) | \(rows.count) | \(percent(share(rows.map(\.holds)))) | \(number(factor(rows.map(\.known)), 2)) | "
        + "\(number(rows.map(\.widthKnown).median, 1)) | \(percent(share(rows.map(\.overlaps)))) | "
        + "\(percent(share(rows.map(\.holdsMiddle)))) | \(number(factor(rows.map(\.unknown)), 2)) | "
        + "\(number(rows.map(\.widthUnknown).median, 1)) |"
    }
    let judged = TextFit.judged
    return Set(judged.map(\.row.task)).sorted().map { task in line(task, judged.filter { $0.row.task == task }) }
      + [line("all", judged)]
  }
}

import Methods
import Quantities

/// What measured servers say of the ratios between data sheets and work: five numbers, fitted.
///
/// Each joins a share of the board's power with an efficiency, since energy alone cannot tell them apart. They were
/// fitted on GPU energy per request as the ML.ENERGY Benchmark v3 measured it (see docs/estimation.md); a test fits
/// them again and compares.
package struct ServingConstants: Hashable, Sendable {
  /// Power share over bandwidth efficiency: reading weights and cache.
  package var memory: Double
  /// Power share over arithmetic efficiency while decoding, for a model of 30 billion active parameters.
  package var compute: Double
  /// The same while reading the prompt.
  package var prefill: Double
  /// Power share x seconds that a step takes whatever is in it, for a model of 30 billion parameters.
  package var stepSeconds: Double
  /// Power share x seconds that a step takes for every request in it, for a model of 30 billion parameters.
  package var sequenceSeconds: Double

  /// Constants.
  package init(memory: Double, compute: Double, prefill: Double, stepSeconds: Double, sequenceSeconds: Double) {
    self.memory = memory
    self.compute = compute
    self.prefill = prefill
    self.stepSeconds = stepSeconds
    self.sequenceSeconds = sequenceSeconds
  }

  /// The fit on all rows.
  package static let fitted = ServingConstants(
    memory: 0.822, compute: 3.10, prefill: 0.943, stepSeconds: 2.88e-3, sequenceSeconds: 2.19e-5)
  /// How far the estimates are off for models that the fit has not seen.
  package static let spread = FitSpread(family: "text", all: 2.12, common: 1.20, server: 1.68)

  static let source = Source(
    "Fitted by Dimmer on GPU energy per request of the ML.ENERGY Benchmark v3 (59 rows of text and multimodal models "
      + "on H100 and B200); docs/estimation.md has the model, the split and the residuals", year: 2026)

  /// The constants as figures, in the order of the formulas.
  func figures() -> [Figure<Ratio>] {
    let note = "fitted together; the spread of the fit stands in the energy of a token"
    return [
      ("power share over bandwidth efficiency", memory), ("power share over arithmetic efficiency", compute),
      ("power share over arithmetic efficiency of prompts", prefill),
      ("power share x seconds of a step", stepSeconds),
      ("power share x seconds of a request in a step", sequenceSeconds),
    ].map { label, value in
      Figure(
        label, .exact(Ratio(value), origin: .modelled, method: "fitted-constant@1"), source: ServingConstants.source,
        note: note)
    }
  }
}

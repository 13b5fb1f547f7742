import Methods
import Quantities

/// What measured servers say of the energy of denoising: four numbers, fitted.
///
/// Two are of one board: what an operation costs, and how often the states between the layers move in memory. Two are of
/// boards that work together: how long each waits in every layer, and what they exchange. They were fitted on the lowest
/// and the highest configuration that the ML.ENERGY Benchmark v3 measured, whose sweeps go from one board to eight (see
/// docs/estimation.md); a test fits them again and compares.
package struct DenoisingConstants: Hashable, Sendable {
  /// Joules of one operation, on every kind of board: measurements do not show what newer boards gain on paper.
  package var operationJoules: Double
  /// How often the states between layers are read or written, times the share of the board's power in use.
  package var memory: Double
  /// Share of power x seconds that each of several boards waits in a layer.
  package var launchSeconds: Double
  /// What each further board adds to the moving of states.
  package var exchange: Double

  /// Constants.
  package init(operationJoules: Double, memory: Double, launchSeconds: Double, exchange: Double) {
    self.operationJoules = operationJoules
    self.memory = memory
    self.launchSeconds = launchSeconds
    self.exchange = exchange
  }

  /// Joules of all boards for one piece.
  ///
  /// - Parameters:
  ///   - stateBytes: ``Denoising/stateBytes(tokens:layers:channels:passes:)`` of all steps.
  ///   - layerSteps: layers times steps; both passes of a guided step go through a layer together.
  ///   - accelerators: boards that work together on the piece. One alone prepares a layer while it works on the one
  ///     before; several wait for each other in every layer.
  package func joules(
    operations: Double, stateBytes: Double, layerSteps: Double, accelerators: Double, boardWatts: Double,
    bytesPerSecond: Double
  ) -> Double {
    let moving = stateBytes / bytesPerSecond * (memory + exchange * (accelerators - 1))
    let waiting = accelerators > 1 ? launchSeconds * layerSteps * accelerators : 0
    return operations * operationJoules + boardWatts * (moving + waiting)
  }

  /// The fit on all rows.
  package static let fitted = DenoisingConstants(
    operationJoules: 1.92e-12, memory: 136, launchSeconds: 0.774e-3, exchange: 20.0)

  /// How far the estimates are off for models that the fit has not seen.
  package static let spread = FitSpread(family: "diffusion", all: 1.41, common: 1.16, server: 1.07)

  static let source = Source(
    "Fitted by Dimmer on GPU energy of the ML.ENERGY Benchmark v3 (18 rows of images and videos on H100 and B200); "
      + "docs/estimation.md has the model, the split and the residuals", year: 2026)

  /// The constants as figures, in the order of the formula.
  func figures() -> [Figure<Ratio>] {
    let note = "fitted together; the spread of the fit stands in the energy"
    return [
      ("joules of one operation", operationJoules), ("how often states between layers move", memory),
      ("wait of a board in a layer, times its share of power", launchSeconds),
      ("what a further board adds to the moving of states", exchange),
    ].map { label, value in
      Figure(
        label, .exact(Ratio(value), origin: .modelled, method: "fitted-constant@1"),
        source: DenoisingConstants.source, note: note)
    }
  }
}

import Methods
package import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How far estimates of a fit are off for what it has not seen, told apart by what is off: each a factor either way with
/// 95 %.
///
/// Between two estimates only what is the same thing in both may cancel. The constants are common to all models; a
/// model's own distance from the fit goes with it to every server; its distance on one server is of that server.
package struct FitSpread: Hashable, Sendable {
  /// What was fitted: `text`, `diffusion`.
  package let family: String
  /// All of it together: what models are off by that the fit has not seen.
  package let all: Double
  /// How unsure the constants are, which every estimate shares.
  package let common: Double
  /// What a model is off by on one server and not on another.
  package let server: Double

  /// What a model is off by on every server: the rest of ``all``.
  package var model: Double {
    let squares = [all, common, server].map { log($0) * log($0) }
    return exp(max(0, squares[0] - squares[1] - squares[2]).squareRoot())
  }

  /// The uncertain things of a model on a server, each with its factor.
  package func parts(model name: String, server kind: String) -> [(name: UncertaintySource, factor: Double)] {
    [
      ("fit:\(family)-constants", common), ("fit:\(family)-model:\(name)", model),
      ("fit:\(family)-server:\(name):\(kind)", server),
    ]
  }
}

extension Figure {
  /// The figure with what the fit may be off by for a model on a server.
  func widened(by spread: FitSpread, model: String, server: String) -> Figure {
    spread.parts(model: model, server: server).reduce(self) { figure, part in
      figure.widened(by: 1 / part.factor...part.factor, from: part.name)
    }
  }
}

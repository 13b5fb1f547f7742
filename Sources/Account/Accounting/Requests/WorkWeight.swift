import Methods
import Quantities

/// By what requests beside each other share a meter (`work-weight@1`): w = b_in x in + b_out x out + b_unit x units.
///
/// Only the proportions count, so any unit will do; joules from a fit are the usual one. Cached tokens are not in a
/// request's size, and reasoning is in its tokens out, so neither is charged twice.
public struct WorkWeight: Hashable, Sendable, Codable {
  /// For each token read and not cached.
  public var perInputToken: Double
  /// For each token written.
  public var perOutputToken: Double
  /// For each unit.
  public var perUnit: Double

  /// Weights, none negative.
  public init(perInputToken: Double = 0, perOutputToken: Double = 0, perUnit: Double = 0) {
    self.perInputToken = perInputToken
    self.perOutputToken = perOutputToken
    self.perUnit = perUnit
  }

  /// Before anything is fitted: a token written weighs fifty times one read, as prompts are read all at once. It is
  /// assumed, and gone with the first fit.
  public static let assumed = WorkWeight(perInputToken: 0.02, perOutputToken: 1, perUnit: 1)

  /// The weight of a request.
  public func callAsFunction(_ size: RequestSize) -> Double {
    WorkWeight.formula.evaluate([
      size.uncachedTokensIn, size.tokensOut, size.units, perInputToken, perOutputToken, perUnit,
    ])
  }

  private static let any = 0...Double.greatestFiniteMagnitude

  static let formula = Formula(
    id: "work-weight@1", summary: "The weight by which requests beside each other share a meter's energy",
    formula: "in x b_in + out x b_out + units x b_unit",
    citation: Source(
      "Dimmer, sharing rule for concurrent requests; coefficients of the variant's own fit (token-fit@1)"),
    inputs: [
      MethodParameter("uncached_tokens_in", "tokens read and not cached", default: .number(0), in: any),
      MethodParameter("tokens_out", "tokens written", default: .number(0), in: any),
      MethodParameter("units", "units of work", default: .number(0), in: any),
      MethodParameter("b_in", "weight of a token read", default: .number(0), in: any),
      MethodParameter("b_out", "weight of a token written", default: .number(0), in: any),
      MethodParameter("b_unit", "weight of a unit", default: .number(0), in: any),
    ],
    output: MethodParameter("weight", "the request's weight"),
    evaluate: { $0[0] * $0[3] + $0[1] * $0[4] + $0[2] * $0[5] })
}

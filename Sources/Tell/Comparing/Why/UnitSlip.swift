import Quantities

/// A slip of units that a ratio looks like: a suspicion, never a fact.
public struct UnitSlip: Hashable, Sendable {
  /// What may have been taken for what.
  public let text: String
  /// The exact factor of the slip.
  public let factor: Double
  /// The ratio over the factor: how near it is.
  public let nearness: Double

  /// The slips that are known, with how near a ratio must be: a power of a thousand stands out among honest
  /// differences, a tenth does not.
  private static let known: [(factor: Double, tolerance: Double, text: String)] = [
    (1000, 0.25, "a factor of 1000: grams for kilograms, Wh for kWh, or a figure of 1000 queries for one"),
    (1e6, 0.25, "a factor of a million: grams for tonnes, Wh for MWh"),
    (3600, 0.1, "a factor of 3600: joules for watt-hours"),
    (3.6, 0.009, "a factor of 3.6: megajoules for kilowatt-hours"),
    (44.0 / 12, 0.009, "a factor of 3.67: the mass of carbon for that of carbon dioxide"),
    (1 / 0.45359237, 0.02, "a factor of 2.2046: pounds for kilograms"),
    (1 / 0.90718474, 0.005, "a factor of 1.1023: short tons of 2000 lb for tonnes"),
    (453.59237, 0.02, "a factor of 453.6: pounds for grams"),
  ]

  /// The slips that a ratio, or its inverse, is near to; nearest first.
  public static func suspected(in ratio: Double) -> [UnitSlip] {
    guard ratio > 0, ratio.isFinite else { return [] }
    return known.flatMap { slip in
      [slip.factor, 1 / slip.factor].compactMap { factor -> UnitSlip? in
        let nearness = ratio / factor
        let off = max(nearness, 1 / nearness) - 1
        return off <= slip.tolerance ? UnitSlip(text: slip.text, factor: factor, nearness: nearness) : nil
      }
    }
    .sorted { abs(Logarithm.natural($0.nearness)) < abs(Logarithm.natural($1.nearness)) }
  }
}

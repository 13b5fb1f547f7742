import Comparing
import Estimation
import Factors
import Ledger
import Methods
import Quantities
import TestSupport

/// Boards for tests.
enum Boards {
  static func make(
    _ query: String, signals: [BoardSlot: Finding<CarbonIntensity>] = [:], variants: [VariantRecord] = []
  ) throws -> Board {
    try BoardMaker(try FactorTables.embedded()).board(try BoardQuery(query), signals: signals, variants: variants)
  }

  /// Two models in two countries.
  static let usual = "task=chat&model=Llama 3.1 8B,Llama 3.3 70B&region=DE,FR"
}

extension Seeded {
  /// From a normal distribution with unit width (Box and Muller).
  mutating func normal() -> Double {
    let radius = (-2 * Double.random(in: Double.leastNonzeroMagnitude...1, using: &self).logarithm).squareRoot()
    return radius * (2 * Double.pi * Double.random(in: 0..<1, using: &self)).cosine
  }
}

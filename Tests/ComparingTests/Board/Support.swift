import Comparing
import Estimation
import Factors
import Ledger
import Methods
import Quantities

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

/// Reproducible draws.
struct Draws: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// From a normal distribution with unit width (Box and Muller).
  mutating func normal() -> Double {
    let radius = (-2 * Double.random(in: Double.leastNonzeroMagnitude...1, using: &self).logarithm).squareRoot()
    return radius * (2 * Double.pi * Double.random(in: 0..<1, using: &self)).cosine
  }
}

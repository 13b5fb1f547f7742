import Factors
public import Methods

/// The formulas of other tools and the worked examples, under the names that comparison vectors give them: the vector's
/// `kind` with `.` and `_` as `-`, so that `act.cpa` is `act-cpa@1`.
///
/// Their inputs and outputs have the keys of the vectors. What Dimmer computes itself is not written again here: an
/// entry turns the keys and units round and calls the same typed function.
public enum PeerMethods {
  /// Every entry.
  public static let all: [Method] =
    ACTMethods.all + BoaviztaMethods.all + ImpactFrameworkMethods.all + ScoreMethods.all + [TravelImpact.method]
    + PeerEstimators.all + WorkedExamples.all + WorkedStatistics.all
}

/// Ranges in which numbers of any tool make sense. What lies outside is a slip of units or of a sign.
enum Plausible {
  /// Any amount of energy, mass or water, in whatever unit: 0 to a million million.
  static let amount = 0...1e12
  /// A number that something is divided by.
  static let positive = 1e-12...1e12
  /// A count of parts.
  static let count = 0...1e6
  /// Grid intensity, g/kWh.
  static let intensity = 0...5000.0
  /// Total over IT energy of a site.
  static let pue = 1...100.0
  /// A share of a whole.
  static let share = 0...1.0
  /// A share that something is divided by.
  static let divisor = 1e-6...1.0
}

/// Works with the tables in this program; a name that they do not have is an error of the caller's with near matches.
func withTables<Result>(
  _ work: (FactorTables) throws(FactorError) -> Result
) throws(MethodError) -> Result {
  do throws(FactorError) { return try work(FactorTables.embedded()) } catch {
    throw MethodError.noAnswer(error.description)
  }
}

extension MethodArguments {
  /// The whole number under `key`.
  func count(_ key: String) throws(MethodError) -> Int {
    let value = try number(key)
    guard let count = Int(exactly: value) else { throw .wrongKind(key, expected: "a whole number") }
    return count
  }
}

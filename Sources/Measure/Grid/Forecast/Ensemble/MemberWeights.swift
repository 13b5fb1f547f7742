#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How much each member of an ensemble counts in each band: by how well its own past issues did.
///
///     w_k = L_k^-8,  L_k = mean absolute error of member k in the band, fading with 14 days
///
/// The high power means that a member a tenth worse than the best counts half as much, and one twice as bad next to
/// nothing. After Bates and Granger (1969), Operational Research Quarterly 20(4), who weigh by inverse error variance;
/// the power was chosen on the shared series.
struct MemberWeights: Hashable, Sendable, Codable {
  private let members: Int
  private var losses: Reals
  private var weights: Reals
  private var samples: [Int]

  private static var power: Double { 8 }
  /// Truths that a member must have been held against in a band to count beside those that have been.
  private static var enough: Int { 48 }
  /// The fading of 14 days, an hour.
  private static let fading = exp(-1.0 / (24 * 14))

  init(members: Int) {
    self.members = members
    losses = Reals(repeating: 0, count: 4 * members)
    weights = Reals(repeating: 0, count: 4 * members)
    samples = [Int](repeating: 0, count: 4 * members)
  }

  /// Lets what was learned before fade by an hour.
  mutating func age() {
    for index in losses.values.indices {
      losses[index] *= Self.fading
      weights[index] *= Self.fading
    }
  }

  /// Takes in one member's error.
  mutating func learn(_ error: Double, member: Int, band: Int) {
    let place = band * members + member
    losses[place] += abs(error)
    weights[place] += 1
    samples[place] += 1
  }

  /// The members' weights in a band, adding up to 1 over those that count. Equal before anything is known.
  func shares(_ band: Int) -> [Double] {
    let known = (0..<members).map { samples[band * members + $0] >= Self.enough }
    guard known.contains(true) else { return [Double](repeating: 1 / Double(members), count: members) }
    let means = (0..<members).map { losses[band * members + $0] / weights[band * members + $0] }
    let best = zip(means, known).filter(\.1).map(\.0).min() ?? 0
    // A perfect member would have an infinite weight.
    let floor = max(best * 1e-3, 1e-12)
    let raw = zip(means, known).map { mean, known in
      known ? pow((best + floor) / (mean + floor), Self.power) : 0
    }
    let total = raw.reduce(0, +)
    return raw.map { $0 / total }
  }
}

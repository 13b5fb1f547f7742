/// What somebody who knows better says about the answer to a request.
public enum Verdict: Hashable, Sendable, Codable {
  /// How many of the answer's units were right.
  case correct(Int64)
  /// Quality points of the answer's units together, each from 0 to 100: for answers that are neither right nor wrong.
  case points(Double)

  /// The points as they are kept: in steps of 2^-20, so that sums over requests are the same in whatever order they
  /// are made. A number that is not finite or below 0 is no verdict.
  static func kept(points: Double) -> Double? {
    guard points.isFinite, points >= 0 else { return nil }
    return (points * 1_048_576).rounded() / 1_048_576
  }
}

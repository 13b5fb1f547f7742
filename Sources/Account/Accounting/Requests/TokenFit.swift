public import Quantities

/// What a request of a variant costs, learned from metered requests as they come (`token-fit@1`):
/// E = a + b_in x uncached tokens in + b_out x tokens out + b_unit x units, no part below 0.
///
/// Recursive least squares with exponential forgetting, kept as sums (information form), so that the same observations
/// in the same order give the same coefficients to the last bit. When the fit gets much worse than the one in force, the
/// one in force is frozen: a model that was replaced or a meter gone wrong must not turn prices upside down in between.
public struct TokenFit: Hashable, Sendable, Codable {
  /// How it learns.
  public struct Settings: Hashable, Sendable, Codable {
    /// What an observation's weight is multiplied by with each further one, above 0 and at most 1.
    public var forgetting = 0.995
    /// Observations before there is a fit.
    public var least = 20
    /// A fit whose standard error, of the mean energy, is above this is not put in force over a better one.
    public var worstRelativeError = 0.1
    /// How many times the error in force it may have before it is frozen.
    public var degradation = 2.0
    /// The defaults.
    public init() {}
  }

  /// How things stand.
  public enum Standing: Hashable, Sendable, Codable {
    /// Too few observations.
    case learning(missing: Int)
    /// The coefficients are those of all observations, or of all but the last few of thousands.
    case fitted
    /// The coefficients are older: the newest fit is worse, and this is its relative standard error.
    case frozen(relativeError: Double)
  }

  /// How it learns.
  public let settings: Settings
  /// Observations taken.
  public private(set) var observations = 0
  /// How things stand.
  public private(set) var standing: Standing
  /// The coefficients in force; `nil` while there are none.
  public private(set) var coefficients: TokenCoefficients?
  private var sums = NormalEquations(size: 4)

  /// Nothing learned yet.
  public init(_ settings: Settings = Settings()) {
    self.settings = settings
    standing = .learning(missing: settings.least)
  }

  /// Learns from one metered request. Energies that are no number or below 0 are not taken.
  public mutating func take(_ size: RequestSize, _ energy: Energy) {
    let row = Self.row(size)
    guard energy.joules >= 0, energy.joules.isFinite, row.allSatisfy({ $0 >= 0 && $0.isFinite }) else { return }
    sums.take(row, energy.joules, forgetting: settings.forgetting)
    observations += 1
    // One of thousands moves little, and solving is the dear part.
    guard observations <= Self.solvedEach || observations.isMultiple(of: Self.solvedRarely) else { return }
    guard observations >= settings.least, let found = sums.leastSquares() else {
      standing = .learning(missing: max(1, settings.least - observations))
      return
    }
    let error = found.standardError / max(sums.mean, .leastNormalMagnitude)
    if let inForce = coefficients,
      error > max(settings.worstRelativeError, settings.degradation * inForce.relativeError)
    {
      standing = .frozen(relativeError: error)
    } else {
      coefficients = TokenCoefficients(found, mean: sums.mean, observations: observations)
      standing = .fitted
    }
  }

  /// Up to so many observations each one is followed by a solution, then one in ``solvedRarely``.
  private static let solvedEach = 1000
  private static let solvedRarely = 16

  static func row(_ size: RequestSize) -> [Double] { [1, size.uncachedTokensIn, size.tokensOut, size.units] }
}

/// Coefficients of a fit, each with its 95 % interval, and how well they foretell one request.
public struct TokenCoefficients: Hashable, Sendable, Codable {
  /// Joules for each of something.
  public struct Part: Hashable, Sendable, Codable {
    /// The best value, at least 0.
    public var joules: Double
    /// The low end, at least 0.
    public var low: Double
    /// The high end.
    public var high: Double
  }

  /// For a request, whatever its size.
  public let perRequest: Part
  /// For each token read and not cached; `nil` when no request had any.
  public let perInputToken: Part?
  /// For each token written; `nil` when no request had any.
  public let perOutputToken: Part?
  /// For each unit; `nil` when no request had any.
  public let perUnit: Part?
  /// Observations it rests on, those long forgotten included.
  public let observations: Int
  /// The standard error of one request, of the mean energy.
  public let relativeError: Double
  private let solution: LeastSquares

  init(_ found: LeastSquares, mean: Double, observations: Int) {
    let part = { (index: Int) in
      Part(joules: found.values[index], low: found.low[index], high: found.high[index])
    }
    perRequest = part(0)
    perInputToken = found.isSeen[1] ? part(1) : nil
    perOutputToken = found.isSeen[2] ? part(2) : nil
    perUnit = found.isSeen[3] ? part(3) : nil
    self.observations = observations
    relativeError = found.standardError / max(mean, .leastNormalMagnitude)
    solution = found
  }

  /// What one request of that size will take, with the 95 % interval for a single request, not for the mean of many.
  public func prediction(_ size: RequestSize) -> Estimate<Energy> {
    let (value, reach) = solution.prediction(TokenFit.row(size))
    return Estimate(
      .joules(value), low: .joules(max(0, value - reach)), high: .joules(value + reach), origin: .modelled,
      method: TokenFit.id, source: "token-fit")
  }

  /// The weights by which requests beside each other share a meter.
  public var weights: WorkWeight {
    WorkWeight(
      perInputToken: perInputToken?.joules ?? 0, perOutputToken: perOutputToken?.joules ?? 0,
      perUnit: perUnit?.joules ?? 0)
  }

  /// Whether a coefficient differs from another fit's by more than `fraction` of the mean cost it stands for.
  public func hasMoved(from other: TokenCoefficients, by fraction: Double) -> Bool {
    let pairs: [(Part?, Part?)] = [
      (perRequest, other.perRequest), (perInputToken, other.perInputToken), (perOutputToken, other.perOutputToken),
      (perUnit, other.perUnit),
    ]
    return pairs.contains { now, before in
      guard let now, let before else { return (now == nil) != (before == nil) }
      return abs(now.joules - before.joules) > fraction * max(abs(before.joules), .leastNormalMagnitude)
    }
  }
}

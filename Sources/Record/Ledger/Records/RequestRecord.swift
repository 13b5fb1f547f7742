public import Quantities

/// One inference request: who answered it, why, and what it cost.
public struct RequestRecord: Hashable, Sendable, Codable {
  /// Its id, of the kind `req`.
  public var id: ActivityID
  /// The serve or demo it belongs to.
  public var activity: ActivityID
  /// The alias the caller asked for.
  public var alias: String
  /// The variant that answered.
  public var variant: String
  /// The decision whose shares chose it; `nil` when none was in force.
  public var decisionID: DecisionID?
  /// When it came, by the wall clock.
  public var received: Timestamp
  /// When it came, in grid time.
  public var grid: Timestamp
  /// From the first byte in to the last byte out, in microseconds.
  public var durationMicroseconds: Int64
  /// The HTTP status the caller got; 499 when the caller went away.
  public var status: Int
  /// Which protocol it was: `kserve-v2`, `openai-chat`.
  public var protocolName: String
  /// How much work it asked for, in the alias's unit; `nil` when that could not be seen.
  public var units: Int64?
  /// Its energy; `nil` when its variant has no calibration or its units are unknown.
  public var microjoules: Microjoules?
  /// The low end of the 95 % interval.
  public var lowMicrojoules: Microjoules?
  /// The high end of the 95 % interval.
  public var highMicrojoules: Microjoules?
  /// Its carbon in billionths of a gram, so that sums over small requests are exact; `nil` when unknown.
  public var nanograms: Int64?
  /// Tokens in, as the model's server reported them.
  public var tokensIn: Int64?
  /// Tokens out, as the model's server reported them.
  public var tokensOut: Int64?
  /// Why this variant, in a few words.
  public var why: String
  /// How many of the answer's units were right; `nil` when nobody has judged it.
  public var correct: Int64?
  /// Quality points of the answer's units together, each from 0 to 100, where answers are neither right nor wrong; `nil`
  /// when nobody has given any.
  public var points: Double?

  /// A request.
  public init(
    id: ActivityID, activity: ActivityID, alias: String, variant: String, decisionID: DecisionID? = nil,
    received: Timestamp, grid: Timestamp, durationMicroseconds: Int64, status: Int, protocolName: String,
    units: Int64?, energy: Estimate<Energy>? = nil, carbon: Carbon? = nil, tokensIn: Int64? = nil,
    tokensOut: Int64? = nil, why: String, correct: Int64? = nil
  ) {
    self.id = id
    self.activity = activity
    self.alias = alias
    self.variant = variant
    self.decisionID = decisionID
    self.received = received
    self.grid = grid
    self.durationMicroseconds = durationMicroseconds
    self.status = status
    self.protocolName = protocolName
    self.units = units
    microjoules = energy.map { Microjoules($0.value) }
    lowMicrojoules = energy.map { Microjoules($0.low) }
    highMicrojoules = energy.map { Microjoules($0.high) }
    nanograms = carbon.flatMap { Int64(exactly: ($0.grams * 1e9).rounded()) }
    self.tokensIn = tokensIn
    self.tokensOut = tokensOut
    self.why = why
    self.correct = correct
  }

  /// The same request with a verdict, which replaces an earlier one of either kind.
  public func judged(_ verdict: Verdict) -> RequestRecord {
    var request = self
    switch verdict {
    case .correct(let count): (request.correct, request.points) = (count, nil)
    case .points(let points): (request.correct, request.points) = (nil, Verdict.kept(points: points))
    }
    return request
  }

  /// Whether the caller got no answer: any status but 2xx and 3xx.
  public var isFailed: Bool { !(200..<400).contains(status) }

  /// Its carbon; `nil` when unknown.
  public var carbon: Carbon? { nanograms.map { .grams(Double($0) / 1e9) } }
}

import Methods
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
  /// Its energy, as the caller was told; `nil` when nobody reported it and no calibration knows it.
  public var microjoules: Microjoules?
  /// The low end of the 95 % interval.
  public var lowMicrojoules: Microjoules?
  /// The high end of the 95 % interval.
  public var highMicrojoules: Microjoules?
  /// Where its energy comes from; `nil` for unknown energy, and in rows from before this was kept.
  public var energyOrigin: Origin?
  /// The method that made its energy: `reported-energy@1`, `request-energy@2`; `nil` as for the origin.
  public var energyMethod: MethodID?
  /// Its carbon in billionths of a gram, so that sums over small requests are exact; `nil` when unknown.
  public var nanograms: Int64?
  /// Tokens in, as the model's server reported them.
  public var tokensIn: Int64?
  /// Of the tokens in, those that the server had cached; `nil` when it did not say.
  public var tokensInCached: Int64?
  /// Tokens out, as the model's server reported them.
  public var tokensOut: Int64?
  /// Why this variant, in a few words.
  public var why: String
  /// How many of the answer's units were right; `nil` when nobody has judged it.
  public var correct: Int64?
  /// Tries at servers that failed before the answer; `nil` in rows from before this was kept.
  public var failedTries: Int64?
  /// What those tries used, as far as known, beside ``microjoules``; `nil` when that is unknown or none failed.
  public var wastedMicrojoules: Microjoules?
  /// What a second try used that was started to be faster and lost, beside ``microjoules``; `nil` when there was none
  /// or its energy is unknown.
  public var hedgedMicrojoules: Microjoules?
  /// Whether the caller left before the end; the energy is then of what was done until then.
  public var isCancelled: Bool
  /// From the request's head to the first byte of its answer, in microseconds; `nil` when none came or nobody kept it.
  public var firstByteMicroseconds: Int64?
  /// Whether the answer was a stream of events; `nil` in rows from before this was kept.
  public var isStreamed: Bool?
  /// Quality points of the answer's units together, each from 0 to 100, where answers are neither right nor wrong; `nil`
  /// when nobody has given any.
  public var points: Double?

  /// A request.
  public init(
    id: ActivityID, activity: ActivityID, alias: String, variant: String, decisionID: DecisionID? = nil,
    received: Timestamp, grid: Timestamp, durationMicroseconds: Int64, status: Int, protocolName: String,
    units: Int64?, energy: Estimate<Energy>? = nil, carbon: Carbon? = nil, tokensIn: Int64? = nil,
    tokensOut: Int64? = nil, why: String, correct: Int64? = nil, isCancelled: Bool? = nil
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
    energyOrigin = energy?.origin
    energyMethod = energy?.method
    nanograms = carbon.flatMap { Int64(exactly: ($0.grams * 1e9).rounded()) }
    self.tokensIn = tokensIn
    self.tokensOut = tokensOut
    self.why = why
    self.correct = correct
    self.isCancelled = isCancelled ?? (status == RequestRecord.callerLeft)
  }

  /// The status of a request whose caller went away.
  public static let callerLeft = 499

  /// Whether tries failed and what they used is unknown.
  public var hasUnknownWaste: Bool { (failedTries ?? 0) > 0 && wastedMicrojoules == nil }

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

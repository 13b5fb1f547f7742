public import Quantities
public import Switching

/// One alias and the variants behind it.
public struct ModelSettings: Hashable, Sendable {
  /// The name that callers use.
  public var alias: String
  /// The promised mean quality over a budget period, in points of the variants' quality (0...100).
  public var floor: Double
  /// Least mean quality of each single interval, in points; `nil` for none.
  public var instantFloor: Double?
  /// How often the control loop decides. Default one hour.
  public var interval: Span = .hours(1)
  /// The policy. Default `receding-horizon`.
  public var policy: PolicyName = .recedingHorizon
  /// What is counted on to keep the floor. Default what is expected.
  public var guardName = GuardName.expected
  /// By what part of its cost the variant that serves must be beaten before another takes over; `nil`: the policy's own.
  public var hysteresis: Double?
  /// The least time between two switches; `nil`: the policy's own.
  public var dwell: Span?
  /// The most that the 95th percentile of latency may be; `nil` for no objective.
  public var latencyObjective: Span?
  /// How long a conversation keeps its variant; `nil`: it does not.
  public var stickiness: Span?
  /// What says how hard a request is; `nil`: nothing, all count the same.
  public var difficulty: DifficultySource?
  /// When a second server is asked; `nil`: never.
  public var hedge: HedgeSettings?
  /// Whether streams carry the `: dimmer` comment. Default yes; a key can say otherwise.
  public var comments = true
  /// Whether the usage of answers carries Dimmer's figures unasked. Default no; a key can say otherwise.
  public var usage = false
  /// Whose forecast is planned with. Default the ensemble: a provider's own has to be asked for, and a service that
  /// fails on forecasts is then left alone for a while, with its values.
  public var forecast = ForecastSource.ensemble
  /// What one unit of a request is called, in the plural: `images`, `tokens`. Default `requests`.
  public var unitNoun = "requests"
  /// Units in a typical request, by which a request's fixed energy is spread over its units. Default 1.
  public var unitsPerRequest = 1.0
  /// Tokens of a typical request, with which energies by token are weighed.
  public var typicalTokens = TypicalTokens()
  /// How the variants' quality is kept fresh; `nil`: it is not.
  public var probes: ProbeSettings?
  /// The variants, any order.
  public var variants: [VariantSettings]

  /// An alias.
  public init(alias: String, floor: Double, variants: [VariantSettings]) {
    self.alias = alias
    self.floor = floor
    self.variants = variants
  }

  /// The policy with what is stated about it.
  public var switchingPolicy: any SwitchingPolicy {
    get throws(SwitchingError) {
      let usual = Hysteresis(margin: 0.05, dwell: 3)
      let intervals = dwell.map { Int(($0 / interval).rounded(.up)) }
      let isHeld = hysteresis != nil || dwell != nil
      let rule = Hysteresis(margin: hysteresis ?? usual.margin, dwell: intervals ?? usual.dwell)
      switch policy {
      case .recedingHorizon: return RecedingHorizon(guardRule: guardName.rule, hysteresis: isHeld ? rule : nil)
      case .trailingPrice: return TrailingPrice(guardRule: guardName.rule, hysteresis: rule)
      default: return try SwitchingPolicies.policy(named: policy.rawValue)
      }
    }
  }
}

/// What is counted on to keep a day's floor.
public enum GuardName: String, CaseIterable, Hashable, Sendable {
  /// Three quarters of the demand that is expected later in the day: the floor holds as long as so much comes.
  case expected
  /// Nothing: the floor holds whatever comes, and quality is only spared after it was served. It saves less.
  case certain

  /// The guard.
  var rule: FloorGuard {
    switch self {
    case .expected: FloorGuard()
    case .certain: .certain
    }
  }
}

/// The policies a configuration can name: all there are.
public enum PolicyName: String, CaseIterable, Hashable, Sendable {
  /// Re-solves the rest of the day at each interval.
  case recedingHorizon = "receding-horizon"
  /// The price of the last day.
  case trailingPrice = "trailing-price"
  /// One mix for all hours; needs no signal.
  case staticMix = "static-mix"
  /// Always the best variant.
  case alwaysBest = "always-best"
  /// Two fixed intensities. A peers' rule: it keeps no floor.
  case twoLevelThreshold = "two-level-threshold"
  /// A quantile of the last day between two far variants. A peers' rule: it keeps no floor.
  case farPairThreshold = "far-pair-threshold"
  /// CLOVER's own rule: it keeps no floor.
  case clover
  /// SPROUT's own rule: its floor loosens with the grid.
  case sprout

  /// Whether switches can be held back.
  var takesHysteresis: Bool { self == .recedingHorizon || self == .trailingPrice }
  /// Whether it keeps the promised mean by design.
  var keepsFloor: Bool { [.recedingHorizon, .trailingPrice, .staticMix, .alwaysBest].contains(self) }
}

/// Whose forecast of the grid is planned with. Where one has nothing to say the next in this order stands in: provider,
/// ensemble, persistence.
public enum ForecastSource: String, CaseIterable, Hashable, Sendable, Codable {
  /// The provider's own, where it has one.
  case provider
  /// Dimmer's ensemble, which learns from what was issued.
  case ensemble
  /// The day before.
  case persistence
}

/// What says how hard a request is.
public enum DifficultySource: String, CaseIterable, Hashable, Sendable {
  /// Longer prompts count as harder.
  case promptLength = "prompt-length"
  /// The caller's header `Dimmer-Difficulty`, 0 to 1.
  case header
}

/// When a second server is asked while the first is silent.
public struct HedgeSettings: Hashable, Sendable {
  /// After so long without a first byte.
  public var after: Span
  /// Only while the grid is cleaner than this; `nil`: always.
  public var below: CarbonIntensity?
}

/// Tokens of a typical request; `nil` where nothing is stated.
public struct TypicalTokens: Hashable, Sendable {
  /// Tokens of the prompt that no cache holds.
  public var input: Double?
  /// Tokens of the answer.
  public var output: Double?

  /// Nothing stated.
  public init() {}
}

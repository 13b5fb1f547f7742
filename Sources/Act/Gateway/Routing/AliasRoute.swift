/// A model that can answer: the name callers see and the servers that have it.
public struct VariantTarget: Sendable, Hashable {
  /// The name callers may ask for exactly; unique in a table.
  public let name: String
  /// The name the backends know it by.
  public let modelName: String
  /// The KServe version the backends are asked for; nil leaves the caller's.
  public let version: String?
  /// Text that is put into the system prompt, for example "Answer briefly."; nil for none.
  public let directive: String?
  /// The name of the variant that this one is a directive on; nil for a model of its own.
  public let family: String?
  /// Servers that have this variant; at least one.
  public let backends: [Backend]

  /// A variant on these backends, known there by `modelName` (the same name when nil).
  public init(
    name: String, modelName: String? = nil, version: String? = nil, directive: String? = nil, family: String? = nil,
    backends: [Backend]
  ) {
    self.name = name
    self.modelName = modelName ?? name
    self.version = version
    self.directive = directive
    self.family = family
    self.backends = backends
  }
}

/// A name that stands for several variants, of which each request gets one.
public struct AliasRoute: Sendable {
  /// The name callers ask for.
  public let alias: String
  /// From cheapest to best. When one fails, the next better is tried, then the next cheaper, so variants that must
  /// never stand in for another do not belong here.
  public let variants: [VariantTarget]
  /// How long conversations keep their variant; nil when they do not.
  public var stickiness: Stickiness?
  /// What gives the hardest requests the best variant; nil deals in turn.
  public var difficulty: (any DifficultyScorer)?
  /// When a second backend is asked; nil for never.
  public var hedging: Hedging?
  /// What callers are told beyond header fields.
  public var telling: Telling

  /// An alias over variants, given from cheapest to best.
  public init(
    alias: String, variants: [VariantTarget], stickiness: Stickiness? = nil,
    difficulty: (any DifficultyScorer)? = nil, hedging: Hedging? = nil, telling: Telling = .fieldsOnly
  ) {
    self.alias = alias
    self.variants = variants
    self.stickiness = stickiness
    self.difficulty = difficulty
    self.hedging = hedging
    self.telling = telling
  }
}

/// Why a request got its variant, in the words of the record.
public enum RoutingReason: String, Sendable, Hashable, CaseIterable {
  /// The policy's price of carbon.
  case price
  /// A latency objective.
  case slo
  /// The caller named the variant exactly.
  case pinned
  /// The conversation had it before.
  case sticky
  /// The request was found hard, or easy.
  case difficulty
  /// The caller set a limit: a least quality, a most carbon.
  case caller
  /// Another variant failed.
  case fallback
  /// The chosen one was slow to begin; a second one was asked beside it and answered first.
  case hedged = "hedge"
  /// The quality guard overruled the price.
  case guarded = "guard"
  /// No decision has been published: the best variant answers.
  case undecided
}

/// A model that can answer: the name callers see and the servers that have it.
public struct VariantTarget: Sendable, Hashable {
  /// The name callers may ask for exactly; unique in a table.
  public let name: String
  /// The name the backends know it by.
  public let modelName: String
  /// The KServe version the backends are asked for; nil leaves the caller's.
  public let version: String?
  /// Servers that have this variant; at least one.
  public let backends: [Backend]

  /// A variant on these backends, known there by `modelName` (the same name when nil).
  public init(name: String, modelName: String? = nil, version: String? = nil, backends: [Backend]) {
    self.name = name
    self.modelName = modelName ?? name
    self.version = version
    self.backends = backends
  }
}

/// A name that stands for several variants, of which each request gets one.
public struct AliasRoute: Sendable, Hashable {
  /// The name callers ask for.
  public let alias: String
  /// From cheapest to best. When one fails, the next better is tried, then the next cheaper, so variants that must
  /// never stand in for another do not belong here.
  public let variants: [VariantTarget]

  /// An alias over variants, given from cheapest to best.
  public init(alias: String, variants: [VariantTarget]) {
    self.alias = alias
    self.variants = variants
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
  /// Another variant failed.
  case fallback
  /// The quality guard overruled the price.
  case guarded = "guard"
  /// No decision has been published: the best variant answers.
  case undecided
}

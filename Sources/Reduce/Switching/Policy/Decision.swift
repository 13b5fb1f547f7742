public import Quantities

/// A share of requests for one variant.
public struct VariantShare: Hashable, Sendable, Codable {
  /// The variant's name.
  public var variant: String
  /// Its share of requests, 0 to 1.
  public var share: Double

  /// A share.
  public init(_ variant: String, _ share: Double) {
    self.variant = variant
    self.share = share
  }
}

/// What a decision rests on.
public enum DecisionMode: String, Hashable, Sendable, Codable, CaseIterable {
  /// A fresh signal.
  case live
  /// The signal is more than two intervals old: the forecast stands in for it.
  case persistence
  /// No signal, or none younger than 26 hours: a fixed mix that needs none.
  case `static`
  /// The floor cannot be met in what is left of the period: the best variant serves.
  case infeasible
}

/// Which variant serves which share of the coming interval's requests, and why.
public struct Decision: Hashable, Sendable, Codable {
  /// The shares to use after `after` requests of the interval, because more came than the floor guard can cover.
  public struct Limit: Hashable, Sendable, Codable {
    /// Requests that may be served with the decision's own shares.
    public var after: Double
    /// The shares from then on: they meet the floor by themselves.
    public var shares: [VariantShare]

    /// A limit.
    public init(after: Double, shares: [VariantShare]) {
      self.after = after
      self.shares = shares
    }
  }

  /// Name and version of the policy.
  public var policy: String
  /// What it rests on.
  public var mode: DecisionMode
  /// Shares of all variants in ladder order; they sum to 1.
  public var shares: [VariantShare]
  /// The variant with the largest share; of equal ones the better.
  public var main: String
  /// The price of quality, in g/kWh times joules per point; `nil` when no price was used.
  public var price: Double?
  /// Mean quality of the shares, lower bounds, in points.
  public var quality: Double
  /// The least mean quality that the floor guard allowed for this interval, in points; `nil` without a guard.
  public var leastQuality: Double?
  /// Whether the guard raised the shares above what the policy wanted.
  public var isGuarded: Bool
  /// What to do when more requests come than the guard can cover; `nil` when any number is fine.
  public var limit: Limit?
  /// Point-requests that may be owed at any moment of the interval, so that later ones can pay them back; `nil` without a
  /// guard.
  public var debtLimit: Double?
  /// The intensity of the site's own grid that the decision was made with; `nil` when unknown.
  public var intensity: CarbonIntensity?
  /// The issue of the signal it rests on; `nil` when it rests on none.
  public var signalIssue: String?
  /// Carbon expected to be saved in this interval against always serving the best variant, at home where one of that quality
  /// stands there; `nil` when the demand or the intensity of a place that serves in either is unknown.
  public var expectedSavingAgainstBest: Carbon?
  /// Carbon expected to be saved in this interval against the best fixed mix at the floor, at home as far as variants there
  /// reach it. Negative when quality is bought now to be spared later.
  public var expectedSavingAgainstStatic: Carbon?
  /// The variants to keep loaded in this interval, in ladder order; `nil` when residency was not planned for.
  public var loaded: [String]?
  /// The intensities of other places that the decision was made with, by place; a place that is not known is absent, and
  /// all of it is `nil` when every variant stands here.
  public var elsewhere: [String: CarbonIntensity]?
  /// Why, in one sentence.
  public var reason: String
}

/// What a policy remembers from one decision to the next.
public struct PolicyState: Hashable, Sendable, Codable {
  /// The main variant of the last decision.
  public var current: String?
  /// Intervals since the main variant last changed; `nil` when it never did.
  public var intervalsSinceSwitch: Int?
  /// The last price.
  public var price: Double?
  /// When the last decision was made.
  public var decidedAt: Timestamp?
  /// The intensity at which a policy last weighed the variants, where it does not do so each time.
  public var weighedAt: CarbonIntensity?
  /// The lowest intensity seen so far, where a policy asks for it.
  public var lowestSeen: CarbonIntensity?
  /// The highest intensity seen so far, where a policy asks for it.
  public var highestSeen: CarbonIntensity?

  /// The state before the first decision.
  public init() {}
}

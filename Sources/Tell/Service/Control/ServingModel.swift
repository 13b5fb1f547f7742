public import Ledger
public import Quantities
public import Switching

/// One alias as it is served: its variants with their calibrations, and the promise made about it.
public struct ServingModel: Sendable {
  /// The name callers use.
  public let alias: String
  /// The mean quality promised over each UTC day, in points.
  public let floor: Double
  /// How often shares are decided.
  public let interval: Span
  /// The policy.
  public let policy: any SwitchingPolicy
  /// What one unit is called, in the plural.
  public let unitNoun: String
  /// Units in a typical request, by which a request's fixed energy is spread over its units.
  public let unitsPerRequest: Double
  /// The calibrations in ladder order: from the cheapest to the best.
  public let variants: [VariantRecord]
  /// The servers of the variants, in the same order.
  public let urls: [String]
  /// The variants as the policy sees them, energy by unit.
  public let ladder: Ladder

  /// A model to serve.
  ///
  /// - Throws: ``SwitchingError`` when a variant has no quality or energy that makes sense.
  public init(
    settings: ModelSettings, policy: any SwitchingPolicy, calibrations: [VariantRecord]
  ) throws(SwitchingError) {
    let perUnit = { (variant: VariantRecord) in
      variant.joulesPerUnit + variant.joulesPerRequest / settings.unitsPerRequest
    }
    let ordered = calibrations.sorted { (perUnit($0), $0.name) < (perUnit($1), $1.name) }
    alias = settings.alias
    floor = settings.floor
    interval = settings.interval
    self.policy = policy
    unitNoun = settings.unitNoun
    unitsPerRequest = settings.unitsPerRequest
    variants = ordered
    urls = ordered.map { variant in settings.variants.first { $0.name == variant.name }?.url ?? "" }
    var members: [Variant] = []
    for variant in ordered {
      guard let quality = variant.quality else {
        throw .invalidVariant(variant.name, "its quality is unknown; give 'quality' or calibrate it")
      }
      members.append(
        Variant(variant.name, quality: quality, qualityLow: variant.qualityLow, energy: .joules(perUnit(variant))))
    }
    ladder = try Ladder(members)
  }

  /// The lower quality bound of the variant of that name.
  func qualityLow(of name: String) -> Double? { ladder.index(of: name).map { ladder.variants[$0].qualityLow } }
}

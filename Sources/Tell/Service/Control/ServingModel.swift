public import Ledger
public import Quantities
public import Switching

/// One alias as it is served: its variants with their calibrations, and the promise made about it.
public struct ServingModel: Sendable {
  /// The name callers use.
  public let alias: String
  /// What was said about it.
  public let settings: ModelSettings
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
  /// The newest calibrations in the same order, by which requests are charged; others than those of the ladder where one
  /// was learned and cannot be compared with the rest yet.
  public let charging: [VariantRecord]
  /// What was said about the variants, in the same order.
  public let members: [VariantSettings]
  /// The variants as the policy sees them, energy by unit.
  public let ladder: Ladder
  /// The region of the site's own grid.
  private let home: String?

  /// A model to serve.
  ///
  /// - Parameters:
  ///   - charging: newer calibrations that requests are charged by, where those to decide by are others.
  ///   - home: the region of the site's own grid; variants of another stand elsewhere.
  /// - Throws: ``SwitchingError`` when a variant has no quality or energy that makes sense.
  public init(
    settings: ModelSettings, policy: any SwitchingPolicy, calibrations: [VariantRecord],
    charging: [VariantRecord] = [], home: String? = nil
  ) throws(SwitchingError) {
    let named = { (variant: VariantRecord) in
      settings.variants.first { $0.name == variant.name } ?? VariantSettings(name: variant.name, url: "")
    }
    for variant in calibrations {
      let tokens = named(variant).tokens(beside: settings)
      if variant.perInputToken != nil && tokens.input == nil || variant.perOutputToken != nil && tokens.output == nil {
        throw .invalidVariant(
          variant.name, "it is charged by the token; say 'tokens: {input: N, output: M}' of a typical request")
      }
    }
    let perUnit = { (variant: VariantRecord) in
      let tokens = named(variant).tokens(beside: settings)
      let read = (variant.perInputToken?.joules ?? 0) * (tokens.input ?? 0)
      let written = (variant.perOutputToken?.joules ?? 0) * (tokens.output ?? 0)
      return variant.joulesPerUnit + (variant.joulesPerRequest + read + written) / settings.unitsPerRequest
    }
    let ordered = calibrations.sorted { (perUnit($0), $0.name) < (perUnit($1), $1.name) }
    self.settings = settings
    self.home = home
    alias = settings.alias
    floor = settings.floor
    interval = settings.interval
    self.policy = policy
    unitNoun = settings.unitNoun
    unitsPerRequest = settings.unitsPerRequest
    variants = ordered
    self.charging = ordered.map { variant in charging.first { $0.name == variant.name } ?? variant }
    self.members = ordered.map(named)
    var members: [Variant] = []
    for variant in ordered {
      guard let quality = variant.quality else {
        throw .invalidVariant(variant.name, "its quality is unknown; give 'quality' or calibrate it")
      }
      let stated = named(variant)
      members.append(
        Variant(
          variant.name, quality: quality, qualityLow: variant.qualityLow, energy: .joules(perUnit(variant)),
          loadEnergy: stated.loadEnergy ?? .zero,
          // Where nobody can unload it, it is loaded whatever is decided.
          residentPower: stated.canBeUnloaded ? stated.idlePower : nil, place: stated.place(besides: home)))
    }
    ladder = try Ladder(members)
  }

  /// The model with newer calibrations of its variants. The ladder's order may be another one then.
  ///
  /// - Parameter settings: what is said about it, where more is known by now.
  /// - Throws: ``SwitchingError`` when they cannot be decided with.
  func recalibrated(_ records: [VariantRecord], settings: ModelSettings? = nil) throws(SwitchingError) -> ServingModel {
    try ServingModel(
      settings: settings ?? self.settings, policy: policy,
      calibrations: variants.map { known in records.first { $0.name == known.name } ?? known }, charging: charging,
      home: home)
  }

  /// Whether any of its servers can be asked to load and unload it.
  public var canBeUnloaded: Bool { members.contains(where: \.canBeUnloaded) }

  /// Power usage effectiveness of the places where variants stand, as far as it is stated.
  var statedPUE: [String: Double] {
    var stated: [String: Double] = [:]
    for (variant, member) in zip(ladder.variants, members) {
      if let place = variant.place { stated[place] = member.pue ?? stated[place] }
    }
    return stated
  }

  /// The lower quality bound of the variant of that name.
  func qualityLow(of name: String) -> Double? { ladder.index(of: name).map { ladder.variants[$0].qualityLow } }
}

import Accounting
import Methods
import Quantities

/// What the scope of water makes.
struct WaterRules {
  let pair: ClaimPair

  /// The step from the site's cooling to the power plants.
  var steps: [WaterfallStep] {
    guard pair.quantity == .water, !pair.areComputed, let from = pair.first.waterScope,
      let to = pair.second.waterScope, from != to
    else { return [] }
    if from == .onSite { return [plants(beside: pair.first, forth: true)] }
    if to == .onSite { return [plants(beside: pair.second, forth: false)] }
    return []
  }

  /// What stays open.
  var open: [OpenDifference] {
    guard pair.quantity == .water, !pair.areComputed else { return [] }
    let scopes = [pair.first.waterScope, pair.second.waterScope]
    if scopes.contains(nil) {
      let silent = pair.first.waterScope == nil ? pair.first.name : pair.second.name
      return scopes == [nil, nil]
        ? [] : [OpenDifference(.scope, "water-scope", "\(silent) does not say what its water counts")]
    }
    guard scopes.contains(.lifeCycle), scopes[0] != scopes[1] else { return [] }
    let claim = pair.first.waterScope == .lifeCycle ? pair.first : pair.second
    return [
      OpenDifference(
        .scope, "water-manufacturing",
        "\(claim.name) counts water of manufacturing, too, of which no published figure tells the size")
    ]
  }

  /// Site and plants over site, from the claim's own water per energy where it states both.
  private func plants(beside claim: Claim, forth: Bool) -> WaterfallStep {
    let plants = pair.ranges.plants
    let own = site(of: claim)
    let (low, high) = own.map { ($0, $0) } ?? (pair.ranges.site.ends.lowerBound, pair.ranges.site.ends.upperBound)
    let ends =
      WhyMethods.plants.evaluate([plants.ends.lowerBound, high]
      )...WhyMethods.plants.evaluate([plants.ends.upperBound, low])
    let range = PublishedRange(
      name: plants.name, label: "site and plants over site", ends: ends,
      sources: own == nil ? plants.sources + pair.ranges.site.sources : plants.sources)
    let beside =
      own.map { "beside its own \(Decimals.significant($0, digits: 3)) L/kWh on the site" } ?? "beside the site's"
    return .within(
      forth ? range : range.inverted, .scope, "water-plants", "water at power plants",
      from: forth ? "not counted" : "counted", to: forth ? "counted" : "not counted",
      reason: "power plants take \(plants.text) L/kWh in nine of ten places, \(beside)")
  }

  /// Litres on the site per kilowatt-hour, where the claim states energy and water.
  private func site(of claim: Claim) -> Double? {
    guard let water = claim.amounts[.water]?.value, let energy = claim.amounts[.energy]?.value, energy > 0 else {
      return nil
    }
    return WhyMethods.perEnergy.evaluate([water, energy])
  }
}

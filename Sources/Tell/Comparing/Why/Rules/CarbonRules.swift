import Accounting
import Methods
import Quantities

/// What grid, accounting and scope make of carbon.
struct CarbonRules {
  let pair: ClaimPair

  /// The step of scope.
  var steps: [WaterfallStep] {
    guard pair.quantity == .carbon else { return [] }
    return [scope].compactMap(\.self)
  }

  /// What stays open.
  var open: [OpenDifference] {
    guard pair.quantity == .carbon, !pair.areComputed else { return [] }
    return [grid, basis, leftOfScope].compactMap(\.self)
  }

  private var scope: WaterfallStep? {
    guard let from = pair.first.carbonScope, let to = pair.second.carbonScope, from != to else { return nil }
    switch (from, to) {
    case (.operational, _): return whole(over: pair.second, forth: true)
    case (_, .operational): return whole(over: pair.first, forth: false)
    default: return nil
    }
  }

  /// The step between use alone and more than that: by the share that the claim states, else by the published range.
  private func whole(over claim: Claim, forth: Bool) -> WaterfallStep? {
    let name = "what the carbon counts"
    let (from, to) = (pair.first.carbonScope?.name ?? "", pair.second.carbonScope?.name ?? "")
    guard let share = claim.embodiedShare else {
      let range = pair.ranges.embodied
      return .within(
        forth ? range : range.inverted, .scope, "scope", name, from: from, to: to,
        reason: "\(claim.name) counts more than use without saying how much; published: \(range.text)")
    }
    let whole: Figure<Ratio>? = WhyMethods.share.figure("use and making over use", of: [share])
    guard let whole else { return nil }
    let ratio =
      forth
      ? whole
      : Figure(
        "use over use and making", .applying(whole.estimate, method: WhyMethods.share.id) { 1 / $0 },
        inputs: [share])
    return WaterfallStep(
      group: .scope, key: "scope", name: name, from: from, to: to, ratio: ratio, basis: .computed,
      reason: "\(claim.name) states the part of making", sources: share.flattened.compactMap(\.source))
  }

  private var leftOfScope: OpenDifference? {
    switch (pair.first.carbonScope, pair.second.carbonScope) {
    case (.withEmbodied?, .lifeCycle?), (.lifeCycle?, .withEmbodied?):
      OpenDifference(.scope, "scope", "one counts the making of machines, the other the whole life cycle")
    case (nil, .some): OpenDifference(.scope, "scope", "\(pair.first.name) does not say what its carbon counts")
    case (.some, nil): OpenDifference(.scope, "scope", "\(pair.second.name) does not say what its carbon counts")
    default: nil
    }
  }

  private var grid: OpenDifference? {
    guard pair.isElectric, pair.both(.intensity) == nil else { return nil }
    let silent = [
      pair.firstNumbers[.intensity] == nil ? pair.first.name : nil,
      pair.secondNumbers[.intensity] == nil ? pair.second.name : nil,
    ].compactMap(\.self)
    guard silent.count == 1 else { return OpenDifference(.grid, "intensity", "neither states the grid's intensity") }
    return OpenDifference(.grid, "intensity", "\(silent[0]) does not state the grid's intensity")
  }

  private var basis: OpenDifference? {
    guard let from = pair.first.basis, let to = pair.second.basis, from != to else { return nil }
    let (market, location) = from == .market ? (pair.first, pair.second) : (pair.second, pair.first)
    return OpenDifference(
      .grid, "basis",
      "\(market.name) is market-based (what was contracted), \(location.name) location-based (the grid it ran on)")
  }
}

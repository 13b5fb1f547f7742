import Accounting
import Methods
import Quantities

/// What the boundaries of two claims make: whole machines, overhead, machines that wait.
struct BoundaryRules {
  let pair: ClaimPair

  /// Steps of what one counts and the other does not, bounded by published ranges.
  var steps: [WaterfallStep] {
    guard pair.quantity != .water, !pair.areComputed else { return [] }
    return [bounded(.node, within: pair.ranges.node), bounded(.pue, within: pair.ranges.pue)].compactMap(\.self)
  }

  /// What stays open.
  var open: [OpenDifference] {
    guard !pair.areComputed else { return [] }
    guard pair.quantity != .water else { return [idle].compactMap(\.self) }
    return [unstated, leftOpen(.node, within: pair.ranges.node), leftOpen(.pue, within: pair.ranges.pue), idle]
      .compactMap(\.self)
  }

  private func boundary(_ claim: Claim) -> ClaimBoundary? { claim.boundary(of: pair.quantity) }

  /// A step where one does not count the factor (it is 1) and the other counts it without a number.
  private func bounded(_ factor: ClaimFactor, within range: PublishedRange) -> WaterfallStep? {
    guard boundary(pair.first) != nil, boundary(pair.second) != nil else { return nil }
    let (from, to) = (pair.firstNumbers[factor]?.value, pair.secondNumbers[factor]?.value)
    switch (from, to) {
    case (1?, nil):
      return .within(
        range, factor, from: "not counted", to: "counted",
        reason: "\(pair.second.name) counts it without saying how much; published: \(range.text)")
    case (nil, 1?):
      return .within(
        range.inverted, factor, from: "counted", to: "not counted",
        reason: "\(pair.first.name) counts it without saying how much; published: \(range.text)")
    default: return nil
    }
  }

  /// Both count it, and one of them says how much.
  private func leftOpen(_ factor: ClaimFactor, within range: PublishedRange) -> OpenDifference? {
    guard boundary(pair.first) != nil, boundary(pair.second) != nil else { return nil }
    let (from, to) = (pair.firstNumbers[factor]?.value, pair.secondNumbers[factor]?.value)
    switch (from, to) {
    case (let from?, nil) where from != 1:
      let bounds = range.over(from)
      return OpenDifference(
        factor.group, factor.key,
        "\(pair.second.name) counts \(factor.name) without saying how much; "
          + "\(pair.first.name) has \(Decimals.significant(from, digits: 3))", bounds: bounds, sources: range.sources)
    case (nil, let to?) where to != 1:
      let bounds = range.over(to)
      return OpenDifference(
        factor.group, factor.key,
        "\(pair.first.name) counts \(factor.name) without saying how much; "
          + "\(pair.second.name) has \(Decimals.significant(to, digits: 3))",
        bounds: (1 / bounds.upperBound)...(1 / bounds.lowerBound), sources: range.sources)
    default: return nil
    }
  }

  /// One of them, or neither, says what it counts.
  private var unstated: OpenDifference? {
    let (from, to) = (boundary(pair.first), boundary(pair.second))
    guard from == nil || to == nil, pair.isServed || from != nil || to != nil else { return nil }
    let (node, pue) = (pair.ranges.node.ends.upperBound, pair.ranges.pue.ends.upperBound)
    /// What a figure at this boundary can be short of, and what it can hold beyond the accelerators.
    func reach(_ boundary: ClaimBoundary?) -> (below: Double, above: Double) {
      switch boundary {
      case .board?: (1, node * pue)
      case .node?: (node, pue)
      case .facility?: (node * pue, 1)
      case nil: (1, 1)
      }
    }
    let sources = pair.ranges.node.sources + pair.ranges.pue.sources
    switch (from, to) {
    case (let known?, nil):
      let (below, above) = reach(known)
      return OpenDifference(
        .boundary, "boundary",
        "\(pair.second.name) does not say what it counts; \(pair.first.name) counts the "
          + known.name, bounds: (1 / below)...above, sources: sources)
    case (nil, let known?):
      let (below, above) = reach(known)
      return OpenDifference(
        .boundary, "boundary",
        "\(pair.first.name) does not say what it counts; \(pair.second.name) counts the "
          + known.name, bounds: (1 / above)...below, sources: sources)
    default:
      return OpenDifference(
        .boundary, "boundary", "neither says what it counts", bounds: (1 / (node * pue))...(node * pue),
        sources: sources)
    }
  }

  /// Machines that wait.
  private var idle: OpenDifference? {
    let (from, to) = (pair.first.countsIdle ?? false, pair.second.countsIdle ?? false)
    guard from != to else { return nil }
    let (with, without) = from ? (pair.first, pair.second) : (pair.second, pair.first)
    let silence = without.countsIdle == nil ? "does not say that it does" : "does not"
    return OpenDifference(
      .boundary, "idle", "\(with.name) counts machines that wait, \(without.name) \(silence)")
  }
}

extension WaterfallStep {
  /// A step of which a range is published.
  static func within(
    _ range: PublishedRange, _ factor: ClaimFactor, from: String, to: String, reason: String
  ) -> WaterfallStep {
    .within(range, factor.group, factor.key, factor.name, from: from, to: to, reason: reason)
  }

  /// A step of which a range is published.
  static func within(
    _ range: PublishedRange, _ group: ClaimFactor.Group, _ key: String, _ name: String, from: String, to: String,
    reason: String
  ) -> WaterfallStep {
    WaterfallStep(
      group: group, key: key, name: name, from: from, to: to, ratio: range.figure("change by \(name)"), basis: .bounded,
      reason: reason, sources: range.sources)
  }
}

extension PublishedRange {
  /// The range as a figure: its middle on the logarithm, its ends as the interval.
  func figure(_ label: String) -> Figure<Ratio> {
    let middle = WhyMethods.range.evaluate([ends.lowerBound, ends.upperBound])
    let estimate = Estimate(
      Ratio(middle), low: Ratio(ends.lowerBound), high: Ratio(ends.upperBound), origin: .published,
      method: WhyMethods.range.id, source: name)
    let citation = sources.map(\.citation).joined(separator: "; ")
    return Figure(
      label, estimate, source: Source(citation, year: sources.compactMap(\.year).max()),
      note: "The ends are published; the middle between them is Dimmer's.")
  }
}

import Accounting
public import Methods
public import Quantities

/// A development cycle before and after its levers, lever by lever.
public struct CycleBalance: Hashable, Sendable {
  /// One phase.
  public struct Row: Hashable, Sendable {
    /// Which.
    public let phase: DevelopmentPhase
    /// As it was stated.
    public let before: CycleTerms
    /// After all levers.
    public let after: CycleTerms
  }

  /// One lever, on what those before it left.
  public struct Step: Hashable, Sendable {
    /// Which.
    public let lever: CycleLever
    /// All phases after it.
    public let after: CycleTerms
    /// Energy that it saved; what it shares with the rest has cancelled.
    public let savedEnergy: Estimate<Energy>
    /// Carbon that it saved, operational and embodied where both are known, else the known one.
    public let savedCarbon: Estimate<Carbon>?
  }

  /// The phases in their order.
  public let rows: [Row]
  /// All of them as stated.
  public let before: CycleTerms
  /// All of them after the levers.
  public let after: CycleTerms
  /// What each lever did, in the order of ``CycleLever/Kind``.
  public let steps: [Step]

  /// Applies levers to a cycle, in the order of ``CycleLever/Kind``, each on what is left.
  ///
  /// - Throws: ``Methods/Unknown`` for a lever that is there twice, or that makes machines less busy or shorter-lived.
  public init(_ cycle: DevelopmentCycle, levers: [CycleLever]) throws(Unknown) {
    let ordered = CycleLever.Kind.allCases.flatMap { kind in levers.filter { $0.kind == kind } }
    for kind in CycleLever.Kind.allCases where levers.filter({ $0.kind == kind }).count > 1 {
      throw Unknown("the lever \(kind.rawValue) is there twice; state it once")
    }
    let stated = cycle.phases.map { CycleBalance.terms($0, at: cycle.site) }
    var terms = stated
    var steps: [Step] = []
    var together = CycleTerms.sum(of: terms)
    before = together
    for lever in ordered {
      let remaining = try CycleBalance.remaining(lever, cycle)
      terms = zip(cycle.phases, terms).map { remaining.applied(to: $1, of: $0.phase, by: lever.kind) }
      let now = CycleTerms.sum(of: terms)
      steps.append(
        Step(
          lever: lever, after: now, savedEnergy: CycleBalance.saving(together.energy.estimate, now.energy.estimate),
          savedCarbon: CycleBalance.saved(together, now)))
      together = now
    }
    self.steps = steps
    after = together
    rows = cycle.phases.indices.map { Row(phase: cycle.phases[$0].phase, before: stated[$0], after: terms[$0]) }
  }

  private static func terms(_ work: PhaseWork, at site: Site) -> CycleTerms {
    let footprint = WorkFootprint(
      of: work.phase.name, energy: work.energy, embodied: work.embodied, duration: .unknown("not asked"), at: site)
    return CycleTerms(
      energy: footprint.facilityEnergy.figure, operational: footprint.carbon, embodied: footprint.embodied)
  }

  /// What a lever saved. No lever raises a term, so where the interval of a difference reaches below zero it is drawn in
  /// to end there.
  private static func saving<Q: Quantity>(_ before: Estimate<Q>, _ after: Estimate<Q>) -> Estimate<Q> {
    let saved = before - after
    guard saved.value.baseValue > 0, saved.low.baseValue < 0 else { return saved }
    let reach = saved.value.baseValue / (saved.value.baseValue - saved.low.baseValue)
    return Estimate(
      saved.value, origin: saved.origin, method: saved.method,
      deviations: saved.deviations.mapValues { deviation in
        let draw = { (change: Double) in change < 0 ? change * reach : change }
        return Deviation(atLow: draw(deviation.atLow), atHigh: draw(deviation.atHigh))
      }, additivity: saved.additivity)
  }

  private static func saved(_ before: CycleTerms, _ after: CycleTerms) -> Estimate<Carbon>? {
    if let first = before.total.figure, let second = after.total.figure {
      return saving(first.estimate, second.estimate)
    }
    if let first = before.operational.figure, let second = after.operational.figure {
      return saving(first.estimate, second.estimate)
    }
    if let first = before.embodied.figure, let second = after.embodied.figure {
      return saving(first.estimate, second.estimate)
    }
    return nil
  }
}

/// The shares that one lever leaves of each term.
private struct Remaining {
  var energy: Figure<Ratio>?
  var embodied: Figure<Ratio>?
  /// Of operational carbon alone, where supply changes and energy does not.
  var carbon: Finding<Ratio>?

  func applied(to terms: CycleTerms, of phase: DevelopmentPhase, by kind: CycleLever.Kind) -> CycleTerms {
    guard kind.phases.contains(phase) else { return terms }
    var operational = terms.operational
    if let energy { operational = operational.map { Remaining.left($0, energy) } }
    if let carbon {
      switch carbon {
      case .figure(let share): operational = operational.map { Remaining.left($0, share) }
      case .unknown(let unknown): operational = .unknown(unknown)
      }
    }
    return CycleTerms(
      energy: energy.map { Remaining.left(terms.energy, $0) } ?? terms.energy, operational: operational,
      embodied: embodied.map { share in terms.embodied.map { Remaining.left($0, share) } } ?? terms.embodied)
  }

  private static func left<Q: Quantity>(_ term: Figure<Q>, _ share: Figure<Ratio>) -> Figure<Q> {
    CycleFormula.lever.figure(term.receipt.label, [Term(term), Term(share)])
  }
}

extension CycleBalance {
  fileprivate static func remaining(_ lever: CycleLever, _ cycle: DevelopmentCycle) throws(Unknown) -> Remaining {
    let effect = lever.effect
    var remaining = Remaining()
    switch lever.kind {
    case .dataSampling: remaining.energy = effect
    case .earlyStopping:
      remaining.energy = CycleFormula.saving.figure("share left by early stopping", [Term(effect)])
    case .algorithm, .caching, .acceleration, .lowPrecision:
      remaining.energy = CycleFormula.gain.figure("share left by \(lever.kind.rawValue)", [Term(effect)])
    case .utilisation:
      let now = cycle.utilisation
      guard now.estimate.high.value <= effect.estimate.low.value * (1 + 1e-9) else {
        throw Unknown(
          "the lever utilisation goes from \(now.estimate.formatted()) to \(effect.estimate.formatted()), which may be "
            + "less: state the busy share now (--utilisation), or a higher one to reach")
      }
      remaining.energy = CycleFormula.utilisationEnergy.figure(
        "share of energy left by utilisation", [Term(now), Term(effect), Term(DevelopmentCycle.idleShare)])
      remaining.embodied = CycleFormula.utilisationEmbodied.figure(
        "share of embodied carbon left by utilisation", [Term(now), Term(effect)])
    case .longerLife:
      let years = { (span: Span) in span.seconds / Span.years(1).seconds }
      let after: Figure<Span> = Figure(
        "life with the lever",
        Estimate<Span>.applying(effect.estimate, method: "declared-value@1") { $0 * Span.years(1).seconds },
        inputs: [effect.receipt], note: "Years as stated, in seconds.")
      guard cycle.life.value.seconds <= after.estimate.low.seconds * (1 + 1e-9) else {
        throw Unknown(
          "the lever longer-life goes from \(Decimals.significant(years(cycle.life.value), digits: 3)) to "
            + "\(effect.estimate.formatted()) years, which is no longer life")
      }
      remaining.embodied = CycleFormula.life.figure(
        "share of embodied carbon left by a longer life",
        [
          Term(
            DeclaredValue.figure("life as counted", cycle.life.value, note: "As the embodied carbon was shared out.")),
          Term(after),
        ])
    case .carbonFree:
      remaining.carbon = cycle.site.intensity.map {
        CycleFormula.supply.figure(
          "share of operational carbon left by carbon-free supply",
          [Term(effect), Term(DevelopmentCycle.supply), Term($0)],
          note: "With contracts for supply this is not location-based: show it beside the figure before it.")
      }
    }
    if lever.kind.embodiedFollowsEnergy { remaining.embodied = remaining.energy }
    return remaining
  }
}

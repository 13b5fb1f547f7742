public import Quantities

/// How far the terms of a savings ledger can be off because the variants' energies are only known within an interval.
///
/// Each variant's energy is moved to its low and high end in turn, what was served staying the same, and the ledger made
/// again; the ends of a term are the sums of its moves down and of its moves up. That is the case in which all calibrations
/// err at once in the worse direction, and therefore wider than independent errors would give. Method `savings-split@2`.
public struct SavingsSpread: Hashable, Sendable, Codable {
  /// The terms that have an interval.
  public enum Term: String, Hashable, Sendable, Codable, CaseIterable {
    case alwaysBest, staticMix, emitted, clairvoyant, sizing, directive, placing, timing, saved, regret

    fileprivate func grams(_ terms: SavingsLedger.Terms) -> Double {
      switch self {
      case .alwaysBest: terms.alwaysBest.grams
      case .staticMix: terms.staticMix.grams
      case .emitted: terms.emitted.grams
      case .clairvoyant: terms.clairvoyant.grams
      case .sizing: terms.sizing.grams
      case .directive: terms.directive.grams
      case .placing: terms.placing.grams
      case .timing: terms.timing.grams
      case .saved: terms.saved.grams
      case .regret: terms.regret.grams
      }
    }
  }

  /// The intervals of one sum of terms.
  public struct Ends: Hashable, Sendable, Codable {
    private var low: [Term: Double]
    private var high: [Term: Double]

    fileprivate init(_ terms: SavingsLedger.Terms) {
      low = Dictionary(uniqueKeysWithValues: Term.allCases.map { ($0, $0.grams(terms)) })
      high = low
    }

    /// The interval of a term.
    public subscript(term: Term) -> ClosedRange<Carbon> {
      let low = low[term] ?? 0
      return .grams(low)...(.grams(max(low, high[term] ?? low)))
    }

    fileprivate mutating func move(from terms: SavingsLedger.Terms, to ends: [SavingsLedger.Terms]) {
      for term in Term.allCases {
        let moves = ends.map { term.grams($0) - term.grams(terms) }
        low[term, default: 0] += min(0, moves.min() ?? 0)
        high[term, default: 0] += max(0, moves.max() ?? 0)
      }
    }
  }

  /// Of the sum over all periods.
  public let total: Ends
  /// Of each period.
  public let periods: [Ends]

  /// The intervals of the ledger of `result`.
  ///
  /// - Parameter energies: the interval of each variant's energy per request; a variant that is absent is known exactly.
  /// - Throws: ``SwitchingError`` when an energy is out of range.
  public init(
    _ result: ReplayResult, of replay: Replay, energies: [String: ClosedRange<Energy>], directives: Set<String> = [],
    aside: SavingsLedger.Aside = .init()
  ) throws(SwitchingError) {
    let middle = SavingsLedger(result, of: replay, directives: directives, aside: aside)
    var total = Ends(middle.total)
    var periods = middle.periods.map { Ends($0.terms) }
    let served = ServedAgain(result)
    for (name, range) in energies.sorted(by: { $0.key < $1.key }) {
      var ledgers: [SavingsLedger] = []
      for energy in [range.lowerBound, range.upperBound] {
        let other = try replay.with(energy: energy, of: name)
        let again = other.run(served, intensities: { _, _ in [] }, demand: { _, _ in [] })
        ledgers.append(SavingsLedger(again, of: other, directives: directives, aside: aside))
      }
      total.move(from: middle.total, to: ledgers.map(\.total))
      for index in periods.indices {
        periods[index].move(from: middle.periods[index].terms, to: ledgers.map { $0.periods[index].terms })
      }
    }
    self.total = total
    self.periods = periods
  }
}

extension Replay {
  /// The same replay with another energy per request of one variant.
  func with(energy: Energy, of name: String) throws(SwitchingError) -> Replay {
    var variants = ladder.variants
    for index in variants.indices where variants[index].name == name { variants[index].energy = energy }
    return try Replay(
      history: history, first: first, interval: interval, ladder: try Ladder(variants), floor: floor,
      instantFloor: instantFloor, period: period, pue: pue, lag: lag, requestNoun: requestNoun,
      pueElsewhere: pueElsewhere)
  }
}

/// A policy that serves what was served before, whatever it costs now.
private struct ServedAgain: SwitchingPolicy {
  let name: String
  let shares: [Timestamp: [Double]]
  var summary: String { "what was served, once more" }

  init(_ result: ReplayResult) {
    name = result.policy
    shares = Dictionary(
      result.steps.map { ($0.interval.start, $0.servedShares) }, uniquingKeysWith: { first, _ in first })
  }

  func decide(_ input: PolicyInput, state: PolicyState) -> (PolicyState, Decision) {
    var (next, decision) = AlwaysBest().decide(input, state: state)
    if let own = shares[input.now] {
      decision.shares = zip(input.ladder.variants, own).map { VariantShare($0.name, $1) }
    }
    decision.limit = nil
    next.current = decision.main
    return (next, decision)
  }
}

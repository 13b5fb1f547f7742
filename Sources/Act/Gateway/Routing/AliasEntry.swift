import Synchronization

/// A variant in the table, with the numbers of its backends.
struct VariantEntry: Sendable {
  let target: VariantTarget
  /// Places in ``RouteTable/backends``, in the order of the target's backends.
  let slots: [Int]
}

/// An alias in the table, with the shares in force.
final class AliasEntry: Sendable {
  /// What one request is given.
  struct Decided: Sendable {
    let variant: Int
    let decisionID: String?
    let gridHeader: String?
    let why: RoutingReason
  }

  private struct State {
    var diffusion: ErrorDiffusion
    var decisionID: String?
    var gridHeader: String?
    var why = RoutingReason.undecided
  }

  let alias: String
  let variants: [VariantEntry]
  private let state: Mutex<State>

  init(alias: String, variants: [VariantEntry]) {
    self.alias = alias
    self.variants = variants
    // Before any decision the best variant answers: nobody gets less than without Dimmer.
    var shares = Array(repeating: 0.0, count: variants.count)
    shares[variants.count - 1] = 1
    state = Mutex(State(diffusion: ErrorDiffusion(shares: shares)))
  }

  func publish(shares: [Double], decisionID: String, gridHeader: String?, why: RoutingReason) {
    state.withLock {
      $0.diffusion.update(shares: shares)
      $0.decisionID = decisionID
      $0.gridHeader = gridHeader
      $0.why = why
    }
  }

  /// The next request's variant.
  func choose() -> Decided {
    state.withLock {
      Decided(variant: $0.diffusion.next(), decisionID: $0.decisionID, gridHeader: $0.gridHeader, why: $0.why)
    }
  }

  /// The variant that answers questions about the alias itself: the one with the largest share, without a turn in the
  /// deal.
  func mainVariant() -> Int {
    state.withLock { state in
      let shares = state.diffusion.shares
      return shares.indices.max { (shares[$0], -$0) < (shares[$1], -$1) } ?? 0
    }
  }

  /// What callers are told about the grid.
  var gridHeader: String? { state.withLock { $0.gridHeader } }
}

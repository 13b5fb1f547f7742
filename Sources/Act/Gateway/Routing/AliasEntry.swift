import Synchronization

/// A variant in the table, with the numbers of its backends.
struct VariantEntry: Sendable {
  let target: VariantTarget
  /// Places in ``RouteTable/backends``, in the order of the target's backends.
  let slots: [Int]
}

/// What is in force for an alias: made whole by the control loop, read whole by each request.
final class Standing: Sendable {
  let decisionID: String?
  let grid: GridFact?
  /// The grids of variants that stand elsewhere, one for each variant in the alias's order; nil for the site's own
  /// grid.
  let grids: [GridFact?]
  /// The price of quality in force (mu), in g/kWh J a point.
  let price: Double?
  let why: RoutingReason
  /// One for each variant in the alias's order; nil for what is not known.
  let tariffs: [Tariff?]
  /// Mean quality in points of each variant in the alias's order; nil for what is not known.
  let qualities: [Double?]

  init(
    decisionID: String? = nil, grid: GridFact? = nil, grids: [GridFact?] = [], price: Double? = nil,
    why: RoutingReason = .undecided, tariffs: [Tariff?], qualities: [Double?]
  ) {
    self.decisionID = decisionID
    self.grid = grid
    self.grids = grids
    self.price = price
    self.why = why
    self.tariffs = tariffs
    self.qualities = qualities
  }

  /// The grid that the variant at `index` stands on; the site's own for no variant.
  func grid(of index: Int?) -> GridFact? {
    guard let index, grids.indices.contains(index) else { return grid }
    return grids[index] ?? grid
  }
}

/// An alias in the table, with the shares in force.
final class AliasEntry: Sendable {
  let route: AliasRoute
  let variants: [VariantEntry]
  private let names: [String]
  private let state: Mutex<AliasState>

  init(route: AliasRoute, variants: [VariantEntry]) {
    self.route = route
    self.variants = variants
    names = variants.map(\.target.name)
    state = Mutex(AliasState(count: variants.count, stickiness: route.stickiness))
  }

  func publish(
    shares: [Double], decisionID: String, grid: GridFact?, grids: [GridFact?], price: Double?, why: RoutingReason,
    floor: QualityFloor?
  ) {
    state.withLock {
      $0.keep(floor)
      $0.diffusion.update(shares: shares)
      $0.standing = Standing(
        decisionID: decisionID, grid: grid, grids: grids, price: price, why: why, tariffs: $0.standing.tariffs,
        qualities: $0.standing.qualities)
    }
  }

  func publish(tariffs: [Tariff?], qualities: [Double?]) {
    state.withLock {
      let now = $0.standing
      $0.standing = Standing(
        decisionID: now.decisionID, grid: now.grid, grids: now.grids, price: now.price, why: now.why, tariffs: tariffs,
        qualities: qualities)
    }
  }

  /// The next request's variant, as it wishes and as the shares are.
  ///
  /// - Throws: ``Refusal`` when the caller's limits leave no variant.
  func choose(_ wish: Wish) throws(Refusal) -> Decided {
    try state.withLock { state in state.choose(wish, names: names) }.get()
  }

  /// What is in force, when the variant at `index`, which was asked for by its name, keeps the caller's limits.
  ///
  /// - Throws: ``Refusal`` when it does not.
  func standing(forExact index: Int, _ hints: CallerHints) throws(Refusal) -> Standing {
    guard hints.hasLimits else { return standing }
    let result = state.withLock { state in
      state.allowed([index], hints, names: names).map { _ in state.standing }
    }
    return try result.get()
  }

  /// A request that was dealt came to its end: with the name of the variant that answered it and its items, or none.
  func settle(_ entry: QualityAccount.Entry, answeredBy variant: String?, units: Int) {
    let place = variant.flatMap { names.firstIndex(of: $0) }
    state.withLock { $0.settle(entry, answeredBy: place, units: units) }
  }

  /// Learns what a request on a variant used, for what the next ones are expected to use.
  func note(joules: Double, of variant: Int) { state.withLock { $0.note(joules: joules, of: variant) } }

  /// The variant that answers questions about the alias itself: the one with the largest share, without a turn in the
  /// deal.
  func mainVariant() -> Int {
    state.withLock { state in
      let shares = state.diffusion.shares
      return shares.indices.max { (shares[$0], -$0) < (shares[$1], -$1) } ?? 0
    }
  }

  /// What is in force.
  var standing: Standing { state.withLock { $0.standing } }
}

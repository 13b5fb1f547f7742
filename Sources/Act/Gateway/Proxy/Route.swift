/// Where a request may go: the alias's variants, or the one variant that was named.
struct Route {
  /// The name the caller used.
  let alias: String
  /// From cheapest to best; a variant that was named exactly is alone, so that none can stand in for it.
  let variants: [VariantEntry]
  /// The variant picked.
  let chosen: Int
  /// The places in the alias of ``variants``; empty when they are all of the alias's.
  private let places: [Int]
  let entry: AliasEntry
  /// What was in force when the variant was picked.
  let standing: Standing
  let why: RoutingReason
  /// Whether the caller named the variant, which then rests on no decision and has no substitute.
  let isExact: Bool
  /// Its place in the alias's account of quality, until it is settled.
  private var entryInAccount: QualityAccount.Entry?

  /// The route for a name, as the request wishes. A question about a model has no wish, and must not count in the mix.
  ///
  /// - Throws: ``Refusal`` for an unknown name, or limits that no variant keeps.
  init(name: String, in table: RouteTable, wish: ((AliasEntry) -> Wish)?) throws(Refusal) {
    alias = name
    switch table.entry(named: name) {
    case .alias(let entry):
      self.entry = entry
      isExact = false
      guard let wish else {
        (variants, places) = (entry.variants, [])
        (chosen, standing, why) = (entry.mainVariant(), entry.standing, .undecided)
        return
      }
      let decided = try entry.choose(wish(entry))
      (standing, why, entryInAccount) = (decided.standing, decided.why, decided.entry)
      if let allowed = decided.allowed {
        variants = allowed.map { entry.variants[$0] }
        places = allowed
        chosen = allowed.firstIndex(of: decided.variant) ?? 0
      } else {
        (variants, places, chosen) = (entry.variants, [], decided.variant)
      }
    case .variant(let index, of: let entry):
      self.entry = entry
      isExact = true
      variants = [entry.variants[index]]
      places = [index]
      (chosen, why) = (0, .pinned)
      standing = try entry.standing(forExact: index, wish?(entry).hints ?? CallerHints())
    case nil: throw .unknownModel(name, near: table.names(near: name))
    }
  }

  /// The request came to its end: with the name of the variant that answered it and its items, or none. Only the first
  /// word counts.
  mutating func settle(answeredBy variant: String?, units: Int) {
    guard let account = entryInAccount else { return }
    entryInAccount = nil
    entry.settle(account, answeredBy: variant, units: units)
  }

  /// A variant's place in the alias.
  func place(of variant: Int) -> Int { places.isEmpty ? variant : places[variant] }

  /// What a variant of this route costs, when it is known.
  func tariff(of variant: Int) -> Tariff? { standing.tariffs[place(of: variant)] }
}

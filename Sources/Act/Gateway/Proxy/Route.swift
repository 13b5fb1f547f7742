/// Where a request may go: the alias's variants, or the one variant that was named.
struct Route {
  /// The name the caller used.
  let alias: String
  /// From cheapest to best; a variant that was named exactly is alone, so that none can stand in for it.
  let variants: [VariantEntry]
  /// The variant picked.
  let chosen: Int
  /// The alias's place of the first of ``variants``: more than 0 only for a variant that was named exactly.
  let offset: Int
  let entry: AliasEntry
  /// What was in force when the variant was picked.
  let standing: Standing
  let why: RoutingReason

  /// The route for a name. `takesTurn` is false for questions about a model, which must not count in the mix.
  init(name: String, in table: RouteTable, takesTurn: Bool) throws(Refusal) {
    alias = name
    switch table.entry(named: name) {
    case .alias(let entry):
      self.entry = entry
      variants = entry.variants
      offset = 0
      if takesTurn {
        let decided = entry.choose()
        (chosen, standing, why) = (decided.variant, decided.standing, decided.standing.why)
      } else {
        (chosen, standing, why) = (entry.mainVariant(), entry.standing, .undecided)
      }
    case .variant(let index, of: let entry):
      self.entry = entry
      variants = [entry.variants[index]]
      (chosen, offset, standing, why) = (0, index, entry.standing, .pinned)
    case nil: throw .unknownModel(name, near: table.names(near: name))
    }
  }

  /// What a variant of this route costs, when it is known.
  func tariff(of variant: Int) -> Tariff? { standing.tariffs[offset + variant] }
}

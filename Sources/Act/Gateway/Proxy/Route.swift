/// Where a request may go: the alias's variants, or the one variant that was named.
struct Route {
  /// The name the caller used.
  let alias: String
  /// From cheapest to best; a variant that was named exactly is alone, so that none can stand in for it.
  let variants: [VariantEntry]
  /// The variant picked.
  let chosen: Int
  let decisionID: String?
  let gridHeader: String?
  let why: RoutingReason

  /// The route for a name. `takesTurn` is false for questions about a model, which must not count in the mix.
  init(name: String, in table: RouteTable, takesTurn: Bool) throws(Refusal) {
    alias = name
    switch table.entry(named: name) {
    case .alias(let entry):
      variants = entry.variants
      if takesTurn {
        let decided = entry.choose()
        (chosen, decisionID, gridHeader, why) = (decided.variant, decided.decisionID, decided.gridHeader, decided.why)
      } else {
        (chosen, decisionID, gridHeader, why) = (entry.mainVariant(), nil, entry.gridHeader, .undecided)
      }
    case .variant(let variant, of: let entry):
      variants = [variant]
      (chosen, decisionID, gridHeader, why) = (0, nil, entry.gridHeader, .pinned)
    case nil: throw .unknownModel(name, near: table.names(near: name))
    }
  }
}

/// Where a request may go: the alias's variants, or the one variant that was named.
struct Route {
  /// The name the caller used.
  let alias: String
  /// From cheapest to best.
  let variants: [VariantEntry]
  /// The variant picked.
  let chosen: Int
  let decisionID: String?
  let gridHeader: String?
  let why: RoutingReason
  /// Whether another variant may stand in when the picked one fails.
  let substitutes: Bool

  /// The route for a name. `takesTurn` is false for questions about a model, which must not count in the mix.
  init(name: String, in table: RouteTable, takesTurn: Bool) throws(Refusal) {
    alias = name
    switch table.entry(named: name) {
    case .alias(let entry):
      variants = entry.variants
      substitutes = true
      if takesTurn {
        let decided = entry.choose()
        (chosen, decisionID, gridHeader, why) = (decided.variant, decided.decisionID, decided.gridHeader, decided.why)
      } else {
        (chosen, decisionID, gridHeader, why) = (entry.mainVariant(), nil, entry.gridHeader, .undecided)
      }
    case .variant(let variant, of: let entry):
      variants = [variant]
      substitutes = false
      (chosen, decisionID, gridHeader, why) = (0, nil, entry.gridHeader, .pinned)
    case nil: throw .unknownModel(name, near: table.names(near: name))
    }
  }
}

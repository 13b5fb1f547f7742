/// One try: a variant (index in the alias) on one of its backends (index in the variant).
struct Attempt: Equatable {
  let variant: Int
  let backend: Int
}

/// The order in which a request is tried: the chosen variant's backends, then the next better variant, then the next
/// cheaper, and so outwards. An exact name is never substituted.
enum AttemptPlan {
  /// - Parameters:
  ///   - chosen: the variant picked.
  ///   - loads: for each variant, cheapest first, the requests in flight on each of its backends; the least loaded is
  ///     tried first, the first among equals.
  ///   - substitutes: whether other variants may stand in.
  ///   - limit: how many tries at most.
  static func order(chosen: Int, loads: [[Int]], substitutes: Bool, limit: Int) -> [Attempt] {
    var variants = [chosen]
    if substitutes {
      for distance in 1..<max(2, loads.count) {
        if chosen + distance < loads.count { variants.append(chosen + distance) }
        if chosen - distance >= 0 { variants.append(chosen - distance) }
      }
    }
    var attempts: [Attempt] = []
    for variant in variants where attempts.count < limit {
      let byLoad = loads[variant].indices.sorted { (loads[variant][$0], $0) < (loads[variant][$1], $1) }
      attempts += byLoad.map { Attempt(variant: variant, backend: $0) }
    }
    return Array(attempts.prefix(limit))
  }
}

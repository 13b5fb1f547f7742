/// One try: a variant (index in the alias) on one of its backends (index in the variant).
struct Attempt: Equatable {
  let variant: Int
  let backend: Int
}

/// What is known of a backend when a request sets out.
struct BackendState: Equatable {
  /// Requests under way there.
  var inFlight = 0
  /// Whether it could not be reached a moment ago.
  var isInTrouble = false
}

/// The order in which a request is tried: the chosen variant's backends, then the next better variant, then the next
/// cheaper, and so outwards; backends in trouble after all others.
/// A variant that was named exactly comes alone, so nothing can stand in for it.
enum AttemptPlan {
  /// - Parameters:
  ///   - chosen: the variant picked.
  ///   - backends: for each variant, cheapest first, its backends; the least loaded is tried first, the first among
  ///     equals.
  ///   - limit: how many tries at most.
  static func order(chosen: Int, backends: [[BackendState]], limit: Int) -> [Attempt] {
    var variants = [chosen]
    for distance in 1..<max(2, backends.count) {
      if chosen + distance < backends.count { variants.append(chosen + distance) }
      if chosen - distance >= 0 { variants.append(chosen - distance) }
    }
    var sound: [Attempt] = []
    var troubled: [Attempt] = []
    for variant in variants where sound.count < limit {
      let states = backends[variant]
      for index in states.indices.sorted(by: { (states[$0].inFlight, $0) < (states[$1].inFlight, $1) }) {
        let attempt = Attempt(variant: variant, backend: index)
        if states[index].isInTrouble { troubled.append(attempt) } else { sound.append(attempt) }
      }
    }
    return Array((sound + troubled).prefix(limit))
  }
}

import Quantities

/// What one request is given.
struct Decided: Sendable {
  /// Index in the alias's variants.
  let variant: Int
  /// The variants (indices in the alias) that may answer; nil for all.
  var allowed: [Int]?
  let standing: Standing
  let why: RoutingReason
  /// Its place in the account of quality; nil where none is kept.
  var entry: QualityAccount.Entry?
}

/// What changes of an alias: the deal, the account of quality, the conversations, the ranks of difficulty. Pure; held
/// under the entry's lock.
struct AliasState {
  var diffusion: ErrorDiffusion
  var standing: Standing
  private(set) var account: QualityAccount?
  private var conversations: StickyTable?
  private var ranks = RankWindow()
  /// Mean joules of each variant's latest requests.
  private var meanJoules: [Double?]

  /// Each request moves the mean by this part of its distance from it.
  private static let meanStep = 1.0 / 16

  /// Before any decision the best variant answers: nobody gets less than without Dimmer.
  init(count: Int, stickiness: Stickiness?) {
    var shares = Array(repeating: 0.0, count: count)
    shares[count - 1] = 1
    diffusion = ErrorDiffusion(shares: shares)
    standing = Standing(
      tariffs: Array(repeating: nil, count: count), qualities: Array(repeating: nil, count: count))
    conversations = stickiness.map(StickyTable.init)
    meanJoules = Array(repeating: nil, count: count)
  }

  /// What the deal has to keep from now on; nil for nothing.
  mutating func keep(_ floor: QualityFloor?) {
    guard let floor else { return account = nil }
    if account == nil { account = QualityAccount(floor) } else { account?.update(floor) }
  }

  /// A request came to its end: with the variant that answered it and its items, or none.
  mutating func settle(_ entry: QualityAccount.Entry, answeredBy variant: Int?, units: Int) {
    account?.settle(entry, answeredBy: variant, units: units)
  }

  /// The next request's variant: the caller's limits first, then the floor, its conversation, its difficulty, its turn.
  mutating func choose(_ wish: Wish, names: [String]) -> Result<Decided, Refusal> {
    if let received = wish.received { account?.roll(to: received) }
    return chosen(wish, names: names).map { decided in
      var decided = decided
      decided.entry = account?.deal(decided.variant)
      return decided
    }
  }

  private mutating func chosen(_ wish: Wish, names: [String]) -> Result<Decided, Refusal> {
    var allowed: [Int]?
    if wish.hints.hasLimits {
      switch self.allowed(Array(names.indices), wish.hints, names: names) {
      case .success(let indices): allowed = indices
      case .failure(let refusal): return .failure(refusal)
      }
    }
    if wish.hints.isPinned {
      // A class of its own: it neither takes a turn in the deal nor leaves the others to pay for it.
      let best = allowed?.last ?? names.count - 1
      return .success(Decided(variant: best, allowed: [best], standing: standing, why: .pinned))
    }
    let (variant, why) = pick(wish, allowed)
    if let session = wish.session { conversations?.note(session, has: variant, at: wish.now) }
    return .success(Decided(variant: variant, allowed: allowed, standing: standing, why: why))
  }

  private mutating func pick(_ wish: Wish, _ allowed: [Int]?) -> (Int, RoutingReason) {
    let (wanted, why) = wanted(wish, allowed)
    guard let account, !account.permits(wanted), let better = standIn(for: wanted, account, allowed) else {
      // A variant without a share that only this caller's limits leave takes no turn.
      if diffusion.shares[wanted] > 0 || why == .sticky { diffusion.take(wanted) }
      return (wanted, why)
    }
    diffusion.take(better, isBounded: false)
    return (better, .guarded)
  }

  /// The variant by the request's conversation, its difficulty or its turn, before the floor has its word.
  private mutating func wanted(_ wish: Wish, _ allowed: [Int]?) -> (Int, RoutingReason) {
    let mayHave = { (variant: Int) in allowed?.contains(variant) ?? true }
    if let session = wish.session, let had = conversations?.variant(of: session, at: wish.now), mayHave(had) {
      return (had, .sticky)
    }
    if let score = wish.score {
      let fitting = variant(atRank: ranks.rank(score))
      if mayHave(fitting), diffusion.canAfford(fitting) { return (fitting, .difficulty) }
    }
    guard let allowed, allowed.count < diffusion.shares.count else {
      return (diffusion.turn(among: diffusion.shares.indices) ?? 0, standing.why)
    }
    // Where none of those that the caller may have has a share, the cheapest of them is the nearest to the shares' own.
    return (diffusion.turn(among: allowed) ?? allowed[0], .caller)
  }

  /// The variant that serves for one that the floor has no room for: the cheapest of those in use that it has room for;
  /// when too much is owed, the best of those in use. Nil when there is none better.
  private func standIn(for wanted: Int, _ account: QualityAccount, _ allowed: [Int]?) -> Int? {
    let promise = account.promise
    let quality = { (variant: Int) in promise.qualities[variant] ?? -.infinity }
    let better = (allowed ?? Array(diffusion.shares.indices)).filter { quality($0) > quality(wanted) }
    let inUse = better.filter { diffusion.shares[$0] > 0 || promise.standIns.contains($0) }
    if let cheapest = inUse.first(where: account.permits) { return cheapest }
    let paying = inUse.filter { quality($0) > promise.floor }
    // One that pays already need not be replaced by one that pays more: the shares say how much is to be paid.
    if let best = paying.max(by: { quality($0) < quality($1) }) { return best }
    return quality(wanted) > promise.floor && diffusion.shares[wanted] > 0
      ? nil : better.max { quality($0) < quality($1) }
  }

  /// The variant that a request of this rank gets, so that the shares are those of the decision and the hardest
  /// requests get the best variant.
  private func variant(atRank rank: Double) -> Int {
    var sum = 0.0
    var last = 0
    for (index, share) in diffusion.shares.enumerated() where share > 0 {
      sum += share
      last = index
      if rank <= sum { return index }
    }
    return last
  }

  /// Those of the variants that keep the caller's limits.
  func allowed(_ indices: [Int], _ hints: CallerHints, names: [String]) -> Result<[Int], Refusal> {
    var left = indices
    if let least = hints.minimumQuality {
      left = left.filter { standing.qualities[$0].map { $0 >= least } ?? false }
      guard !left.isEmpty else { return .failure(.qualityOutOfReach(least, best(of: indices, names))) }
    }
    if let most = hints.maximumCarbonGrams {
      let qualified = left
      left = left.filter { expectedGrams($0).map { $0 <= most } ?? false }
      guard !left.isEmpty else { return .failure(.carbonOutOfReach(most, least(of: qualified, names))) }
    }
    return .success(left)
  }

  private func best(of indices: [Int], _ names: [String]) -> (Double, String)? {
    indices.compactMap { index in standing.qualities[index].map { ($0, names[index]) } }.max { $0.0 < $1.0 }
  }

  private func least(of indices: [Int], _ names: [String]) -> (Double, String)? {
    indices.compactMap { index in expectedGrams(index).map { ($0, names[index]) } }.min { $0.0 < $1.0 }
  }

  /// Operational grams that a request on a variant is expected to cost: by what the latest ones used, else by a tariff
  /// that does not depend on tokens, for one item.
  private func expectedGrams(_ variant: Int) -> Double? {
    var joules = meanJoules[variant]
    if joules == nil, let tariff = standing.tariffs[variant], tariff.perInputToken == nil, tariff.perOutputToken == nil
    {
      joules = (tariff.perRequest?.value ?? 0) + (tariff.perUnit?.value ?? 0)
    }
    guard let joules else { return nil }
    return standing.grid(of: variant)?.carbon(of: JouleRange(exactly: joules))?.value
  }

  mutating func note(joules: Double, of variant: Int) {
    guard joules.isFinite else { return }
    meanJoules[variant] = meanJoules[variant].map { $0 + (joules - $0) * Self.meanStep } ?? joules
  }
}

extension CallerHints {
  /// Whether the caller limits which variants may answer.
  var hasLimits: Bool { minimumQuality != nil || maximumCarbonGrams != nil }
}

extension Refusal {
  static func qualityOutOfReach(_ least: Double, _ best: (quality: Double, name: String)?) -> Refusal {
    let known =
      best.map { "the best here is \(Decimals.significant($0.quality, digits: 4)), by '\($0.name)'" }
      ?? "the quality of no variant is known here"
    return .badHint(
      "Dimmer-Min-Quality", "asks for \(Decimals.significant(least, digits: 6)) points; \(known)")
  }

  static func carbonOutOfReach(_ most: Double, _ least: (grams: Double, name: String)?) -> Refusal {
    let known =
      least.map { "the least now is \(Decimals.fixed($0.grams, places: 9)) g, by '\($0.name)'" }
      ?? "what a request costs is not known here yet"
    return .badHint("Dimmer-Max-Carbon", "allows \(Decimals.fixed(most, places: 9)) g; \(known)")
  }
}

/// Deals requests out so that after N of them each variant's count is within the number of variants of N times its
/// share.
///
/// Each turn every variant's credit grows by its share, the variant with the most credit (the first among equals) is
/// picked, and pays 1. No randomness: the same shares give the same sequence.
struct ErrorDiffusion: Sendable {
  /// Shares that sum to 1.
  private(set) var shares: [Double]
  private var credit: [Double]

  init(shares: [Double]) {
    self.shares = shares
    credit = Array(repeating: 0, count: shares.count)
  }

  /// New shares; credit of up to a request is kept, so that the mix goes on smoothly. More is not carried over: what
  /// conversations, callers and the floor took away from the shares is in the quality served, which whoever makes the
  /// shares knows.
  mutating func update(shares: [Double]) {
    self.shares = shares
    for index in credit.indices { credit[index] = min(max(credit[index], -1), 1) }
  }

  /// The most credit, and the most debt, that picks for another reason leave: what goes elsewhere for long is not paid
  /// back for ever.
  private static let mostCredit = 1000.0

  /// The next pick. A variant without a share is never picked, whatever credit it has left.
  mutating func next() -> Int { next(among: shares.indices) ?? 0 }

  /// The next pick among some; nil when none of them has a share, and nobody's turn has passed then.
  mutating func next(among allowed: some Sequence<Int>) -> Int? {
    let pick = turn(among: allowed)
    if let pick { take(pick) }
    return pick
  }

  /// Whose turn it is among some; nil when none of them has a share.
  func turn(among allowed: some Sequence<Int>) -> Int? {
    var best = -1
    for index in allowed where shares[index] > 0 {
      if best < 0 || credit[index] + shares[index] > credit[best] + shares[best] { best = index }
    }
    return best < 0 ? nil : best
  }

  /// A pick that was made for another reason pays like any other, so that the mix converges.
  ///
  /// - Parameter isBounded: whether it is forgotten when there are many of them. What is picked first for the floor's
  ///   sake must be remembered until the shares change, or more than the shares would be spent on it.
  mutating func take(_ pick: Int, isBounded: Bool = true) {
    for index in shares.indices {
      let next = credit[index] + shares[index] - (index == pick ? 1 : 0)
      let most = isBounded ? max(Self.mostCredit, abs(credit[index])) : .infinity
      credit[index] = min(max(next, -most), most)
    }
  }

  /// Whether a pick for another reason keeps the count within two of the share.
  func canAfford(_ pick: Int) -> Bool { shares[pick] > 0 && credit[pick] + shares[pick] >= -1 }
}

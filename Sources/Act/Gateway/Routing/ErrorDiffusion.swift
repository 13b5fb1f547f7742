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

  /// New shares; credit is kept, so that the mix converges across changes.
  mutating func update(shares: [Double]) { self.shares = shares }

  /// The most credit, and the most debt, that is remembered: what goes elsewhere for long is not paid back for ever.
  private static let mostCredit = 1000.0

  /// The next pick. A variant without a share is never picked, whatever credit it has left.
  mutating func next() -> Int { next(among: shares.indices) ?? 0 }

  /// The next pick among some; nil when none of them has a share, and nobody's turn has passed then.
  mutating func next(among allowed: some Sequence<Int>) -> Int? {
    var best = -1
    for index in allowed where shares[index] > 0 {
      if best < 0 || credit[index] + shares[index] > credit[best] + shares[best] { best = index }
    }
    guard best >= 0 else { return nil }
    take(best)
    return best
  }

  /// A pick that was made for another reason pays like any other, so that the mix converges.
  mutating func take(_ pick: Int) {
    for index in shares.indices {
      credit[index] = min(max(credit[index] + shares[index], -Self.mostCredit), Self.mostCredit)
    }
    credit[pick] -= 1
  }

  /// Whether a pick for another reason keeps the count within two of the share.
  func canAfford(_ pick: Int) -> Bool { shares[pick] > 0 && credit[pick] + shares[pick] >= -1 }
}

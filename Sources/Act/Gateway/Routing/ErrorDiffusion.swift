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

  /// The next pick. A variant without a share is never picked, whatever credit it has left.
  mutating func next() -> Int {
    var best = -1
    for index in shares.indices {
      credit[index] += shares[index]
      if shares[index] > 0, best < 0 || credit[index] > credit[best] { best = index }
    }
    let pick = max(best, 0)
    credit[pick] -= 1
    return pick
  }
}

/// Turns shares into one variant per request by error diffusion, so that counts follow the shares without chance.
///
/// For each request every variant's account grows by its share, the largest account (the earlier one on a tie) serves
/// and pays 1. After N requests every count is within the number of variants of N times its share. A value type that
/// costs a few additions a request: the gateway keeps one per alias and event loop.
public struct Assignment: Hashable, Sendable {
  /// The variants' names, in the order of the shares.
  public private(set) var variants: [String]
  /// The shares in use.
  public private(set) var shares: [Double]
  /// Requests assigned since the shares were set.
  public private(set) var count = 0
  private var accounts: [Double]
  private var limit: Int?
  private var sharesBeyond: [Double]

  /// Starts with the shares of `decision`, and with those beyond its limit once that many requests were assigned.
  public init(_ decision: Decision) {
    self.init(decision.shares, limit: decision.limit)
  }

  /// Starts with `shares`.
  public init(_ shares: [VariantShare], limit: Decision.Limit? = nil) {
    self.variants = shares.map(\.variant)
    self.shares = shares.map(\.share)
    self.accounts = [Double](repeating: 0, count: shares.count)
    self.limit = limit.map { Assignment.whole($0.after) }
    self.sharesBeyond = Assignment.ordered(limit?.shares ?? [], by: variants)
  }

  /// Takes over the shares of a new decision. Variants that stay keep what they are owed up to one request, so the mix
  /// goes on smoothly. More is not carried over: what conversations and callers' wishes took away from the shares is in
  /// the quality served, which the policy already knows.
  public mutating func update(_ decision: Decision) {
    var next = Assignment(decision)
    for (index, name) in next.variants.enumerated() {
      if let old = variants.firstIndex(of: name) { next.accounts[index] = min(max(accounts[old], -1), 1) }
    }
    self = next
  }

  /// The index of the variant to serve the next request; `nil` only when there are no variants.
  public mutating func next() -> Int? { next { _ in true } }

  /// The index of the variant to serve the next request among those that `isAllowed`; `nil` when none is.
  public mutating func next(where isAllowed: (Int) -> Bool) -> Int? {
    grow()
    var chosen: Int?
    for index in accounts.indices where isAllowed(index) {
      if let best = chosen, accounts[index] <= accounts[best] { continue }
      chosen = index
    }
    pay(chosen)
    return chosen
  }

  /// Counts a request that had to go to the variant at `index` whatever the shares say, for example one of a
  /// conversation, so that the others make up for it.
  public mutating func record(_ index: Int) {
    guard accounts.indices.contains(index) else { return }
    grow()
    pay(index)
  }

  private mutating func grow() {
    if let limit, count >= limit {
      shares = sharesBeyond
      self.limit = nil
    }
    for index in accounts.indices { accounts[index] += shares[index] }
  }

  private mutating func pay(_ index: Int?) {
    guard let index else {
      for index in accounts.indices { accounts[index] -= shares[index] }
      return
    }
    accounts[index] -= 1
    count += 1
  }

  private static func whole(_ requests: Double) -> Int {
    requests.isFinite && requests < 1e18 ? Int(max(0, requests)) : .max
  }

  private static func ordered(_ shares: [VariantShare], by names: [String]) -> [Double] {
    names.map { name in shares.first { $0.variant == name }?.share ?? 0 }
  }
}

import NIOCore
import NIOHTTP1
import Quantities

/// A second backend that has the request while the first is slow to begin.
struct Hedge {
  /// Index in the exchange's attempts.
  let attempt: Int
  let pool: BackendPool
  /// Nil while it is being opened.
  var connection: BackendConnection?
  /// What the request sent there means for its stream; see ``Exchange/withholdsUsage``.
  var withholdsUsage = false
}

/// Asking a second backend: the first to answer serves, the other is told to stop, and what it used is charged.
extension Exchange {
  /// The energy of backends that were asked beside another and lost.
  func hedged(_ tokens: TokenUsage?) -> EnergyCharge? { brokenOff(hedgeLosers, tokens) }

  /// Begins the wait after which a second backend is asked, where that is wanted and worth its carbon.
  func armHedge() {
    guard hedgeTimer == nil, let rule = route?.entry.route.hedging, hasWholeBody, isBodyKept,
      rule.isWorth(secondGrid)
    else { return }
    hedgeTimer = loop.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(rule.delay)) { self.askSecond() }
  }

  /// The next try of equal or better quality on another server that is not in trouble.
  private var secondAttempt: Int? {
    guard let route, attempts.indices.contains(attemptIndex) else { return nil }
    let slot = { (attempt: Attempt) in route.variants[attempt.variant].slots[attempt.backend] }
    let first = attempts[attemptIndex]
    return attempts.indices.dropFirst(attemptIndex + 1).first { index in
      let other = attempts[index]
      return other.variant >= first.variant && slot(other) != slot(first)
        && !loop.pools[slot(other)].state(at: .now()).isInTrouble
    }
  }

  /// The grid that the second server stands on.
  private var secondGrid: GridFact? {
    guard let route else { return nil }
    return route.standing.grid(of: secondAttempt.map { route.place(of: attempts[$0].variant) })
  }

  private func askSecond() {
    guard case .asking = phase, hedge == nil, let index = secondAttempt, let route, loop.retryBudget.take() else {
      return
    }
    let attempt = attempts[index]
    let pool = loop.pools[route.variants[attempt.variant].slots[attempt.backend]]
    hedge = Hedge(attempt: index, pool: pool)
    if let connection = pool.take() { return sendSecond(connection) }
    pool.connect { result in
      guard case .success(let connection) = result else {
        self.hedge = nil
        return
      }
      // Meanwhile the first may have answered, or the caller left.
      guard case .asking = self.phase, self.hedge?.attempt == index else { return pool.release(connection) }
      self.sendSecond(connection)
    }
  }

  private func sendSecond(_ connection: BackendConnection) {
    guard var hedge else { return }
    let (first, firstWithholds) = (attemptIndex, withholdsUsage)
    attemptIndex = hedge.attempt
    connectionsTried += 1
    connection.exchange = self
    sendRequest(to: connection, hedge.pool)
    hedge.connection = connection
    hedge.withholdsUsage = withholdsUsage
    self.hedge = hedge
    (attemptIndex, withholdsUsage) = (first, firstWithholds)
    connection.flush()
  }

  /// Whether the answer that begins on this connection is the one to go on with. The other backend is told to stop.
  func takesAnswer(on connection: BackendConnection, status: HTTPResponseStatus) -> Bool {
    guard let hedge else { return true }
    let isBad = status == .tooManyRequests || status.code >= 500
    if hedge.connection === connection {
      guard !isBad else {
        dropSecond()
        return false
      }
      if case .asking(let first) = phase {
        hedgeLosers.append(attempts[attemptIndex].variant)
        pool?.discard(first)
      }
      goOn(with: hedge, connection)
      wonByHedge = true
      return true
    }
    if isBad, let second = hedge.connection {
      failedVariants.append(variant?.target.name ?? "")
      failedTries.append(FailedTry(variant: attempts[attemptIndex].variant, mayHaveWorked: status.code >= 502))
      pool?.discard(connection)
      goOn(with: hedge, second)
      return false
    }
    dropSecond()
    return true
  }

  /// A connection has closed while two were asked: whether the other one goes on.
  func survives(_ closed: BackendConnection) -> Bool {
    guard let hedge else { return false }
    if hedge.connection === closed {
      dropSecond()
      return true
    }
    guard let second = hedge.connection else { return false }
    failedVariants.append(variant?.target.name ?? "")
    failedTries.append(FailedTry(variant: attempts[attemptIndex].variant, mayHaveWorked: true))
    pool?.discard(closed)
    goOn(with: hedge, second)
    return true
  }

  private func goOn(with hedge: Hedge, _ connection: BackendConnection) {
    phase = .asking(connection)
    pool = hedge.pool
    attemptIndex = hedge.attempt
    withholdsUsage = hedge.withholdsUsage
    self.hedge = nil
  }

  /// Tells the second backend to stop, and waits no longer for its time.
  func dropSecond() {
    hedgeTimer?.cancel()
    guard let hedge else { return }
    self.hedge = nil
    guard let connection = hedge.connection else { return }
    hedgeLosers.append(attempts[hedge.attempt].variant)
    hedge.pool.discard(connection)
  }
}

extension Hedging {
  /// Whether the grid is clean enough to ask twice.
  func isWorth(_ grid: GridFact?) -> Bool {
    guard let below else { return true }
    guard let now = grid?.intensity else { return false }
    return now.gramsPerKilowattHour <= below.gramsPerKilowattHour
  }
}

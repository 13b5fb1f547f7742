import Logging
import NIOCore
import NIOHTTP1

/// The way to the backend.
extension Exchange {
  /// The variant of the current try, or of the last one.
  var variant: VariantEntry? {
    guard let route, relay == nil, !attempts.isEmpty else { return nil }
    return route.variants[attempts[min(attemptIndex, attempts.count - 1)].variant]
  }

  /// Makes the current try, with a connection that waits or a new one.
  func nextAttempt() {
    guard let slot else {
      hasNoAnswer = true
      return refuse(.unreachable(lastTrouble))
    }
    let pool = loop.pools[slot]
    self.pool = pool
    if let connection = pool.take() { ask(connection, pool) } else { connect(pool) }
  }

  /// The place of the current try's backend; nil when none is left.
  var slot: Int? {
    guard attemptIndex < attemptCount else { return nil }
    return relay?.slots[attemptIndex] ?? variant?.slots[attempts[attemptIndex].backend]
  }

  private var attemptCount: Int { relay?.slots.count ?? attempts.count }

  private func connect(_ pool: BackendPool) {
    phase = .connecting
    pool.connect { result in
      // Meanwhile the caller may have left, or been refused.
      guard case .connecting = self.phase else {
        if case .success(let connection) = result { pool.release(connection) }
        return
      }
      switch result {
      case .success(let connection): self.ask(connection, pool)
      case .failure: self.tryNext("no connection to \(pool.hostField)")
      }
    }
  }

  /// Sends the head and what there is of the body.
  private func ask(_ connection: BackendConnection, _ pool: BackendPool) {
    connectionsTried += 1
    phase = .asking(connection)
    connection.exchange = self
    let isComplete = hasWholeBody || isBodiless
    deadline = .now() + (isComplete ? loop.limits.firstByte : loop.limits.idle)
    sendRequest(to: connection, pool)
    forgetLargeBody()
    if caller.isReading { backendNeedsFlush = true } else { connection.flush() }
    if wantsBody { caller.resumeReading() }
    if isComplete { armHedge() }
  }

  /// Writes the head and what there is of the body, for the current try's variant.
  func sendRequest(to connection: BackendConnection, _ pool: BackendPool) {
    let pieces = isGathered ? splice(for: pool.backend).pieces(of: kept) : kept.readableBytes > 0 ? [kept] : []
    connection.send(.head(requestHead(pool, length: pieces.reduce(0) { $0 + $1.readableBytes })))
    for piece in pieces { connection.send(.body(.byteBuffer(piece))) }
    if hasWholeBody || isBodiless { connection.send(.end(nil)) }
  }

  private var isBodiless: Bool { if case .none = body { true } else { false } }
  var isGathered: Bool { if case .gathered = body { true } else { false } }

  private func splice(for backend: Backend) -> BodySplice {
    withholdsUsage = false
    guard let target = variant?.target else { return .none }
    if let form {
      isDirectiveLeftOut = target.directive != nil
      return BodySplice(form, model: target.modelName)
    }
    guard case .completion(let spoken) = endpoint else {
      return BodySplice(completion, model: target.modelName, wantsUsage: false)
    }
    var splice = BodySplice(
      completion, model: target.modelName, wantsUsage: spoken.takesStreamOptions && backend.understandsStreamUsage)
    withholdsUsage = splice.injectsUsage
    if let directive = target.directive {
      let edit = edit(directive, spoken)
      isDirectiveLeftOut = edit == nil
      if let edit { splice.add(edit) }
    } else {
      isDirectiveLeftOut = false
    }
    return splice
  }

  /// Where a directive goes into this body; the body is read once more for it.
  private func edit(_ directive: String, _ spoken: RequestProtocol) -> BodySplice.Edit? {
    var scan = DirectiveScan(spoken)
    kept.withUnsafeReadableBytes { scan.feed($0) }
    return scan.edit(directive)
  }

  /// The name of the variant whose work the current try is. A variant that is a directive on another is that other
  /// where the body had no place for the directive.
  var variantName: String? {
    guard let target = variant?.target else { return nil }
    return isDirectiveLeftOut ? target.family ?? target.name : target.name
  }

  private func requestHead(_ pool: BackendPool, length: Int) -> HTTPRequestHead {
    var headers = HTTPHeaders()
    headers.reserveCapacity(head.headers.count + 4)
    headers.add(name: "Host", value: pool.hostField)
    let authorization = pool.backend.authorization
    HeaderRules.forward(
      head.headers, into: &headers, keepsCredentials: authorization == .passesCallersKey && configuration.keys.isEmpty,
      isGathered: isGathered)
    if case .key(let key) = authorization { headers.add(name: "Authorization", value: key.headerValue) }
    if isGathered {
      headers.add(name: "Content-Length", value: String(length))
      // A compressed answer could not be watched for usage.
      headers.add(name: "Accept-Encoding", value: "identity")
    } else if !isBodiless, !headers.contains(name: "content-length") {
      headers.add(name: "Transfer-Encoding", value: "chunked")
    }
    if !headers.contains(name: "x-request-id") { headers.add(name: "x-request-id", value: id) }
    return HTTPRequestHead(version: .http1_1, method: head.method, uri: target(pool.backend), headers: headers)
  }

  /// The request target at the backend: the alias in a KServe path gives way to the variant.
  private func target(_ backend: Backend) -> String {
    guard case .model(_, let asked, let question, let query) = endpoint, let target = variant?.target else {
      return backend.pathPrefix + head.uri
    }
    var path = backend.pathPrefix + "/v2/models/" + PercentCoding.encoded(target.modelName)
    if let version = target.version ?? asked { path += "/versions/" + PercentCoding.encoded(version) }
    return path + question.rawValue + query
  }

  // MARK: A passing body

  func pass(_ bytes: ByteBuffer) {
    if !units.isDone { bytes.withUnsafeReadableBytes { units.feed($0) } }
    if isBodyKept { keep(bytes) }
    guard let backend else { return }
    backend.send(.body(.byteBuffer(bytes)))
    backendNeedsFlush = true
    forgetLargeBody()
  }

  func endPassing() {
    guard let backend else { return }
    deadline = .now() + loop.limits.firstByte
    backend.send(.end(nil))
    if caller.isReading { backendNeedsFlush = true } else { backend.flush() }
    armHedge()
  }

  /// Once sent, a body larger than is kept for another try is forgotten.
  private func forgetLargeBody() {
    guard isBodyKept, kept.readableBytes > configuration.replayBytes else { return }
    isBodyKept = false
    kept = ByteBuffer()
  }

  // MARK: Failure before the first byte

  /// Whether an answer is better replaced by another try: for its status, while tries are left and none would have to
  /// wait longer than a caller should.
  func retries(on answer: HTTPResponseHead) -> Bool {
    // The backend that keeps an object is looked for; what is not whole yet cannot be sent twice.
    if let relay {
      return relay.seeks && answer.status == .notFound && isBodyKept && attemptIndex + 1 < attemptCount
        && (hasWholeBody || isBodiless)
    }
    switch answer.status {
    case .badGateway, .serviceUnavailable, .gatewayTimeout, .tooManyRequests: break
    default: return false
    }
    let rest = RetryDelay.seconds(answer.headers.first(name: "retry-after"))
    if let rest, rest > .zero { pool?.leaveAlone(for: min(rest, RetryDelay.longestRest)) }
    guard isBodyKept, attemptIndex + 1 < attempts.count else { return false }
    if isNextTheSameServer {
      if let rest, rest > RetryDelay.longestWait { return false }
      retryAfter = rest
    }
    return loop.retryBudget.take()
  }

  private var isNextTheSameServer: Bool {
    guard let route, attempts.indices.contains(attemptIndex + 1) else { return false }
    let slot = { (attempt: Attempt) in route.variants[attempt.variant].slots[attempt.backend] }
    return slot(attempts[attemptIndex]) == slot(attempts[attemptIndex + 1])
  }

  /// The current try has failed: makes the next one, if the body is still here.
  func tryNext(_ trouble: String, mayHaveWorked: Bool = false) {
    lastTrouble = trouble
    if attempts.indices.contains(attemptIndex) {
      failedTries.append(FailedTry(variant: attempts[attemptIndex].variant, mayHaveWorked: mayHaveWorked))
    }
    loop.plant.logger.debug("backend failed", metadata: ["reason": "\(trouble)"])
    if let variant { failedVariants.append(variant.target.name) }
    let waits = isNextTheSameServer
    attemptIndex = isBodyKept ? attemptIndex + 1 : attemptCount
    guard waits, attempts.indices.contains(attemptIndex) else { return nextAttempt() }
    // Another variant on the same server: it is given a moment.
    phase = .connecting
    let wait = max(retryAfter ?? .zero, RetryDelay.jittered(failures: failedTries.count, random: loop.plant.random()))
    _ = loop.eventLoop.assumeIsolated().scheduleTask(in: wait) {
      if case .connecting = self.phase { self.nextAttempt() }
    }
  }

  /// The connection closed before an answer began. One that had rested in the pool was most likely closed by the
  /// backend just then: the same backend gets the request again, on a new connection.
  func lost(_ connection: BackendConnection) {
    guard let pool else { return }
    pool.discard(connection)
    if connection.isUsed, isBodyKept { return connect(pool) }
    if !loop.retryBudget.take() { isBodyKept = false }
    tryNext("\(pool.hostField) closed the connection before answering", mayHaveWorked: true)
  }
}

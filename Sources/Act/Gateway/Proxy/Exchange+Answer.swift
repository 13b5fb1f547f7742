import NIOCore
import NIOHTTP1

/// The way back to the caller.
extension Exchange {
  func backend(_ connection: BackendConnection, answers answer: HTTPResponseHead) {
    guard case .asking = phase, takesAnswer(on: connection, status: answer.status) else { return }
    if retries(on: answer) {
      phase = .connecting
      let name = pool?.hostField ?? ""
      pool?.discard(connection)
      // 429 and 503 refuse before the work; a gateway's 502 and 504 may stand for work that was lost.
      let isRefusal = answer.status == .tooManyRequests || answer.status == .serviceUnavailable
      return tryNext("\(name) answered \(answer.status.code)", mayHaveWorked: !isRefusal)
    }
    hedgeTimer?.cancel()
    phase = .answering(connection)
    let now = NIODeadline.now()
    firstByteAt = now
    deadline = now + loop.limits.idle
    status = Int(answer.status.code)
    backendKeepsAlive = answer.isKeepAlive
    if !hasWholeBody || loop.isDraining { keepsCallerAlive = false }
    let isStream = isGathered && isEventStream(answer)
    report = EnergyReport(answer.headers)
    chooseTap(answer, isStream: isStream)
    chooseProtocolTaps(answer, isStream: isStream)
    var headers = HTTPHeaders()
    headers.reserveCapacity(answer.headers.count + 8)
    HeaderRules.giveBack(
      answer.headers, into: &headers, skipsLength: (isStream && !streamEdits.isEmpty) || aliasRestore != nil)
    if isStream { addStreamHeaders(&headers) }
    addOwnHeaders(&headers)
    let version: HTTPVersion = isModern ? .http1_1 : .http1_0
    tell(HTTPResponseHead(version: version, status: answer.status, headers: headers), isStream: isStream)
  }

  private func isEventStream(_ answer: HTTPResponseHead) -> Bool {
    HeaderRules.isMediaType(answer.headers.first(name: "content-type"), "text/event-stream")
  }

  private func chooseTap(_ answer: HTTPResponseHead, isStream: Bool) {
    // What is compressed passes unseen; it was asked for uncompressed.
    let encoding = answer.headers.first(name: "content-encoding")
    guard isGathered, encoding == nil || encoding == "identity" else { return }
    if isStream {
      streamEdits = allowedEdits(answer)
      eventTap = SSETap(streamEdits)
    } else {
      plainScan = AnswerScan()
    }
  }

  /// Caches and buffering proxies in front must leave a stream alone.
  private func addStreamHeaders(_ headers: inout HTTPHeaders) {
    if !headers.contains(name: "cache-control") { headers.add(name: "Cache-Control", value: "no-cache") }
    if !headers.contains(name: "x-accel-buffering") { headers.add(name: "X-Accel-Buffering", value: "no") }
  }

  private func addOwnHeaders(_ headers: inout HTTPHeaders) {
    if !headers.contains(name: "x-request-id") {
      headers.add(name: "x-request-id", value: head.headers.first(name: "x-request-id") ?? id)
    }
    headers.add(name: "Dimmer-Request-Id", value: id)
    if let variantName { headers.add(name: "Dimmer-Variant", value: variantName) }
    if let grid = route?.standing.grid(of: answeringPlace) { headers.add(name: "Dimmer-Grid", value: grid.text) }
    if !keepsCallerAlive { headers.add(name: "Connection", value: "close") }
  }

  func backend(_ connection: BackendConnection, sends bytes: ByteBuffer) {
    guard case .answering = phase else { return }
    touch()
    watchProtocol(bytes)
    if !streamEdits.isEmpty {
      var passed = ByteBufferAllocator().buffer(capacity: bytes.readableBytes)
      bytes.withUnsafeReadableBytes { eventTap?.filter($0, into: &passed, telling: tellStream) }
      return give(passed)
    }
    if eventTap != nil {
      bytes.withUnsafeReadableBytes { eventTap?.watch($0) }
    } else if plainScan != nil {
      bytes.withUnsafeReadableBytes { plainScan?.feed($0) }
      if heldAnswer != nil { return hold(bytes) }
    }
    give(bytes)
  }

  func give(_ passed: ByteBuffer) {
    let bytes = restoringAlias(passed)
    guard bytes.readableBytes > 0 else { return }
    responseBytes += bytes.readableBytes
    caller.send(.body(.byteBuffer(bytes)))
  }

  func backend(_ connection: BackendConnection, ends trailers: HTTPHeaders?) {
    guard case .answering = phase else { return }
    if eventTap != nil {
      var rest = ByteBuffer()
      eventTap?.finish(into: &rest, telling: tellStream)
      give(rest)
    }
    if let trailers, let reported = EnergyReport(trailers) {
      report = reported
      figures = nil
    }
    phase = .over
    giveHeld()
    finishProtocol()
    caller.send(.end(closingFields(trailers)))
    caller.flush()
    if backendKeepsAlive, hasWholeBody {
      connection.rest()
      pool?.release(connection)
    } else {
      pool?.discard(connection)
    }
    pool = nil
    observe(status: status, failure: carriedError)
    caller.answered(keepAlive: keepsCallerAlive)
  }

  func backendReadComplete() { caller.flush() }

  func backend(_ connection: BackendConnection, closed error: (any Error)?) {
    switch phase {
    case .asking: if !survives(connection) { lost(connection) }
    case .answering: breakOff(status: 502, reason: "the backend broke off its answer")
    default: break
    }
  }

  /// Ends an answer that has begun and cannot be finished, so that the caller can tell: no last chunk, no closing
  /// words.
  func breakOff(status: Int, reason: String) {
    letGoOfBackend()
    letHeldGo()
    caller.flush()
    observe(status: status, failure: reason)
    caller.abort()
  }

  // MARK: Answers of the gateway itself

  /// Answers with JSON of our own.
  func reply(_ json: String) {
    phase = .over
    Self.write(.ok, json, to: caller, isHead: head.method == .HEAD, keepAlive: keepsCallerAlive)
    caller.answered(keepAlive: keepsCallerAlive)
  }

  /// Answers with an error, or breaks off when an answer has begun.
  func refuse(_ refusal: Refusal) {
    guard status == 0 else { return breakOff(status: Int(refusal.status.code), reason: refusal.message) }
    guard !isOver else { return }
    letGoOfBackend()
    status = Int(refusal.status.code)
    if !hasWholeBody || head.method == .HEAD { keepsCallerAlive = false }
    var headers = refusal.headers
    if route != nil { headers.append(("Dimmer-Request-Id", id)) }
    Self.write(
      refusal.status, refusal.body(endpoint.family), extra: headers, to: caller, isHead: head.method == .HEAD,
      keepAlive: keepsCallerAlive)
    observe(status: status, failure: refusal.message)
    caller.answered(keepAlive: keepsCallerAlive)
  }

  static func write(
    _ status: HTTPResponseStatus, _ json: String, extra: [(String, String)] = [], to caller: CallerConnection,
    isHead: Bool = false, keepAlive: Bool
  ) {
    var headers = HTTPHeaders(extra)
    headers.add(name: "Content-Type", value: "application/json")
    headers.add(name: "Content-Length", value: String(json.utf8.count))
    if !keepAlive { headers.add(name: "Connection", value: "close") }
    caller.send(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers)))
    if !isHead { caller.send(.body(.byteBuffer(ByteBuffer(string: json)))) }
    caller.send(.end(nil))
    if !caller.isReading { caller.flush() }
  }
}

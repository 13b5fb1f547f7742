import NIOCore
import NIOHTTP1
import Quantities

/// One request and its answer: takes the caller's parts, finds the backend, passes bytes both ways, and leaves an
/// observation. Lives on one event loop.
///
/// The head is looked at in `Exchange+Head`, routing is in `Exchange+Routing`, the way to the backend in `Exchange+Attempts`, the way back in `Exchange+Answer`.
final class Exchange {
  /// How far it has come.
  enum Phase {
    /// The request is being read: an OpenAI body may name its model last.
    case reading
    /// A connection to a backend is being opened.
    case connecting
    /// The request is on its way, or has gone; nothing has come back that the caller was told of.
    case asking(BackendConnection)
    /// The head of the answer has gone to the caller.
    case answering(BackendConnection)
    /// Over; the rest of the body, if any, is thrown away.
    case over
  }

  /// What happens to the body.
  enum Body {
    /// Gathered whole and scanned (OpenAI).
    case gathered
    /// Passed on as it comes (KServe).
    case passing
    /// Thrown away: there should be none, or it is not wanted.
    case none
  }

  let caller: CallerConnection
  let loop: LoopContext
  let head: HTTPRequestHead
  let endpoint: Endpoint
  /// The moment the head had arrived, on the loop's clock and on the wall's.
  let began: NIODeadline
  let received: Timestamp

  var phase = Phase.reading
  var body = Body.none
  var route: Route?
  /// Set instead of a route for what is about no model.
  var relay: Relay?
  var attempts: [Attempt] = []
  var attemptIndex = 0
  var pool: BackendPool?
  var connectionsTried = 0
  var failedVariants: [String] = []
  var lastTrouble = "none could be reached"

  /// The body so far, as long as it can be sent again; emptied once it is too large to keep.
  var kept = ByteBuffer()
  var isBodyKept = true
  var hasWholeBody = false
  var completion = CompletionScan()
  /// The boundary of a multipart form, whose model is looked for once it is here.
  var formBoundary: [UInt8]?
  var form: FormScan?
  /// Whether the current try's variant has a directive for which the body has no place.
  var isDirectiveLeftOut = false
  var units = UnitScan(limit: 0)
  var requestBytes = 0
  var responseBytes = 0

  /// An answer of the gateway itself that waits for the end of the request.
  var ownAnswer: Result<String, Refusal>?
  var eventTap: SSETap?
  var plainScan: AnswerScan?
  /// Watches answers of Ollama's own interface.
  var lineTap: ObjectLineTap?
  /// Learns the ids of what a backend keeps.
  var idScan: StoredIDScan?
  /// Puts the alias back, where the operator asked for it.
  var aliasRestore: AliasRestore?
  var withholdsUsage = false
  var streamEdits = SSETap.Edits()
  var heldAnswer: HeldAnswer?
  /// When a silent stream was last given a comment.
  var keptAliveAt = NIODeadline.uptimeNanoseconds(0)
  /// The energy that the backend reported in its header or trailers.
  var report: EnergyReport?
  /// The figures, once the caller was told.
  var figures: RequestFigures?
  var failedTries: [FailedTry] = []
  /// How long the backend asked to be left alone before the next try.
  var retryAfter: TimeAmount?
  var hedge: Hedge?
  var hedgeTimer: Scheduled<Void>?
  /// Whether the second backend asked was the first to answer.
  var wonByHedge = false
  /// Variants (indices in the route) that were asked beside another and lost.
  var hedgeLosers: [Int] = []
  /// Whether all tries failed, so that there is no answer to charge.
  var hasNoAnswer = false
  /// What the caller asks for in header fields.
  var hints = CallerHints()
  /// The caller's key, where keys are needed.
  var key: CallerKey?
  var keyName: String? { key?.name }
  /// The status the caller was told; 0 before.
  var status = 0
  var keepsCallerAlive: Bool
  var backendKeepsAlive = true
  var firstByteAt: NIODeadline?
  var isObserved = false
  var backendNeedsFlush = false
  /// When silence becomes a failure.
  var deadline: NIODeadline

  private var madeID: String?
  private var heldBytes = 0

  deinit {
    route?.settle(answeredBy: nil, units: 1)
    loop.heldBytes -= heldBytes
    loop.plant.counts.add(request: -1)
  }

  init(caller: CallerConnection, loop: LoopContext, head: HTTPRequestHead) {
    self.caller = caller
    self.loop = loop
    self.head = head
    endpoint = Endpoint(method: head.method, target: head.uri)
    received = loop.plant.wallClock()
    began = .now()
    deadline = began + loop.limits.idle
    loop.plant.counts.add(request: 1)
    // After an upgrade request the parser reads no further one; the upgrade itself is not taken up.
    keepsCallerAlive =
      head.isKeepAlive && head.version.minor >= 1 && !head.headers.contains(name: "upgrade")
  }

  /// The request's id; made once, for requests that need one.
  var id: String {
    if let madeID { return madeID }
    let id = loop.plant.makeID()
    madeID = id
    return id
  }

  /// HTTP/1.1: knows chunks, interim answers and trailers.
  var isModern: Bool { head.version.minor >= 1 }
  var configuration: GatewayConfiguration { loop.plant.configuration }
  var isOver: Bool { if case .over = phase { true } else { false } }

  /// The connection that has the request now.
  var backend: BackendConnection? {
    switch phase {
    case .asking(let connection), .answering(let connection): connection
    default: nil
    }
  }

  // MARK: Backpressure

  /// Whether more of the caller's body can be taken.
  var wantsBody: Bool {
    switch (body, phase) {
    case (.passing, .connecting): kept.readableBytes < configuration.replayBytes
    case (.passing, .asking(let connection)), (.passing, .answering(let connection)): connection.isWritable
    default: true
    }
  }

  /// Whether more of the backend's answer can be taken.
  var wantsAnswer: Bool { caller.isWritable }

  func callerWritabilityChanged() {
    guard let backend, caller.isWritable else { return }
    touch()
    backend.resumeReading()
  }

  func backendWritabilityChanged() { if wantsBody { caller.resumeReading() } }

  // MARK: The caller's side

  /// Reads the head and decides what to do with the body.
  func begin() {
    do throws(Refusal) {
      try checkHead()
      try admit()
      try open()
    } catch {
      refuseSoon(error)
    }
  }

  func take(_ bytes: ByteBuffer) {
    guard !isOver else { return }
    touch()
    requestBytes += bytes.readableBytes
    guard requestBytes <= configuration.maximumBodyBytes else {
      return refuse(.bodyTooLarge(limit: configuration.maximumBodyBytes))
    }
    switch body {
    case .gathered:
      countHeld(bytes.readableBytes)
      guard loop.heldBytes <= configuration.maximumHeldBytes / configuration.loops else {
        return refuse(.tooMuchAtOnce)
      }
      if formBoundary == nil { bytes.withUnsafeReadableBytes { completion.feed($0) } }
      keep(bytes)
    case .passing: pass(bytes)
    case .none: break
    }
  }

  func takeEnd() {
    hasWholeBody = true
    guard !isOver else { return }
    if let ownAnswer {
      switch ownAnswer {
      case .success(let json): reply(json)
      case .failure(let refusal): refuse(refusal)
      }
      return
    }
    switch body {
    case .gathered: routeGathered()
    case .passing: endPassing()
    case .none: break
    }
  }

  func callerReadComplete() {
    guard backendNeedsFlush else { return }
    backendNeedsFlush = false
    backend?.flush()
  }

  /// The caller has gone, or is cut off at shutdown: the backend is told to stop at once.
  func callerGone(isShutdown: Bool) {
    guard !isOver else { return }
    letGoOfBackend()
    observe(
      status: isShutdown ? 503 : 499, failure: isShutdown ? "the gateway was shut down" : "the caller left",
      isCancelled: !isShutdown)
  }

  /// Ends the exchange; a backend that still has it is told to stop by closing its connection.
  func letGoOfBackend() {
    dropSecond()
    let connection = backend
    phase = .over
    if let connection { pool?.discard(connection) }
    pool = nil
  }

  /// Counts bytes that are held in memory until the exchange ends.
  func countHeld(_ bytes: Int) {
    loop.heldBytes += bytes
    heldBytes += bytes
  }

  func keep(_ bytes: ByteBuffer) {
    if kept.readableBytes == 0 {
      kept = bytes
    } else {
      var more = bytes
      kept.writeBuffer(&more)
    }
  }

  // MARK: Time

  /// Something moved.
  func touch() { deadline = .now() + loop.limits.idle }

  func sweep(now: NIODeadline) {
    guard now > deadline || now - began > loop.limits.total else {
      if eventTap != nil, case .answering = phase { keepStreamAlive(now: now) }
      return
    }
    switch phase {
    case .reading: refuse(.tooSlow)
    case .connecting, .over: break
    case .answering where now <= deadline: breakOff(status: 504, reason: "the answer took longer than is allowed")
    case .asking(let connection):
      // While the backend does not read, the caller cannot send.
      refuse(hasWholeBody || !connection.isWritable ? .backendTimeout : .tooSlow)
    case .answering: breakOff(status: 504, reason: "the backend fell silent")
    }
  }
}

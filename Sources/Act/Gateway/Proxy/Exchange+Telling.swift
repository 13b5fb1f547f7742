import NIOCore
import NIOHTTP1

/// A JSON answer that waits for its end, so that its header can say what it used.
struct HeldAnswer {
  /// Larger answers go on as they come, and say nothing in their header.
  static let maximumBytes = 256 << 10

  var head: HTTPResponseHead
  var body = ByteBuffer()
}

/// What callers are told of energy and carbon.
extension Exchange {
  /// What the caller's key and the alias allow.
  var telling: Telling {
    let own = route?.entry.route.telling ?? Telling()
    return Telling(
      comments: key?.comments ?? own.comments, usage: hints.prefersUsage || (key?.usage ?? own.usage))
  }

  var takesTrailers: Bool { isModern && hints.takesTrailers }

  /// The edits that a stream may be given.
  func allowedEdits(_ answer: HTTPResponseHead) -> SSETap.Edits {
    let telling = telling
    // A comment would be out before the backend's own figure comes in its trailers.
    let endsWithFigure = answer.headers.first(name: "trailer")?.lowercased().contains("x-energy-joules") == true
    return SSETap.Edits(
      withholdsUsage: withholdsUsage, comments: telling.comments && !endsWithFigure && requestProtocol != nil,
      extendsUsage: telling.usage)
  }

  /// Sends the head of an answer, or keeps it until the figures are known.
  func tell(_ head: HTTPResponseHead, isStream: Bool) {
    var head = head
    if !isStream, (200..<300).contains(head.status.code), requestProtocol != nil {
      if plainScan != nil {
        if isSmallJSON(head) {
          heldAnswer = HeldAnswer(head: head)
          return
        }
      } else if lineTap == nil, hasWholeBody, let figures = makeFigures(totals, isPartial: false) {
        // Nothing in the answer's body changes what its items cost.
        addFigures(figures, &head.headers)
        return caller.send(.head(head))
      }
    }
    if takesTrailers, requestProtocol != nil, !head.headers.contains(name: "content-length") {
      head.headers.add(name: "Trailer", value: "Dimmer-Energy, Carbon-Emissions-Scope-2")
    }
    caller.send(.head(head))
  }

  private func isSmallJSON(_ head: HTTPResponseHead) -> Bool {
    guard HeaderRules.isMediaType(head.headers.first(name: "content-type"), "application/json") else { return false }
    guard let length = head.headers.first(name: "content-length") else { return true }
    return Int(length).map { $0 <= HeldAnswer.maximumBytes } ?? false
  }

  private func addFigures(_ figures: RequestFigures, _ headers: inout HTTPHeaders) {
    if let grams = figures.scope2Field { headers.replaceOrAdd(name: "Carbon-Emissions-Scope-2", value: grams) }
    if let joules = figures.energyField { headers.add(name: "Dimmer-Energy", value: joules) }
  }

  /// Keeps more of a held answer, or lets it go when it has grown too large.
  func hold(_ bytes: ByteBuffer) {
    guard let held = heldAnswer?.body.readableBytes, held + bytes.readableBytes <= HeldAnswer.maximumBytes else {
      letHeldGo()
      return give(bytes)
    }
    countHeld(bytes.readableBytes)
    if held == 0 {
      heldAnswer?.body = bytes
    } else {
      var more = bytes
      heldAnswer?.body.writeBuffer(&more)
    }
  }

  /// Sends a held answer as it is, without figures.
  func letHeldGo() {
    guard let held = heldAnswer else { return }
    heldAnswer = nil
    caller.send(.head(held.head))
    give(held.body)
  }

  /// Sends a held answer that is whole, with its figures.
  func giveHeld() {
    guard var held = heldAnswer else { return }
    heldAnswer = nil
    if let figures = figuresToTell(totals) {
      addFigures(figures, &held.head.headers)
      if telling.usage, let end = plainScan?.usageEnd, plainScan?.isWhole == true {
        let member = (end.isEmpty ? "" : ",") + "\"dimmer\":" + figures.json
        insert(member, into: &held, at: end.offset)
      }
    }
    caller.send(.head(held.head))
    give(held.body)
  }

  private func insert(_ text: String, into held: inout HeldAnswer, at offset: Int) {
    let place = held.body.readerIndex + offset
    guard offset <= held.body.readableBytes,
      var body = held.body.getSlice(at: held.body.readerIndex, length: offset),
      var rest = held.body.getSlice(at: place, length: held.body.readableBytes - offset)
    else { return }
    body.writeString(text)
    body.writeBuffer(&rest)
    held.body = body
    if held.head.headers.contains(name: "content-length") {
      held.head.headers.replaceOrAdd(name: "Content-Length", value: String(body.readableBytes))
    }
    held.head.headers.add(name: "Preference-Applied", value: "dimmer=usage")
  }

  /// The figures as told from now on.
  private func figuresToTell(_ totals: Totals) -> RequestFigures? {
    if let figures { return figures }
    figures = makeFigures(totals, isPartial: false)
    return figures
  }

  /// What a stream is told. It is asked while the tap is busy, so it must not look at the tap.
  var tellStream: SSETap.Teller {
    { stream in
      self.figuresToTell(Totals(tokens: stream.tokens, report: stream.report ?? self.report))?.json
    }
  }

  /// The trailers of the answer: the backend's that may travel on, and our own figures where they are wanted.
  func closingFields(_ trailers: HTTPHeaders?) -> HTTPHeaders? {
    guard takesTrailers else { return nil }
    var fields = HTTPHeaders()
    if let trailers { HeaderRules.giveBack(trailers, into: &fields, skipsLength: true) }
    // What had its header late has told already.
    if eventTap != nil || lineTap != nil || (plainScan != nil && !hasToldInHead), (200..<300).contains(status),
      let figures = figuresToTell(totals)
    {
      addFigures(figures, &fields)
    }
    return fields.isEmpty ? nil : fields
  }

  private var hasToldInHead: Bool { figures != nil && eventTap == nil }

  // MARK: Silence

  /// Keeps a silent stream open for the proxies in front of us.
  func keepStreamAlive(now: NIODeadline) {
    guard let limit = loop.limits.streamKeepAlive, key?.comments ?? true else { return }
    let moved = max(deadline - loop.limits.idle, keptAliveAt)
    guard now - moved >= limit, caller.isWritable, let comment = eventTap?.keepAlive else { return }
    keptAliveAt = now
    give(ByteBuffer(string: comment))
    caller.flush()
  }
}

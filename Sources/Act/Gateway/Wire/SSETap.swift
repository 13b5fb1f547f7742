import NIOCore

/// Watches a server-sent event stream go by: counts pieces of text, takes the last usage, sees errors and `[DONE]`, and
/// reads the energy that some backends put into comments.
///
/// Bytes may be cut anywhere; lines may end in LF, CRLF or CR. The tap changes nothing but what is asked for
/// (``Edits``). For that at most the current event is held back, never more than ``maximumHeldBytes``; comments always
/// pass, and the `usage:null` that other events carry stays in them.
struct SSETap {
  /// What may be changed in a stream.
  struct Edits: Equatable {
    /// An event that carries only the usage, which the gateway and not the caller wanted, is withheld.
    var withholdsUsage = false
    /// A comment stands before `[DONE]`, or at the end where that is missing.
    var comments = false
    /// The `usage` object of the event that carries it for the whole stream gains a member.
    var extendsUsage = false

    /// Whether events must be seen whole before they go on.
    var needsWholeEvents: Bool { withholdsUsage || extendsUsage }
    var isEmpty: Bool { !needsWholeEvents && !comments }
  }

  /// What the stream has said so far.
  struct Totals: Equatable {
    /// Pieces of generated text.
    var contentDeltas = 0
    /// The last usage that was not null.
    var usage: TokenUsage?
    /// The last energy reported in an event, else in a comment.
    var report: EnergyReport?
    /// Whether an event carried an error.
    var hasError = false

    /// Tokens as the backend said; for a stream that never said, the pieces of text that came, marked as an estimate.
    var tokens: TokenUsage? {
      usage ?? (contentDeltas > 0 ? TokenUsage(output: contentDeltas, isEstimated: true) : nil)
    }
  }

  /// Makes the JSON that is put into the stream, from what the stream has said by then; nil for nothing.
  typealias Teller = (Totals) -> String?

  /// An event longer than this is let through unjudged.
  static let maximumHeldBytes = 64 << 10

  private(set) var totals = Totals()
  /// Pieces of generated text so far.
  var contentDeltas: Int { totals.contentDeltas }
  /// The last usage that was not null.
  var usage: TokenUsage? { totals.usage }
  /// Whether an event carried an error.
  var hasError: Bool { totals.hasError }
  /// Whether the stream said `[DONE]`.
  private(set) var isDone = false

  /// Where in a line the next byte falls; `field` counts the bytes of `data` matched so far.
  private enum Line { case start, field(Int), value, data, rest, comment }
  /// Where the bytes of the current line go.
  private enum Sink { case onward, held, heldComment, nowhere }

  private static let fieldName: [UInt8] = Array("data".utf8)
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private let edits: Edits
  private var line = Line.start
  private var sink = Sink.onward
  private var lineFeedMayFollow = false
  private var marksSeen: Int? = 0
  private var scan = AnswerScan()
  private var eventHasData = false
  private var data = DataPrefix()
  private var held: [UInt8] = []
  private var heldComments: [UInt8] = []
  private var eventIsReleased = false
  /// Whether bytes have come since the last blank line.
  private var eventIsOpen = false
  /// Where in `held` the data of the event begin; nil when they stand on several lines or were let go.
  private var dataStart: Int?
  private var comment = CommentText()
  private var lineEnd = LineEnd.lineFeed
  private var hasCommented = false

  /// How the stream ends its lines.
  private enum LineEnd: String { case lineFeed = "\n", pair = "\r\n", carriageReturn = "\r" }

  /// A tap that only looks, or one that also makes these edits.
  init(_ edits: Edits = Edits()) { self.edits = edits }

  /// Looks at the next bytes of a stream that passes unchanged.
  mutating func watch(_ bytes: UnsafeRawBufferPointer) {
    var nothing = ByteBuffer()
    walk(bytes, &nothing) { _ in nil }
  }

  /// Takes the next bytes and writes those that may go on now to `output`.
  mutating func filter(
    _ bytes: UnsafeRawBufferPointer, into output: inout ByteBuffer, telling: Teller = { _ in nil }
  ) { walk(bytes, &output, telling) }

  /// Ends the stream: judges a last event that lacks its blank line, lets go what was held, and comments where
  /// `[DONE]` never came.
  mutating func finish(into output: inout ByteBuffer, telling: Teller = { _ in nil }) {
    let stopsInLine = if case .start = line { false } else { true }
    line = .start
    endEvent(&output, telling)
    // In the middle of a line, or after half a pair, nothing can be added without changing what is there.
    guard edits.comments, !hasCommented, !isDone, !stopsInLine, let text = telling(totals) else { return }
    hasCommented = true
    output.writeString(": dimmer \(text)" + lineEnd.rawValue + (eventIsOpen ? "" : lineEnd.rawValue))
  }

  /// A comment that keeps a silent stream open, fit for the place where the stream stands; nil where none can stand.
  var keepAlive: String? {
    let mark = ": keep-alive" + lineEnd.rawValue
    // While the current event is held back, the caller's stream stands after the last one.
    if !held.isEmpty || !heldComments.isEmpty { return mark + lineEnd.rawValue }
    guard case .start = line, !lineFeedMayFollow else { return nil }
    return eventIsOpen ? mark : mark + lineEnd.rawValue
  }

  private mutating func walk(_ bytes: UnsafeRawBufferPointer, _ output: inout ByteBuffer, _ telling: Teller) {
    var index = 0
    while index < bytes.count {
      let start = index
      switch line {
      case .start:
        beginLine(bytes[index], &output, telling)
        index += 1
        continue
      case .field(let matched):
        let byte = bytes[index]
        if matched < Self.fieldName.count, byte == Self.fieldName[matched] {
          line = .field(matched + 1)
          index += 1
        } else if matched == Self.fieldName.count, byte == UInt8(ascii: ":") {
          line = .value
          beginData()
          index += 1
        } else {
          // Another field, or `data` alone on its line, which adds nothing that counts.
          line = .rest
        }
      case .value:
        line = .data
        if bytes[index] == 0x20 { index += 1 }
        if dataStart != nil { dataStart? += index - start }
      case .data, .rest, .comment:
        index = ByteSearch.lineEnd(in: bytes, from: index)
        let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<index])
        switch line {
        case .data: takeData(piece, &output)
        case .comment: comment.append(piece)
        default: break
        }
        if index < bytes.count {
          if case .comment = line, let report = comment.report { totals.report = totals.report ?? report }
          lineFeedMayFollow = bytes[index] == 0x0D
          lineEnd = lineFeedMayFollow ? .carriageReturn : .lineFeed
          line = .start
          index += 1
        }
      }
      emit(bytes[start..<index], &output)
    }
  }

  /// The first byte of a line, or the LF of a CRLF.
  private mutating func beginLine(_ byte: UInt8, _ output: inout ByteBuffer, _ telling: Teller) {
    let isSecondOfPair = lineFeedMayFollow && byte == 0x0A
    lineFeedMayFollow = false
    if isSecondOfPair {
      lineEnd = .pair
      return emit(byte, &output)
    }
    if let seen = marksSeen {
      if seen < 3, byte == Self.byteOrderMark[seen] {
        marksSeen = seen + 1
        return emit(byte, &output)
      }
      // A cut mark is no mark, but no stream we can make sense of begins so; what follows is read as a line.
      marksSeen = nil
    }
    let isBlank = byte == 0x0A || byte == 0x0D
    let isComment = byte == UInt8(ascii: ":")
    if !edits.isEmpty { sink = sinkForLine(isBlank: isBlank, isComment: isComment) }
    emit(byte, &output)
    eventIsOpen = !isBlank
    if isBlank {
      lineFeedMayFollow = byte == 0x0D
      endEvent(&output, telling)
    } else if isComment {
      line = .comment
      comment = CommentText()
    } else {
      line = byte == Self.fieldName[0] ? .field(1) : .rest
    }
  }

  private func sinkForLine(isBlank: Bool, isComment: Bool) -> Sink {
    if eventIsReleased { return .onward }
    if held.isEmpty { return isBlank || isComment ? .onward : .held }
    return isComment ? .heldComment : .held
  }

  private mutating func beginData() {
    // Several data lines of one event are joined by a line feed.
    if eventHasData {
      data.appendLineFeed()
      withUnsafeBytes(of: UInt8(0x0A)) { scan.feed($0) }
    }
    // The colon itself has not been written yet.
    dataStart = eventHasData || eventIsReleased ? nil : held.count + 1
    eventHasData = true
  }

  private mutating func takeData(_ piece: UnsafeRawBufferPointer, _ output: inout ByteBuffer) {
    data.append(piece)
    scan.feed(piece)
    // Only `[DONE]` is waited for: anything else goes on as it comes.
    if edits.comments, !edits.needsWholeEvents, !data.mayBeDone { release(&output) }
  }

  private mutating func endEvent(_ output: inout ByteBuffer, _ telling: Teller) {
    if eventHasData {
      if data.isDone { isDone = true }
      if let latest = scan.usage { totals.usage = latest }
      if let latest = scan.report { totals.report = latest }
      totals.contentDeltas += scan.contentDeltas
      if scan.hasError { totals.hasError = true }
    }
    if !edits.isEmpty {
      let isDropped = edits.withholdsUsage && eventHasData && !eventIsReleased && scan.isUsageOnly
      if !isDropped, edits.extendsUsage { extendUsage(telling) }
      if isDone, edits.comments, !hasCommented, !eventIsReleased, let text = telling(totals) {
        hasCommented = true
        output.writeString(": dimmer \(text)" + lineEnd.rawValue + lineEnd.rawValue)
      }
      output.writeBytes(isDropped ? heldComments : held)
      held.removeAll(keepingCapacity: true)
      heldComments.removeAll(keepingCapacity: true)
      eventIsReleased = false
      // The LF of a closing CRLF shares its event's fate.
      sink = isDropped ? .nowhere : .onward
    }
    if eventHasData {
      scan.reset()
      data = DataPrefix()
      eventHasData = false
      dataStart = nil
    }
  }

  /// Adds a member to the usage object of a held event.
  private mutating func extendUsage(_ telling: Teller) {
    guard eventHasData, !eventIsReleased, scan.isFinalUsage, let dataStart, let end = scan.usageEnd,
      held.indices.contains(dataStart + end.offset), held[dataStart + end.offset] == UInt8(ascii: "}"),
      let text = telling(totals)
    else { return }
    held.insert(
      contentsOf: Array(((end.isEmpty ? "" : ",") + "\"dimmer\":" + text).utf8), at: dataStart + end.offset)
  }

  /// Lets go what is held of the current event, and the rest of it as it comes.
  private mutating func release(_ output: inout ByteBuffer) {
    guard !eventIsReleased else { return }
    output.writeBytes(held)
    held.removeAll(keepingCapacity: true)
    heldComments.removeAll(keepingCapacity: true)
    eventIsReleased = true
    dataStart = nil
    sink = .onward
  }

  private mutating func emit(_ byte: UInt8, _ output: inout ByteBuffer) {
    guard !edits.isEmpty else { return }
    withUnsafeBytes(of: byte) { emit($0[...], &output) }
  }

  private mutating func emit(_ piece: Slice<UnsafeRawBufferPointer>, _ output: inout ByteBuffer) {
    guard !edits.isEmpty, !piece.isEmpty else { return }
    let bytes = UnsafeRawBufferPointer(rebasing: piece)
    switch sink {
    case .onward: output.writeBytes(bytes)
    case .nowhere: break
    case .held, .heldComment:
      guard held.count + bytes.count <= Self.maximumHeldBytes else {
        release(&output)
        held = []
        heldComments = []
        output.writeBytes(bytes)
        return
      }
      held.append(contentsOf: bytes)
      if sink == .heldComment { heldComments.append(contentsOf: bytes) }
    }
  }
}

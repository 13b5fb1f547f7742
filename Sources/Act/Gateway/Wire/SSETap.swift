import NIOCore

/// Watches a server-sent event stream go by: counts pieces of text, takes the last usage, sees errors and `[DONE]`.
///
/// Bytes may be cut anywhere; lines may end in LF, CRLF or CR. The tap changes nothing, with one exception that is
/// asked for: an event that carries only the usage, when the gateway and not the caller wanted it, is withheld. For
/// that at most the current event is held back, never more than ``maximumHeldBytes``; comments always pass, and the
/// `usage:null` that other events then carry stays in them.
struct SSETap {
  /// An event longer than this is let through unjudged.
  static let maximumHeldBytes = 64 << 10

  /// Pieces of generated text so far.
  private(set) var contentDeltas = 0
  /// The last usage that was not null.
  private(set) var usage: TokenUsage?
  /// Whether an event carried an error.
  private(set) var hasError = false
  /// Whether the stream said `[DONE]`.
  private(set) var isDone = false

  /// Where in a line the next byte falls; `field` counts the bytes of `data` matched so far.
  private enum Line { case start, field(Int), value, data, rest, comment }
  /// Where the bytes of the current line go.
  private enum Sink { case onward, held, heldComment, nowhere }

  private static let fieldName: [UInt8] = Array("data".utf8)
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private let withholdsUsage: Bool
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

  /// A tap that only looks, or one that also withholds the usage event.
  init(withholdsUsage: Bool = false) { self.withholdsUsage = withholdsUsage }

  /// Looks at the next bytes of a stream that passes unchanged.
  mutating func watch(_ bytes: UnsafeRawBufferPointer) {
    var nothing = ByteBuffer()
    walk(bytes, &nothing)
  }

  /// Takes the next bytes and writes those that may go on now to `output`.
  mutating func filter(_ bytes: UnsafeRawBufferPointer, into output: inout ByteBuffer) { walk(bytes, &output) }

  /// Ends the stream: judges a last event that lacks its blank line, and lets go what was held.
  mutating func finish(into output: inout ByteBuffer) {
    line = .start
    endEvent(&output)
  }

  private mutating func walk(_ bytes: UnsafeRawBufferPointer, _ output: inout ByteBuffer) {
    var index = 0
    while index < bytes.count {
      let start = index
      switch line {
      case .start:
        beginLine(bytes[index], &output)
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
      case .data, .rest, .comment:
        index = ByteSearch.lineEnd(in: bytes, from: index)
        if case .data = line { takeData(UnsafeRawBufferPointer(rebasing: bytes[start..<index])) }
        if index < bytes.count {
          lineFeedMayFollow = bytes[index] == 0x0D
          line = .start
          index += 1
        }
      }
      emit(bytes[start..<index], &output)
    }
  }

  /// The first byte of a line, or the LF of a CRLF.
  private mutating func beginLine(_ byte: UInt8, _ output: inout ByteBuffer) {
    let isSecondOfPair = lineFeedMayFollow && byte == 0x0A
    lineFeedMayFollow = false
    if isSecondOfPair { return emit(byte, &output) }
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
    if withholdsUsage { sink = sinkForLine(isBlank: isBlank, isComment: isComment) }
    emit(byte, &output)
    if isBlank {
      lineFeedMayFollow = byte == 0x0D
      endEvent(&output)
    } else if isComment {
      line = .comment
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
    if eventHasData { withUnsafeBytes(of: UInt8(0x0A)) { takeData($0) } }
    eventHasData = true
  }

  private mutating func takeData(_ piece: UnsafeRawBufferPointer) {
    data.append(piece)
    scan.feed(piece)
  }

  private mutating func endEvent(_ output: inout ByteBuffer) {
    if eventHasData {
      if data.isDone { isDone = true }
      if let latest = scan.usage { usage = latest }
      contentDeltas += scan.contentDeltas
      if scan.hasError { hasError = true }
    }
    if withholdsUsage {
      let isDropped = eventHasData && !eventIsReleased && scan.isUsageOnly
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
    }
  }

  private mutating func emit(_ byte: UInt8, _ output: inout ByteBuffer) {
    guard withholdsUsage else { return }
    withUnsafeBytes(of: byte) { emit($0[...], &output) }
  }

  private mutating func emit(_ piece: Slice<UnsafeRawBufferPointer>, _ output: inout ByteBuffer) {
    guard withholdsUsage, !piece.isEmpty else { return }
    let bytes = UnsafeRawBufferPointer(rebasing: piece)
    switch sink {
    case .onward: output.writeBytes(bytes)
    case .nowhere: break
    case .held, .heldComment:
      guard held.count + bytes.count <= Self.maximumHeldBytes else {
        output.writeBytes(held)
        output.writeBytes(bytes)
        held.removeAll(keepingCapacity: false)
        heldComments.removeAll(keepingCapacity: false)
        eventIsReleased = true
        sink = .onward
        return
      }
      held.append(contentsOf: bytes)
      if sink == .heldComment { heldComments.append(contentsOf: bytes) }
    }
  }
}

/// The first bytes of an event's data: enough to know `[DONE]`.
private struct DataPrefix {
  private var first: UInt64 = 0
  private var count = 0

  /// Whether the data are exactly `[DONE]`.
  var isDone: Bool { count == 6 && first == 0x5B44_4F4E_455D }

  mutating func append(_ piece: UnsafeRawBufferPointer) {
    for byte in piece.prefix(max(0, 7 - count)) { first = first << 8 | UInt64(byte) }
    count += piece.count
  }
}

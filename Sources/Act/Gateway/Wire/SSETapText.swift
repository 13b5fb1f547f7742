/// The first bytes of an event's data: enough to know `[DONE]`.
struct DataPrefix {
  private static let done: UInt64 = 0x5B44_4F4E_455D
  private var first: UInt64 = 0
  private var count = 0

  /// Whether the data are exactly `[DONE]`.
  var isDone: Bool { count == 6 && first == Self.done }
  /// Whether what has come so far is a beginning of `[DONE]`.
  var mayBeDone: Bool { count <= 6 && first == Self.done >> UInt64(8 * (6 - count)) }

  mutating func append(_ piece: UnsafeRawBufferPointer) {
    for byte in piece.prefix(max(0, 7 - count)) { first = first << 8 | UInt64(byte) }
    count += piece.count
  }

  mutating func appendLineFeed() { withUnsafeBytes(of: UInt8(0x0A)) { append($0) } }
}

/// A comment's text, as far as it can be an energy report: `: energy {…}` or `: dimmer {…}`.
struct CommentText {
  private static let longest = 2048
  private var text: [UInt8] = []
  private var isCut = false

  mutating func append(_ piece: UnsafeRawBufferPointer) {
    guard !isCut else { return }
    if text.isEmpty, let first = piece.first, first != 0x20, first != UInt8(ascii: "e") {
      isCut = true
    } else if text.count + piece.count > Self.longest {
      isCut = true
    } else {
      text.append(contentsOf: piece)
    }
  }

  var report: EnergyReport? {
    let words = text.drop { $0 == 0x20 }
    guard !isCut, words.starts(with: "energy ".utf8) else { return nil }
    var scan = AnswerScan()
    // The same object stands in bodies under this key.
    for part in [Array("{\"energy\":".utf8), Array(words.dropFirst(7)), [UInt8(ascii: "}")]] {
      part.withUnsafeBytes { scan.feed($0) }
    }
    return scan.isWhole ? scan.report : nil
  }
}

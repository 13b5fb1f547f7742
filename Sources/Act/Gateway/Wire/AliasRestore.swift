import NIOCore

/// Puts the alias back into answers, where the operator asked for it: the value of the outermost `model` is replaced,
/// in a JSON body, in each event of a stream, or in each line of Ollama's. Every other byte passes as it came.
///
/// Only the value itself is held back while it arrives, never more than ``longestValue`` bytes.
struct AliasRestore {
  enum Shape {
    /// One JSON body.
    case json
    /// Server-sent events.
    case events
    /// One JSON object a line.
    case lines
  }

  /// A value that is longer, with the space before it, passes unchanged.
  static let longestValue = 2048

  private let replacement: [UInt8]
  private let shape: Shape
  private var runs = EventRuns()
  private var tokenizer = JSONTokenizer()
  private var isModelNext = false
  private var isGivenUp = false
  private var held: [UInt8] = []
  /// Whether the object at depth 2 is the `response` of a typed event, whose `model` is the answer's.
  private var isResponseNext = false
  private var isInResponse = false

  /// A restorer that writes `alias` as the model of an answer of this shape.
  init(alias: String, shape: Shape) {
    replacement = Array(JSONText.quoted(alias).utf8)
    self.shape = shape
  }

  /// Takes the next bytes and writes those that may go on now to `output`.
  mutating func filter(_ bytes: UnsafeRawBufferPointer, into output: inout ByteBuffer) {
    switch shape {
    case .json: rewrite(bytes, &output)
    case .events:
      var index = 0
      while let run = runs.next(in: bytes, from: &index) {
        switch run {
        case .data(let range): rewrite(UnsafeRawBufferPointer(rebasing: bytes[range]), &output)
        case .frame(let range): pass(UnsafeRawBufferPointer(rebasing: bytes[range]), &output)
        case .end(let range):
          restart(&output)
          pass(UnsafeRawBufferPointer(rebasing: bytes[range]), &output)
        }
      }
    case .lines:
      var start = 0
      while start < bytes.count {
        let end = ByteSearch.lineEnd(in: bytes, from: start)
        rewrite(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), &output)
        if end < bytes.count {
          restart(&output)
          pass(UnsafeRawBufferPointer(rebasing: bytes[end...end]), &output)
        }
        start = end + 1
      }
    }
  }

  /// Ends the answer: what is held goes on.
  mutating func finish(into output: inout ByteBuffer) { restart(&output) }

  /// Bytes that are no JSON. In the middle of a value they make it one that is left alone.
  private mutating func pass(_ bytes: UnsafeRawBufferPointer, _ output: inout ByteBuffer) {
    if isModelNext { giveUp(&output) }
    output.writeBytes(bytes)
  }

  private mutating func giveUp(_ output: inout ByteBuffer) {
    output.writeBytes(held)
    held.removeAll(keepingCapacity: true)
    isModelNext = false
    isGivenUp = true
  }

  private mutating func restart(_ output: inout ByteBuffer) {
    output.writeBytes(held)
    held.removeAll(keepingCapacity: true)
    tokenizer.reset()
    isModelNext = false
    isResponseNext = false
    isInResponse = false
    isGivenUp = false
  }

  private mutating func rewrite(_ bytes: UnsafeRawBufferPointer, _ output: inout ByteBuffer) {
    guard !isGivenUp else { return _ = output.writeBytes(bytes) }
    /// What has been written, or is held.
    var done = 0
    var index = 0
    while let token = tokenizer.next(in: bytes, from: &index) {
      if isModelNext {
        if token == .string {
          // The space between colon and value stays.
          let all = held + bytes[done..<index]
          output.writeBytes(all.prefix { $0 != 0x22 })
          output.writeBytes(replacement)
        } else {
          output.writeBytes(held)
          output.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[done..<index]))
        }
        held.removeAll(keepingCapacity: true)
        done = index
        isModelNext = false
      }
      take(token)
      if isModelNext {
        output.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[done..<index]))
        done = index
      }
    }
    let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
    guard isModelNext else { return _ = output.writeBytes(rest) }
    held.append(contentsOf: rest)
    if held.count > Self.longestValue { giveUp(&output) }
  }

  private mutating func take(_ token: JSONTokenizer.Token) {
    switch (token, tokenizer.depth) {
    case (.key, 1):
      isModelNext = tokenizer.text(is: "model")
      isResponseNext = shape == .events && tokenizer.text(is: "response")
    case (.key, 2) where isInResponse: isModelNext = tokenizer.text(is: "model")
    case (.beginObject, 1): break
    case (.beginObject, 2) where isResponseNext:
      isResponseNext = false
      isInResponse = true
    case (.beginObject, _), (.beginArray, _): tokenizer.skip()
    case (.endObject, 1): isInResponse = false
    default: break
    }
  }
}

/// Watches an answer of Ollama's own interface go by: one JSON object a line (NDJSON), or a single object.
///
/// The last line of a stream has the counts. Times are in nanoseconds there.
struct ObjectLineTap {
  /// Lines that carry new text so far.
  private(set) var contentPieces = 0
  /// Whether an object said `"done":true`.
  private(set) var isDone = false
  /// Whether an object carried an error.
  private(set) var hasError = false
  /// `load_duration` in nanoseconds: how long the model took to be loaded for this request; nil while not said.
  private(set) var loadNanoseconds: Int?

  private enum Key { case input, output, load, done, error, message, content, other }
  private var tokenizer = JSONTokenizer()
  private var key = Key.other
  private var isInMessage = false
  private var input: Int?
  private var output: Int?

  /// The tokens as far as they were said. Ollama leaves `prompt_eval_count` out when the whole prompt was cached: then
  /// the tokens read are not known. A stream that ended early has its pieces of text counted, as an estimate.
  var tokens: TokenUsage? {
    if input != nil || output != nil { return TokenUsage(input: input, output: output) }
    return contentPieces > 0 && !isDone ? TokenUsage(output: contentPieces, isEstimated: true) : nil
  }

  /// Takes the next bytes of the answer.
  mutating func watch(_ bytes: UnsafeRawBufferPointer) {
    var start = 0
    while start < bytes.count {
      let end = ByteSearch.lineEnd(in: bytes, from: start)
      let line = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      var index = 0
      while let token = tokenizer.next(in: line, from: &index) { take(token) }
      // A bare line end inside a string is no JSON, so a line end always ends the object.
      if end < bytes.count {
        tokenizer.reset()
        key = .other
        isInMessage = false
      }
      start = end + 1
    }
  }

  private mutating func take(_ token: JSONTokenizer.Token) {
    switch (token, tokenizer.depth) {
    case (.key, 1): key = outermostKey()
    case (.key, 2): key = isInMessage && tokenizer.text(is: "content") ? .content : .other
    case (.beginObject, 1): break
    case (.beginObject, 2) where key == .message:
      isInMessage = true
      key = .other
    case (.beginObject, _), (.beginArray, _):
      if tokenizer.depth == 2, key == .error { hasError = true }
      tokenizer.skip()
    case (.endObject, 1): isInMessage = false
    case (.string, _), (.literal, _): takeValue(isText: token == .string)
    default: key = .other
    }
  }

  private func outermostKey() -> Key {
    if tokenizer.text(is: "prompt_eval_count") { return .input }
    if tokenizer.text(is: "eval_count") { return .output }
    if tokenizer.text(is: "load_duration") { return .load }
    if tokenizer.text(is: "done") { return .done }
    if tokenizer.text(is: "error") { return .error }
    if tokenizer.text(is: "message") { return .message }
    return tokenizer.text(is: "response") ? .content : .other
  }

  private mutating func takeValue(isText: Bool) {
    switch key {
    case .input: input = isText ? nil : tokenizer.wholeNumber
    case .output: output = isText ? nil : tokenizer.wholeNumber
    case .load: loadNanoseconds = isText ? nil : tokenizer.wholeNumber
    case .done: isDone = !isText && tokenizer.text(is: "true")
    case .error: hasError = isText || !tokenizer.text(is: "null")
    case .content: if isText, !tokenizer.text.isEmpty { contentPieces += 1 }
    case .message, .other: break
    }
    key = .other
  }
}

/// Reads what counts of an OpenAI answer: a plain JSON body or the data of one stream event.
///
/// It looks for `usage` (the last that is not null), for pieces of generated text in `choices`, and for `error`. It
/// never indexes `choices`: the list may be empty, and may be interleaved.
struct AnswerScan {
  /// The tokens the backend says it used; nil while it has not said.
  private(set) var usage: TokenUsage?
  /// Choices that carry new text: `delta.content`, `delta.reasoning_content`, `delta.reasoning` or `text`.
  private(set) var contentDeltas = 0
  /// Whether `choices` is there and empty.
  private(set) var choicesAreEmpty = false
  /// Whether there is an `error` that is not null.
  private(set) var hasError = false

  private enum Key { case usage, choices, error, delta, content, input, output, details, cached, other }
  private enum Place { case top, usage, details, choices, choice, delta }
  private var tokenizer = JSONTokenizer()
  private var key = Key.other
  private var place = Place.top
  private var deltaHasText = false

  /// Whether the text so far is one whole JSON value.
  var isWhole: Bool { tokenizer.isComplete }
  /// Whether this is the event that carries the usage and nothing else.
  var isUsageOnly: Bool { isWhole && choicesAreEmpty && usage != nil }

  /// Forgets the last text, keeping buffers.
  mutating func reset() {
    tokenizer.reset()
    usage = nil
    contentDeltas = 0
    choicesAreEmpty = false
    hasError = false
    key = .other
    place = .top
    deltaHasText = false
  }

  /// Takes the next piece of the text.
  mutating func feed(_ bytes: UnsafeRawBufferPointer) {
    var index = 0
    while let token = tokenizer.next(in: bytes, from: &index) { take(token) }
  }

  private mutating func take(_ token: JSONTokenizer.Token) {
    switch token {
    case .key: key = keyHere()
    case .beginObject, .beginArray: enter(isObject: token == .beginObject)
    case .endObject, .endArray: leave()
    case .string, .literal: takeScalar(isText: token == .string)
    }
  }

  private func keyHere() -> Key {
    switch place {
    case .top:
      tokenizer.text(is: "choices")
        ? .choices : tokenizer.text(is: "usage") ? .usage : tokenizer.text(is: "error") ? .error : .other
    case .usage:
      tokenizer.text(is: "prompt_tokens") || tokenizer.text(is: "input_tokens")
        ? .input
        : tokenizer.text(is: "completion_tokens") || tokenizer.text(is: "output_tokens")
          ? .output
          : tokenizer.text(is: "prompt_tokens_details") || tokenizer.text(is: "input_tokens_details")
            ? .details : .other
    case .details: tokenizer.text(is: "cached_tokens") ? .cached : .other
    case .choice: tokenizer.text(is: "delta") ? .delta : tokenizer.text(is: "text") ? .content : .other
    case .delta:
      tokenizer.text(is: "content") || tokenizer.text(is: "reasoning_content") || tokenizer.text(is: "reasoning")
        ? .content : .other
    case .choices: .other
    }
  }

  private mutating func enter(isObject: Bool) {
    switch (place, key, isObject) {
    case (.top, _, _) where tokenizer.depth == 1: break
    case (.top, .usage, true):
      usage = TokenUsage()
      place = .usage
    case (.usage, .details, true): place = .details
    case (.top, .choices, false):
      choicesAreEmpty = true
      place = .choices
    case (.choices, _, true):
      choicesAreEmpty = false
      deltaHasText = false
      place = .choice
    case (.choice, .delta, true): place = .delta
    default:
      if place == .top, key == .error { hasError = true }
      if place == .choices { choicesAreEmpty = false }
      tokenizer.skip()
    }
    key = .other
  }

  private mutating func leave() {
    // A skipped container ends at the depth of its parent, where `place` never moved.
    switch (place, tokenizer.depth) {
    case (.usage, 1), (.choices, 1): place = .top
    case (.details, 2): place = .usage
    case (.choice, 2):
      if deltaHasText { contentDeltas += 1 }
      place = .choices
    case (.delta, 3): place = .choice
    default: break
    }
    key = .other
  }

  private mutating func takeScalar(isText: Bool) {
    switch (place, key) {
    case (.choices, _): choicesAreEmpty = false
    case (.usage, .input): usage?.input = isText ? nil : tokenizer.wholeNumber
    case (.usage, .output): usage?.output = isText ? nil : tokenizer.wholeNumber
    case (.details, .cached): usage?.cachedInput = isText ? nil : tokenizer.wholeNumber
    case (.choice, .content), (.delta, .content):
      if isText, !tokenizer.text.isEmpty { deltaHasText = true }
    case (.top, .error): hasError = isText || !tokenizer.text(is: "null")
    default: break
    }
    key = .other
  }
}

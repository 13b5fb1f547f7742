import Quantities

/// Reads what counts of an OpenAI answer: a plain JSON body or the data of one stream event.
///
/// It looks for `usage` (the last that is not null), for pieces of generated text in `choices`, for `error`, and for
/// the energy that some backends report. It never indexes `choices`: the list may be empty, and may be interleaved. The
/// typed events of the Responses interface carry their text in `delta` and their usage in `response`.
struct AnswerScan {
  /// The tokens the backend says it used; nil while it has not said.
  private(set) var usage: TokenUsage?
  /// The energy the backend says it used; nil while it has not said.
  private(set) var report: EnergyReport?
  /// Choices that carry new text: `delta.content`, `delta.reasoning_content`, `delta.reasoning` or `text`; and a
  /// `delta` of its own.
  private(set) var contentDeltas = 0
  /// Whether `choices` is there and empty.
  private(set) var choicesAreEmpty = false
  /// Whether there is an `error` that is not null.
  private(set) var hasError = false
  /// Where the last `usage` object's closing bracket stands in the text, and whether the object has members.
  private(set) var usageEnd: (offset: Int, isEmpty: Bool)?

  private enum Key {
    case usage, choices, error, delta, content, input, output, inputDetails, cached, response, energy, details
    case joules, kilowattHours, millijoules, attribution, other
  }
  private enum Place: UInt64 { case top = 1, usage, inputDetails, choices, choice, delta, response, energy, details }
  private var tokenizer = JSONTokenizer()
  private var key = Key.other
  /// The containers walked now, innermost last, four bits each: as many as are open, since what is not walked is
  /// skipped.
  private var places: UInt64 = 0
  private var placeCount = 0
  private var deltaHasText = false
  private var hasUsageMembers = false
  private var joules: Double?
  private var attribution: String?
  private var hasChoices = false

  /// Whether the text so far is one whole JSON value.
  var isWhole: Bool { tokenizer.isComplete }
  /// Whether this is the event that carries the usage and nothing else.
  var isUsageOnly: Bool { isWhole && choicesAreEmpty && usage != nil }
  /// Whether this is the event that carries the whole stream's usage, alone or in a finished response.
  var isFinalUsage: Bool { isWhole && usage != nil && (choicesAreEmpty || !hasChoices) }

  /// Forgets the last text, keeping buffers.
  mutating func reset() {
    tokenizer.reset()
    usage = nil
    report = nil
    contentDeltas = 0
    choicesAreEmpty = false
    hasError = false
    usageEnd = nil
    key = .other
    places = 0
    placeCount = 0
    deltaHasText = false
    hasUsageMembers = false
    joules = nil
    attribution = nil
    hasChoices = false
  }

  /// Takes the next piece of the text.
  mutating func feed(_ bytes: UnsafeRawBufferPointer) {
    var index = 0
    while let token = tokenizer.next(in: bytes, from: &index) { take(token) }
  }

  private var place: Place? { Place(rawValue: places & 15) }

  private mutating func push(_ place: Place) {
    places = places << 4 | place.rawValue
    placeCount += 1
  }

  private mutating func take(_ token: JSONTokenizer.Token) {
    switch token {
    case .key:
      key = keyHere()
      if place == .usage { hasUsageMembers = true }
    case .beginObject, .beginArray: enter(isObject: token == .beginObject)
    case .endObject, .endArray: leave()
    case .string, .literal: takeScalar(isText: token == .string)
    }
  }

  private func keyHere() -> Key {
    switch place {
    case .top:
      // By length first: most keys of an answer are none of these.
      switch tokenizer.text.count {
      case 5 where tokenizer.text(is: "usage"): .usage
      case 5 where tokenizer.text(is: "error"): .error
      case 5 where tokenizer.text(is: "delta"): .delta
      case 6 where tokenizer.text(is: "energy"): .energy
      case 7 where tokenizer.text(is: "choices"): .choices
      case 7 where tokenizer.text(is: "details"): .details
      case 8 where tokenizer.text(is: "response"): .response
      case _ where tokenizer.textHasEscapes: escapedKeyAtTop()
      default: .other
      }
    case .response: tokenizer.text(is: "usage") ? .usage : tokenizer.text(is: "error") ? .error : .other
    case .usage:
      tokenizer.text(is: "prompt_tokens") || tokenizer.text(is: "input_tokens")
        ? .input
        : tokenizer.text(is: "completion_tokens") || tokenizer.text(is: "output_tokens")
          ? .output
          : tokenizer.text(is: "prompt_tokens_details") || tokenizer.text(is: "input_tokens_details")
            ? .inputDetails : tokenizer.text(is: "energy") ? .energy : .other
    case .inputDetails: tokenizer.text(is: "cached_tokens") ? .cached : .other
    case .choice: tokenizer.text(is: "delta") ? .delta : tokenizer.text(is: "text") ? .content : .other
    case .delta:
      tokenizer.text(is: "content") || tokenizer.text(is: "reasoning_content") || tokenizer.text(is: "reasoning")
        ? .content : .other
    case .energy:
      tokenizer.text(is: "energy_joules")
        ? .joules
        : tokenizer.text(is: "energy_kwh")
          ? .kilowattHours : tokenizer.text(is: "attribution_method") ? .attribution : .other
    case .details: tokenizer.text(is: "energy_mj") ? .millijoules : .other
    case .choices, nil: .other
    }
  }

  private func escapedKeyAtTop() -> Key {
    tokenizer.text(is: "choices")
      ? .choices : tokenizer.text(is: "usage") ? .usage : tokenizer.text(is: "error") ? .error : .other
  }

  private mutating func enter(isObject: Bool) {
    switch (place, key, isObject) {
    case (nil, _, _): push(.top)
    case (.top, .usage, true), (.response, .usage, true):
      usage = TokenUsage()
      hasUsageMembers = false
      push(.usage)
    case (.usage, .inputDetails, true): push(.inputDetails)
    case (.top, .choices, false):
      choicesAreEmpty = true
      hasChoices = true
      push(.choices)
    case (.choices, _, true):
      choicesAreEmpty = false
      deltaHasText = false
      push(.choice)
    case (.choice, .delta, true): push(.delta)
    case (.top, .response, true): push(.response)
    case (.top, .energy, true), (.usage, .energy, true): push(.energy)
    case (.top, .details, true): push(.details)
    default:
      if place == .top || place == .response, key == .error { hasError = true }
      if place == .choices { choicesAreEmpty = false }
      tokenizer.skip()
    }
    key = .other
  }

  private mutating func leave() {
    key = .other
    // A skipped container ends at the depth of its parent, which is still walked.
    guard tokenizer.depth < placeCount else { return }
    switch place {
    case .usage: usageEnd = (tokenizer.tokenStart, !hasUsageMembers)
    case .choice: if deltaHasText { contentDeltas += 1 }
    case .energy, .details: if let joules { report = EnergyReport(joules: joules, attribution: attribution) ?? report }
    default: break
    }
    places >>= 4
    placeCount -= 1
  }

  private mutating func takeScalar(isText: Bool) {
    switch (place, key) {
    case (.choices, _): choicesAreEmpty = false
    case (.usage, .input): usage?.input = isText ? nil : tokenizer.wholeNumber
    case (.usage, .output): usage?.output = isText ? nil : tokenizer.wholeNumber
    case (.inputDetails, .cached): usage?.cachedInput = isText ? nil : tokenizer.wholeNumber
    case (.choice, .content), (.delta, .content):
      if isText, !tokenizer.text.isEmpty { deltaHasText = true }
    case (.top, .delta): if isText, !tokenizer.text.isEmpty { contentDeltas += 1 }
    case (.top, .error), (.response, .error): if isText || !tokenizer.text(is: "null") { hasError = true }
    case (.energy, .joules): if !isText { joules = tokenizer.number }
    case (.energy, .kilowattHours): if !isText, joules == nil { joules = tokenizer.number.map { $0 * 3.6e6 } }
    case (.energy, .attribution): if isText, !tokenizer.textIsCut { attribution = JSONText.decoded(tokenizer.text) }
    case (.details, .millijoules): if !isText { joules = tokenizer.number.map { $0 / 1000 } }
    default: break
    }
    key = .other
  }
}

extension JSONTokenizer {
  /// The last literal as a number; nil when it is none.
  fileprivate var number: Double? {
    guard !textIsCut, let first = text.first, first == 0x2D || (0x30...0x39).contains(first) else { return nil }
    return Double(String(decoding: text, as: UTF8.self))
  }
}

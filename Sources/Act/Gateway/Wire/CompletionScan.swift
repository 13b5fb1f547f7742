/// What the gateway must know of an OpenAI request body: which model, whether streamed, and whether usage was asked
/// for.
///
/// Only keys of the outermost object count; `model` inside messages or tools is somebody's text. Of a key written twice
/// the last wins, as in the parsers behind us. Offsets are those of the value in the whole body, for ``BodySplice``.
struct CompletionScan {
  enum Model: Equatable { case missing, notText, name(String, Range<Int>) }
  enum StreamOptions: Equatable {
    case absent
    /// `null`, at this place.
    case null(Range<Int>)
    /// An object whose members begin at this offset.
    case object(membersAt: Int, isEmpty: Bool, includeUsage: Bool, includeUsageAt: Range<Int>?)
    /// Something the backend will refuse; none of our business.
    case other
  }

  private(set) var model = Model.missing
  /// What `stream` says; nil when it is absent or neither true nor false.
  private(set) var stream: Bool?
  private(set) var streamOptions = StreamOptions.absent
  /// The stored object that the request builds on: `previous_response_id`, or a batch's `input_file_id`.
  private(set) var buildsOn: String?
  /// `n`: how many answers are wanted.
  private(set) var answerCount: Int?
  /// The offset just after the outermost `{`; nil when the body is no object.
  private(set) var membersAt: Int?

  private enum Key { case model, stream, streamOptions, includeUsage, buildsOn, answerCount, other }
  private var tokenizer = JSONTokenizer()
  private var key = Key.other
  private var isBroken = false

  /// Whether the request asks for a stream.
  var isStreamed: Bool { stream == true }
  /// Whether the body, as fed so far, is one whole JSON object.
  var isWhole: Bool { tokenizer.isComplete && membersAt != nil && !isBroken }

  /// Takes the next piece of the body.
  mutating func feed(_ bytes: UnsafeRawBufferPointer) {
    guard !isBroken else { return }
    var index = 0
    while let token = tokenizer.next(in: bytes, from: &index) { take(token) }
    if tokenizer.isMalformed { isBroken = true }
  }

  private mutating func take(_ token: JSONTokenizer.Token) {
    let depth = tokenizer.depth
    switch token {
    case .beginObject where depth == 1: membersAt = tokenizer.tokenEnd
    case .beginArray where depth == 1:
      isBroken = true
      tokenizer.skip()
    case .beginObject where depth == 2 && key == .streamOptions:
      streamOptions = .object(
        membersAt: tokenizer.tokenEnd, isEmpty: true, includeUsage: false, includeUsageAt: nil)
    case .beginObject, .beginArray:
      if depth == 2 { take(value: .container) }
      tokenizer.skip()
    case .key where depth == 1: key = outermostKey()
    case .key:
      // The only object walked at depth 2 is stream_options.
      key = tokenizer.text(is: "include_usage") ? .includeUsage : .other
      if case .object(let place, _, let included, let at) = streamOptions {
        streamOptions = .object(membersAt: place, isEmpty: false, includeUsage: included, includeUsageAt: at)
      }
    case .string, .literal:
      take(value: token == .string ? .string : .literal)
    case .endObject, .endArray: key = .other
    }
  }

  private func outermostKey() -> Key {
    if tokenizer.text(is: "model") { return .model }
    if tokenizer.text(is: "stream") { return .stream }
    if tokenizer.text(is: "stream_options") { return .streamOptions }
    if tokenizer.text(is: "n") { return .answerCount }
    if tokenizer.text(is: "previous_response_id") || tokenizer.text(is: "input_file_id") { return .buildsOn }
    return .other
  }

  private enum ValueKind { case string, literal, container }

  private mutating func take(value kind: ValueKind) {
    let place = tokenizer.tokenStart..<tokenizer.tokenEnd
    switch key {
    case .model:
      model = .notText
      if kind == .string, !tokenizer.textIsCut, let name = JSONText.decoded(tokenizer.text) {
        model = .name(name, place)
      }
    case .stream:
      stream =
        kind == .literal ? (tokenizer.text(is: "true") ? true : tokenizer.text(is: "false") ? false : nil) : nil
    case .buildsOn:
      buildsOn = kind == .string && !tokenizer.textIsCut ? JSONText.decoded(tokenizer.text) : nil
    case .answerCount: answerCount = kind == .literal ? tokenizer.wholeNumber : nil
    case .streamOptions:
      streamOptions = kind == .literal && tokenizer.text(is: "null") ? .null(place) : .other
    case .includeUsage:
      if case .object(let members, let isEmpty, _, _) = streamOptions {
        streamOptions = .object(
          membersAt: members, isEmpty: isEmpty, includeUsage: kind == .literal && tokenizer.text(is: "true"),
          includeUsageAt: kind == .container ? nil : place)
      }
    case .other: break
    }
    key = .other
  }
}

/// Finds the one place of a request body where a directive, such as "Answer briefly.", goes into the system prompt.
///
/// It runs only for variants that have a directive, over the whole body. Of a key written twice the last counts. Where
/// a body has no such place (a prompt of token numbers, an embedding), there is no edit, and the request is answered
/// without the directive.
struct DirectiveScan {
  private enum Key { case messages, prompt, instructions, system, raw, role, content, type, text, other }
  /// The place of a string value with its quotes.
  private struct Text {
    let range: Range<Int>
    let isEmpty: Bool
  }
  /// A message or a part of one while it is read.
  private struct Message {
    var isSystem = false
    var content: Text?
  }
  private struct Part {
    var isText = false
    var text: Text?
  }

  private let spoken: RequestProtocol
  private var tokenizer = JSONTokenizer()
  private var membersAt: Int?
  private var hasMembers = false
  private var isBroken = false
  private var key = Key.other
  /// Whether the outermost list `messages`, or the list of parts in a message, is being read.
  private var isInMessages = false
  private var isInParts = false
  private var message = Message()
  private var part = Part()

  private var messagesAt: Int?
  private var messageCount = 0
  private var systemText: Text?
  private var value: Value?
  private var isRaw = false
  /// What the outermost `prompt`, `instructions` or `system` is.
  private enum Value {
    case text(Text)
    case null(Range<Int>)
    case other
  }

  /// A scan of the body of such a request.
  init(_ spoken: RequestProtocol) { self.spoken = spoken }

  /// Takes the next piece of the body.
  mutating func feed(_ bytes: UnsafeRawBufferPointer) {
    guard !isBroken else { return }
    var index = 0
    while let token = tokenizer.next(in: bytes, from: &index) { take(token) }
    if tokenizer.isMalformed { isBroken = true }
  }

  /// The edit that puts `directive` in; nil when the body has no place for it.
  func edit(_ directive: String) -> BodySplice.Edit? {
    guard !isBroken, tokenizer.isComplete, let membersAt else { return nil }
    switch spoken {
    case .chat, .ollamaChat:
      if let systemText { return Self.append(directive, to: systemText) }
      // Without any message the backend has something to refuse; an added one would hide it.
      guard let messagesAt, messageCount > 0 else { return nil }
      return Self.insert(#"{"role":"system","content":"# + JSONText.quoted(directive) + "},", at: messagesAt)
    case .completion:
      guard case .text(let text)? = value else { return nil }
      let start = text.range.lowerBound + 1
      return Self.insert(Self.escaped(text.isEmpty ? directive : directive + "\n\n"), at: start)
    case .response: return member("instructions", directive, at: membersAt)
    case .ollamaGenerate: return isRaw ? nil : member("system", directive, at: membersAt)
    default: return nil
    }
  }

  private func member(_ name: String, _ directive: String, at place: Int) -> BodySplice.Edit? {
    switch value {
    case .text(let text): Self.append(directive, to: text)
    case .null(let range): BodySplice.Edit(range: range, replacement: JSONText.quoted(directive))
    case nil: Self.insert("\"\(name)\":\(JSONText.quoted(directive))\(hasMembers ? "," : "")", at: place)
    case .other: nil
    }
  }

  private static func append(_ directive: String, to text: Text) -> BodySplice.Edit {
    insert(escaped(text.isEmpty ? directive : "\n\n" + directive), at: text.range.upperBound - 1)
  }
  private static func insert(_ text: String, at place: Int) -> BodySplice.Edit {
    BodySplice.Edit(range: place..<place, replacement: text)
  }
  private static func escaped(_ text: String) -> String { String(JSONText.quoted(text).dropFirst().dropLast()) }

  // MARK: Reading

  private mutating func take(_ token: JSONTokenizer.Token) {
    switch token {
    case .key:
      key = keyHere()
      hasMembers = true
    case .beginObject, .beginArray: open(isObject: token == .beginObject)
    case .endObject, .endArray: close()
    case .string, .literal: takeScalar(isText: token == .string)
    }
  }

  private func keyHere() -> Key {
    switch tokenizer.depth {
    case 1:
      if tokenizer.text(is: "messages") { return .messages }
      if tokenizer.text(is: "prompt") { return .prompt }
      if tokenizer.text(is: "instructions") { return .instructions }
      if tokenizer.text(is: "system") { return .system }
      return tokenizer.text(is: "raw") ? .raw : .other
    case 3: return tokenizer.text(is: "role") ? .role : tokenizer.text(is: "content") ? .content : .other
    default: return tokenizer.text(is: "type") ? .type : tokenizer.text(is: "text") ? .text : .other
    }
  }

  private var hasMessages: Bool { spoken == .chat || spoken == .ollamaChat }

  private var wanted: Key {
    switch spoken {
    case .completion: .prompt
    case .response: .instructions
    default: .system
    }
  }

  private mutating func open(isObject: Bool) {
    switch (tokenizer.depth, isObject) {
    case (1, true): membersAt = tokenizer.tokenEnd
    case (2, false) where key == .messages && hasMessages:
      (messagesAt, messageCount, systemText, isInMessages) = (tokenizer.tokenEnd, 0, nil, true)
    case (3, true) where isInMessages:
      messageCount += 1
      message = Message()
    case (4, false) where isInMessages && key == .content:
      message.content = nil
      part = Part()
      isInParts = true
    case (5, true) where isInParts: part = Part()
    default:
      if tokenizer.depth == 1 { isBroken = true }
      if tokenizer.depth == 2 { takeOther() }
      // What is no message or no part must not pass for the one before it.
      if tokenizer.depth == 3 { (message, messageCount) = (Message(), messageCount + 1) }
      if tokenizer.depth == 4, key == .content { message.content = nil }
      if tokenizer.depth == 5 { part = Part() }
      if tokenizer.depth == 6, key == .text { part.text = nil }
      tokenizer.skip()
    }
    key = .other
  }

  /// The outermost value is a container, or a number, where a text could be.
  private mutating func takeOther() {
    if key == wanted { value = .other }
    if key == .messages { (messagesAt, messageCount, systemText) = (nil, 0, nil) }
  }

  private mutating func close() {
    // The depth is that of the container around what has ended.
    switch tokenizer.depth {
    case 1: isInMessages = false
    case 2 where isInMessages: if message.isSystem, systemText == nil { systemText = message.content }
    case 3: isInParts = false
    case 4 where isInParts: if part.isText, message.content == nil { message.content = part.text }
    default: break
    }
    key = .other
  }

  private mutating func takeScalar(isText: Bool) {
    let range = tokenizer.tokenStart..<tokenizer.tokenEnd
    let text = Text(range: range, isEmpty: tokenizer.text.isEmpty)
    switch (tokenizer.depth, key) {
    case (1, .raw): isRaw = tokenizer.text(is: "true")
    case (1, _):
      if isText, key == wanted {
        value = .text(text)
      } else if key == wanted, tokenizer.text(is: "null") {
        value = .null(range)
      } else {
        takeOther()
      }
    case (2, _) where isInMessages: messageCount += 1
    case (3, .role): message.isSystem = isText && (tokenizer.text(is: "system") || tokenizer.text(is: "developer"))
    case (3, .content): message.content = isText ? text : nil
    case (5, .type): part.isText = isText && tokenizer.text(is: "text")
    case (5, .text): part.text = isText ? text : nil
    default: break
    }
    key = .other
  }
}

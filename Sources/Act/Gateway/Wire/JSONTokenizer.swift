/// Follows JSON text as it arrives, in pieces of any size, and names its tokens without decoding values.
///
/// It knows where each token begins and ends in the whole text, so that a caller can replace one value and keep every
/// other byte. It checks structure (commas, colons, brackets of the containers it walks), not the inside of numbers
/// or strings: whether a body makes sense is for the model server to say. Memory is bounded: the text of a key, string
/// or literal is kept up to ``maximumTextLength`` bytes.
struct JSONTokenizer {
  enum Token: Equatable { case beginObject, endObject, beginArray, endArray, key, string, literal }

  /// Longest key, string or literal whose text is kept whole.
  static let maximumTextLength = 1024
  /// Containers nested deeper than this are passed over whole.
  static let maximumWalkedDepth = 64

  /// Offset in the whole text of the last token's first byte.
  private(set) var tokenStart = 0
  /// Offset in the whole text just after the last token.
  private(set) var tokenEnd = 0
  /// The last key's or string's bytes between the quotes, escapes as written; or the last literal.
  private(set) var text: [UInt8] = []
  /// Whether the text was longer than is kept.
  private(set) var textIsCut = false
  /// Whether the text has a backslash.
  private(set) var textHasEscapes = false
  /// Open containers, counting one that the last token opened and not one that it closed.
  private(set) var depth = 0

  private enum State {
    case value, valueOrEnd, keyOrEnd, key, colon, commaOrEnd, inKey, inString, inLiteral, skipping, complete, malformed
  }
  private var state = State.value
  private var isEscaped = false
  private var isInSkippedString = false
  private var skipFloor = 0
  private var objects: UInt64 = 0
  private var consumed = 0

  /// Whether the text cannot be JSON.
  var isMalformed: Bool { state == .malformed }
  /// Whether the outermost value has ended.
  var isComplete: Bool { state == .complete }

  /// Forgets everything but its buffers.
  mutating func reset() {
    var kept = text
    kept.removeAll(keepingCapacity: true)
    self = JSONTokenizer()
    text = kept
  }

  /// Passes over the container that the last token opened; its end token still comes.
  mutating func skip() {
    state = .skipping
    skipFloor = depth - 1
    isInSkippedString = false
    isEscaped = false
  }

  /// The next token of `bytes`, moving `index` behind it; nil when the piece is used up or the text is malformed.
  /// After nil the next call takes the next piece, with `index` 0.
  mutating func next(in bytes: UnsafeRawBufferPointer, from index: inout Int) -> Token? {
    while index < bytes.count {
      switch state {
      case .inKey, .inString:
        if let token = readText(bytes, &index) { return token }
      case .inLiteral:
        if let token = readLiteral(bytes, &index) { return token }
      case .skipping:
        if let token = readSkipped(bytes, &index) { return token }
      case .malformed:
        index = bytes.count
      default:
        let byte = bytes[index]
        if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
          index += 1
        } else if let token = readStructure(byte, &index) {
          return token
        }
      }
    }
    consumed += bytes.count
    return nil
  }

  private mutating func readStructure(_ byte: UInt8, _ index: inout Int) -> Token? {
    switch (state, byte) {
    case (.value, 0x7B), (.valueOrEnd, 0x7B): return open(object: true, &index)
    case (.value, 0x5B), (.valueOrEnd, 0x5B): return open(object: false, &index)
    case (.value, 0x22), (.valueOrEnd, 0x22): beginText(.inString, at: consumed + index, &index)
    case (.key, 0x22), (.keyOrEnd, 0x22): beginText(.inKey, at: consumed + index, &index)
    case (.keyOrEnd, 0x7D): return close(object: true, &index)
    case (.valueOrEnd, 0x5D): return close(object: false, &index)
    case (.colon, 0x3A):
      state = .value
      index += 1
    case (.commaOrEnd, 0x2C):
      state = isInObject ? .key : .value
      index += 1
    case (.commaOrEnd, 0x7D) where isInObject: return close(object: true, &index)
    case (.commaOrEnd, 0x5D) where !isInObject: return close(object: false, &index)
    case (.value, _) where Self.isLiteral(byte), (.valueOrEnd, _) where Self.isLiteral(byte):
      let start = index
      beginText(.inLiteral, at: consumed + start, &index)
      index = start
    default: state = .malformed
    }
    return nil
  }

  private mutating func beginText(_ kind: State, at offset: Int, _ index: inout Int) {
    state = kind
    tokenStart = offset
    text.removeAll(keepingCapacity: true)
    textIsCut = false
    textHasEscapes = false
    isEscaped = false
    index += 1
  }

  private mutating func readText(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> Token? {
    if isEscaped {
      keep(bytes, index, index + 1)
      isEscaped = false
      index += 1
    }
    let end = ByteSearch.quoteOrBackslash(in: bytes, from: index)
    keep(bytes, index, end)
    index = end
    guard end < bytes.count else { return nil }
    index += 1
    if bytes[end] == 0x5C {
      keep(bytes, end, end + 1)
      textHasEscapes = true
      isEscaped = true
      return nil
    }
    tokenEnd = consumed + index
    if state == .inKey {
      state = .colon
      return .key
    }
    endValue()
    return .string
  }

  private mutating func readLiteral(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> Token? {
    var end = index
    while end < bytes.count, Self.isLiteral(bytes[end]) { end += 1 }
    keep(bytes, index, end)
    index = end
    guard end < bytes.count else { return nil }
    tokenEnd = consumed + end
    endValue()
    return .literal
  }

  private mutating func readSkipped(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> Token? {
    if isInSkippedString {
      if isEscaped {
        isEscaped = false
        index += 1
      }
      let end = ByteSearch.quoteOrBackslash(in: bytes, from: index)
      index = min(end + 1, bytes.count)
      guard end < bytes.count else { return nil }
      if bytes[end] == 0x5C { isEscaped = true } else { isInSkippedString = false }
      return nil
    }
    let end = ByteSearch.quoteOrBracket(in: bytes, from: index)
    index = min(end + 1, bytes.count)
    guard end < bytes.count else { return nil }
    let byte = bytes[end]
    if byte == 0x22 {
      isInSkippedString = true
    } else if byte | 0x20 == 0x7B {
      depth += 1
    } else {
      depth -= 1
      if depth == skipFloor {
        tokenEnd = consumed + index
        endValue()
        return byte == 0x7D ? .endObject : .endArray
      }
    }
    return nil
  }

  private mutating func open(object: Bool, _ index: inout Int) -> Token {
    tokenStart = consumed + index
    index += 1
    tokenEnd = consumed + index
    depth += 1
    if depth > Self.maximumWalkedDepth {
      skip()
    } else {
      let bit = UInt64(1) << UInt64(depth - 1)
      objects = object ? objects | bit : objects & ~bit
      state = object ? .keyOrEnd : .valueOrEnd
    }
    return object ? .beginObject : .beginArray
  }

  private mutating func close(object: Bool, _ index: inout Int) -> Token {
    tokenStart = consumed + index
    index += 1
    tokenEnd = consumed + index
    depth -= 1
    endValue()
    return object ? .endObject : .endArray
  }

  private mutating func endValue() { state = depth == 0 ? .complete : .commaOrEnd }

  private var isInObject: Bool { objects & (UInt64(1) << UInt64(depth - 1)) != 0 }

  private mutating func keep(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) {
    let room = Self.maximumTextLength - text.count
    if end - start > room { textIsCut = true }
    let stop = min(end, start + room)
    if stop > start { text.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<stop])) }
  }

  private static func isLiteral(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E: true
    default: false
    }
  }
}

/// Finds what tells a conversation from others in an OpenAI body: `prompt_cache_key` or `user`, else the messages up to
/// and including the first of the user (their bytes as written), which stay the same as a conversation goes on.
///
/// It is run only for aliases whose conversations keep their variant.
struct SessionScan {
  private var tokenizer = JSONTokenizer()

  /// The conversation's number; nil when nothing tells it.
  static func session(of body: UnsafeRawBufferPointer) -> UInt64? {
    var scan = SessionScan()
    return scan.session(of: body)
  }

  /// The number of a conversation that the caller named.
  static func session(named name: String) -> UInt64 {
    var name = name
    return name.withUTF8 { ByteHash.of(UnsafeRawBufferPointer($0)) }
  }

  private enum Key { case cacheKey, user, messages, role, other }

  private mutating func session(of body: UnsafeRawBufferPointer) -> UInt64? {
    var index = 0
    var key = Key.other
    var named: UInt64?
    var isCacheKey = false
    var opening: UInt64?
    var messagesStart: Int?
    while let token = tokenizer.next(in: body, from: &index) {
      switch (token, tokenizer.depth) {
      case (.key, 1):
        key =
          tokenizer.text(is: "prompt_cache_key")
          ? .cacheKey : tokenizer.text(is: "user") ? .user : tokenizer.text(is: "messages") ? .messages : .other
      case (.string, 1) where key == .cacheKey || (key == .user && !isCacheKey):
        isCacheKey = key == .cacheKey
        named = ByteHash.of(UnsafeRawBufferPointer(rebasing: body[tokenizer.tokenStart..<tokenizer.tokenEnd]))
      case (.beginObject, 1): break
      case (.beginArray, 2) where key == .messages && opening == nil: messagesStart = tokenizer.tokenStart
      case (.beginObject, 3) where messagesStart != nil: key = .other
      case (.key, 3): key = tokenizer.text(is: "role") ? .role : .other
      case (.string, 3) where key == .role:
        if tokenizer.text(is: "user"), opening == nil { opening = 0 }
        key = .other
      case (.endObject, 2):
        if let start = messagesStart, opening == 0 {
          opening = ByteHash.of(UnsafeRawBufferPointer(rebasing: body[start..<tokenizer.tokenEnd]))
          messagesStart = nil
        }
      case (.endArray, 1): messagesStart = nil
      case (.beginObject, _), (.beginArray, _): tokenizer.skip()
      default: break
      }
    }
    return named ?? opening.flatMap { $0 == 0 ? nil : $0 }
  }
}

/// A number made from bytes, the same on every machine: eight bytes a step, each mixed by a multiplication of twice the
/// width. Not for secrets.
enum ByteHash {
  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
    var index = 0
    while index + 8 <= bytes.count {
      state = mix(state ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
      index += 8
    }
    var rest: UInt64 = 0
    while index < bytes.count {
      rest = rest << 8 | UInt64(bytes[index])
      index += 1
    }
    return mix(state ^ rest)
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    let product = (value ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
    return product.high ^ product.low
  }
}

import TestSupport
import Testing

@testable import Gateway

@Suite("The JSON tokenizer")
struct JSONTokenizerTests {
  struct Seen: Equatable {
    let token: JSONTokenizer.Token
    let start: Int
    let end: Int
    let text: String
  }

  /// All tokens of a text given in pieces; `skips` names keys whose containers are passed over.
  static func tokens(_ pieces: [[UInt8]], skipping skips: Set<String> = []) -> (seen: [Seen], tokenizer: JSONTokenizer)
  {
    var tokenizer = JSONTokenizer()
    var seen: [Seen] = []
    var lastKey = ""
    for piece in pieces {
      piece.withUnsafeBytes { bytes in
        var index = 0
        while let token = tokenizer.next(in: bytes, from: &index) {
          let hasText = token == .key || token == .string || token == .literal
          let text = hasText ? String(decoding: tokenizer.text, as: UTF8.self) : ""
          seen.append(Seen(token: token, start: tokenizer.tokenStart, end: tokenizer.tokenEnd, text: text))
          if token == .key { lastKey = text }
          if token == .beginArray || token == .beginObject, skips.contains(lastKey) { tokenizer.skip() }
        }
      }
    }
    return (seen, tokenizer)
  }

  static let sample = Array(
    #"""
     {"a" : [1, -2.5e3, true,null,"x\"y\\"], "b":{"c":{}, "d":[ ]},
     "long":"…naïve 👩‍🔬…","tensor":[[0.1,0.2],["]",{"k":"}"}]] , "z":12345678901234567890}
    """#.utf8)

  @Test("names each token with its place in the text")
  func namesTokens() {
    let (seen, tokenizer) = Self.tokens([Array(#"{"a":[1,"x\n"],"b":null}"#.utf8)])
    #expect(
      seen == [
        Seen(token: .beginObject, start: 0, end: 1, text: ""), Seen(token: .key, start: 1, end: 4, text: "a"),
        Seen(token: .beginArray, start: 5, end: 6, text: ""), Seen(token: .literal, start: 6, end: 7, text: "1"),
        Seen(token: .string, start: 8, end: 13, text: #"x\n"#), Seen(token: .endArray, start: 13, end: 14, text: ""),
        Seen(token: .key, start: 15, end: 18, text: "b"), Seen(token: .literal, start: 19, end: 23, text: "null"),
        Seen(token: .endObject, start: 23, end: 24, text: ""),
      ])
    #expect(tokenizer.isComplete)
  }

  @Test("sees the same tokens however the text is cut")
  func anyChunking() {
    let whole = Self.tokens([Self.sample]).seen
    #expect(whole.count == 37)
    #expect(Self.tokens(singly(Self.sample)).seen == whole)
    for split in 0...Self.sample.count {
      #expect(Self.tokens([Array(Self.sample[..<split]), Array(Self.sample[split...])]).seen == whole)
    }
    var random = Seeded(1)
    for _ in 0..<200 { #expect(Self.tokens(cut(Self.sample, longest: 40, &random)).seen == whole) }
  }

  @Test("passes over a container whole, brackets and quotes in its strings included")
  func skips() {
    let whole = Self.tokens([Self.sample], skipping: ["tensor"]).seen
    #expect(whole.count == 26)
    #expect(whole.last?.token == .endObject)
    #expect(whole.contains { $0.text == "12345678901234567890" })
    #expect(Self.tokens(singly(Self.sample), skipping: ["tensor"]).seen == whole)
  }

  @Test(
    "calls malformed what no JSON parser would take",
    arguments: [
      "{]", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "[1 2]", "{,}", "{1:2}", "[}", "}", "{\"a\":1}x", "\"a\" \"b\"", "[,1]",
    ])
  func malformed(text: String) {
    #expect(Self.tokens([Array(text.utf8)]).tokenizer.isMalformed)
    #expect(Self.tokens(singly(Array(text.utf8))).tokenizer.isMalformed)
  }

  @Test("is not complete before the last bracket", arguments: ["", "  ", "{", "{\"a\":[1,2]", "{\"a\":\"}", "[{}"])
  func incomplete(text: String) {
    let tokenizer = Self.tokens([Array(text.utf8)]).tokenizer
    #expect(!tokenizer.isComplete)
    #expect(!tokenizer.isMalformed)
  }

  @Test("keeps a bounded part of a long string, and its whole length")
  func longString() {
    let text = "[\"" + String(repeating: "x", count: 5000) + "\",1]"
    let (seen, tokenizer) = Self.tokens([Array(text.utf8)])
    #expect(seen[1].text.utf8.count == JSONTokenizer.maximumTextLength)
    #expect(seen[1].end - seen[1].start == 5002)
    #expect(tokenizer.isComplete)
  }

  @Test("bears nesting of any depth")
  func deep() {
    let depth = 100_000
    let text = Array(repeating: UInt8(ascii: "["), count: depth) + Array(repeating: UInt8(ascii: "]"), count: depth)
    #expect(Self.tokens([text]).tokenizer.isComplete)
    #expect(!Self.tokens([text.dropLast()]).tokenizer.isComplete)
  }

  @Test("never stumbles over damaged text, and sees the same however it is cut")
  func fuzz() {
    var random = Seeded(2)
    for _ in 0..<3000 {
      let text = damaged(Self.sample, &random)
      let whole = Self.tokens([text])
      let pieces = Self.tokens(cut(text, longest: 9, &random))
      #expect(whole.seen == pieces.seen)
      #expect(whole.tokenizer.isMalformed == pieces.tokenizer.isMalformed)
    }
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 0...64, using: &random)).map { _ in
        Array(#"{}[]",:\ 1tx"#.utf8).randomElement(using: &random) ?? 0
      }
      #expect(Self.tokens([text]).seen == Self.tokens(singly(text)).seen)
    }
  }
}

@Suite("JSON strings")
struct JSONTextTests {
  @Test(
    "are read with their escapes",
    arguments: [
      (#"plain"#, "plain"), (#"mo\u0064el"#, "model"), (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t"),
      (#"\ud83d\ude00"#, "😀"), (#"\ud83d!"#, "\u{FFFD}!"), (#"\udc00"#, "\u{FFFD}"),
    ])
  func decoded(raw: String, text: String) { #expect(JSONText.decoded(Array(raw.utf8)) == text) }

  @Test("are not read when an escape is none", arguments: [#"\x"#, #"\u12"#, #"\u12g4"#, "\\"])
  func notDecoded(raw: String) { #expect(JSONText.decoded(Array(raw.utf8)) == nil) }

  @Test("are written so that they read back", arguments: ["", "a\"b\\c", "line\nline\r\t\u{1}", "naïve 😀"])
  func quoted(text: String) {
    let raw = JSONText.quoted(text)
    #expect(JSONText.decoded(Array(raw.utf8.dropFirst().dropLast())) == text)
  }
}

@Suite("Byte search")
struct ByteSearchTests {
  @Test("finds the first byte that matters at any distance and alignment, and no other")
  func finds() {
    for filler in [UInt8(0x61), 0x00, 0x80, 0xFF, 0x21, 0x23, 0x5A, 0x5E, 0x7A, 0x7C, 0x7E, 0x0B, 0x0C] {
      for distance in 0..<40 {
        let text = { (byte: UInt8) in Array(repeating: filler, count: distance) + [byte, byte, filler] }
        for byte in [UInt8(0x22), 0x5C] {
          #expect(text(byte).withUnsafeBytes { ByteSearch.quoteOrBackslash(in: $0, from: 0) } == distance)
        }
        for byte in Array("\"[]{}".utf8) {
          #expect(text(byte).withUnsafeBytes { ByteSearch.quoteOrBracket(in: $0, from: 0) } == distance)
        }
        for byte in [UInt8(0x0A), 0x0D] {
          #expect(text(byte).withUnsafeBytes { ByteSearch.lineEnd(in: $0, from: 0) } == distance)
        }
      }
      let nothing = Array(repeating: filler, count: 41)
      #expect(nothing.withUnsafeBytes { ByteSearch.quoteOrBracket(in: $0, from: 3) } == 41)
      #expect(nothing.withUnsafeBytes { ByteSearch.quoteOrBackslash(in: $0, from: 3) } == 41)
      #expect(nothing.withUnsafeBytes { ByteSearch.lineEnd(in: $0, from: 3) } == 41)
    }
  }
}

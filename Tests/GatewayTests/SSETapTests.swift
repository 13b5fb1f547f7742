import NIOCore
import TestSupport
import Testing

@testable import Gateway

@Suite("The tap on an event stream")
struct SSETapTests {
  struct Result: Equatable {
    var forwarded: [UInt8] = []
    var deltas = 0
    var usage: TokenUsage?
    var hasError = false
    var isDone = false
  }

  static func run(_ pieces: [[UInt8]], withholdsUsage: Bool = true) -> Result {
    var tap = SSETap(.init(withholdsUsage: withholdsUsage))
    var output = ByteBuffer()
    for piece in pieces {
      piece.withUnsafeBytes { bytes in
        if withholdsUsage {
          tap.filter(bytes, into: &output)
        } else {
          tap.watch(bytes)
          output.writeBytes(bytes)
        }
      }
    }
    tap.finish(into: &output)
    return Result(
      forwarded: Array(buffer: output), deltas: tap.contentDeltas, usage: tap.usage, hasError: tap.hasError,
      isDone: tap.isDone)
  }

  static func watch(_ text: String) -> Result { run([Array(text.utf8)], withholdsUsage: false) }
  static func filter(_ text: String) -> String {
    String(decoding: run([Array(text.utf8)]).forwarded, as: UTF8.self)
  }

  static let events = [
    #": energy {"energy_joules":1.5}"#,
    #"data: {"id":"c","choices":[{"index":0,"delta":{"content":"na\u00efve "}}],"usage":null}"#,
    #"data: {"id":"c","choices":[{"index":0,"delta":{"content":"…"},"finish_reason":"stop"}],"usage":null}"#,
    #"data: {"id":"c","choices":[],"usage":{"prompt_tokens":24,"completion_tokens":64,"total_tokens":88}}"#,
    "data: [DONE]",
  ]
  static let usageEvent = 3
  static func stream(_ lineEnd: String, without dropped: Int? = nil) -> String {
    events.indices.filter { $0 != dropped }.map { events[$0] + lineEnd + lineEnd }.joined()
  }

  @Test(
    "TV-17: forwards the same bytes and counts the same, byte by byte and in one piece",
    arguments: ["\n", "\r\n", "\r"])
  func testVector17(lineEnd: String) {
    let text = Array(Self.stream(lineEnd).utf8)
    let whole = Self.run([text], withholdsUsage: false)
    #expect(whole.forwarded == text)
    #expect(whole.deltas == 2)
    #expect(whole.usage == TokenUsage(input: 24, output: 64))
    #expect(whole.isDone)
    #expect(!whole.hasError)
    #expect(Self.run(singly(text), withholdsUsage: false) == whole)
  }

  @Test("withholds exactly the usage event that the caller did not ask for", arguments: ["\n", "\r\n", "\r"])
  func withholds(lineEnd: String) {
    let text = Array(Self.stream(lineEnd).utf8)
    let expected = Array(Self.stream(lineEnd, without: Self.usageEvent).utf8)
    let whole = Self.run([text])
    #expect(whole.forwarded == expected)
    #expect(whole.usage == TokenUsage(input: 24, output: 64))
    #expect(Self.run(singly(text)) == whole)
    for split in 0...text.count { #expect(Self.run([Array(text[..<split]), Array(text[split...])]) == whole) }
  }

  @Test("lets a comment through that stands in the withheld event")
  func commentInside() {
    let text = ": before\n\(Self.events[Self.usageEvent])\n: energy 1.5 J\n\ndata: [DONE]\n\n"
    #expect(Self.filter(text) == ": before\n: energy 1.5 J\ndata: [DONE]\n\n")
  }

  @Test(
    "withholds nothing else",
    arguments: [
      #"data: {"choices":[],"usage":null}"#, #"data: {"choices":[{"index":0}],"usage":{"prompt_tokens":1}}"#,
      #"data: {"usage":{"prompt_tokens":1}}"#, #"data: {"choices":[]"#, #"data: {"x":{"choices":[],"usage":{}}}"#,
      "event: ping", "data: [DONE]", "data:", "data", "", ": comment", "retry: 10", "data: 7",
    ])
  func passes(line: String) {
    for end in ["\n\n", "\r\n\r\n", ""] {
      #expect(Self.filter(line + end) == line + end)
      #expect(Self.run(singly(Array((line + end).utf8))).forwarded == Array((line + end).utf8))
    }
  }

  @Test("takes several data lines as one text, with or without a space, after a byte-order mark")
  func dataLines() {
    let text =
      "\u{FEFF}data:{\"choices\":[{\"delta\":\ndata: {\"content\":\"a\"}}],\nid: 7\n"
      + "data: \"usage\":{\"completion_tokens\":3}}\n\n"
    let result = Self.watch(text)
    #expect(result.deltas == 1)
    #expect(result.usage == TokenUsage(output: 3))
  }

  @Test("takes the last usage that is not null, never a sum")
  func lastUsage() {
    let text = (1...3).map {
      #"data: {"choices":[{"delta":{"content":"x"}}],"usage":{"prompt_tokens":5,"completion_tokens":\#($0)}}"# + "\n\n"
    }
    let end = #"data: {"choices":[{"delta":{}}],"usage":null}"# + "\n\n"
    #expect(Self.watch(text.joined() + end).usage == TokenUsage(input: 5, output: 3))
  }

  @Test("counts interleaved choices, completion texts and reasoning, but not roles, empty texts or tool calls")
  func deltas() {
    let lines = [
      #"{"choices":[{"index":1,"delta":{"content":"a"}},{"index":0,"delta":{"content":"b"}}]}"#,
      #"{"choices":[{"index":0,"text":"c"}]}"#, #"{"choices":[{"delta":{"reasoning_content":"d"}}]}"#,
      #"{"choices":[{"delta":{"role":"assistant","content":""}}]}"#, #"{"choices":[{"delta":{"content":null}}]}"#,
      #"{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"{\"content\":\"x\"}"}}]}}]}"#,
      #"{"choices":[{"logprobs":{"content":[{"token":"a"}]},"delta":{}}]}"#, #"{"choices":[1,"a",null,[]]}"#,
    ]
    #expect(Self.watch(lines.map { "data: \($0)\n\n" }.joined()).deltas == 4)
  }

  @Test("reads cached tokens beside the input they are part of")
  func cached() {
    let text =
      #"data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens_details":{"reasoning_tokens":2},"#
      + #""prompt_tokens_details":{"cached_tokens":4},"completion_tokens":7}}"#
    #expect(Self.watch(text).usage == TokenUsage(input: 9, output: 7, cachedInput: 4))
  }

  @Test("sees an error inside a stream")
  func error() {
    #expect(Self.watch("data: {\"error\":{\"message\":\"x\"}}\n\n").hasError)
    #expect(!Self.watch("data: {\"error\":null}\n\n").hasError)
    #expect(!Self.watch("data: {\"choices\":[{\"error\":1}]}\n\n").hasError)
  }

  @Test("sees the end without its blank line, and no end where there is none")
  func done() {
    #expect(Self.watch("data: [DONE]").isDone)
    #expect(Self.watch("data: [DONE]\n").isDone)
    #expect(!Self.watch("data: [DONE] \n\n").isDone)
    #expect(!Self.watch("data: {}\n\n").isDone)
  }

  @Test("withholds a usage event that lacks its blank line at the end of the stream")
  func unfinishedUsage() {
    #expect(Self.filter("data: {}\n\n" + Self.events[Self.usageEvent]) == "data: {}\n\n")
    #expect(Self.filter("data: {}\n\n" + Self.events[Self.usageEvent] + "\n") == "data: {}\n\n")
  }

  @Test("holds back the current event only")
  func holdsOneEvent() {
    var tap = SSETap(.init(withholdsUsage: true))
    var output = ByteBuffer()
    Array("data: {}\n\ndata: {\"x\"".utf8).withUnsafeBytes { tap.filter($0, into: &output) }
    #expect(String(buffer: output) == "data: {}\n\n")
    Array(":1}\n\n".utf8).withUnsafeBytes { tap.filter($0, into: &output) }
    #expect(String(buffer: output) == "data: {}\n\ndata: {\"x\":1}\n\n")
  }

  @Test("lets go of an event that is longer than it holds")
  func longEvent() {
    let long = "data: " + String(repeating: "x", count: SSETap.maximumHeldBytes) + "\n\n"
    let text = long + Self.events[Self.usageEvent] + "\n\n" + long
    #expect(Self.filter(text) == long + long)
    var tap = SSETap(.init(withholdsUsage: true))
    var output = ByteBuffer()
    Array(long.utf8.dropLast(2)).withUnsafeBytes { tap.filter($0, into: &output) }
    #expect(output.readableBytes == long.utf8.count - 2)
  }

  @Test("gives the same result however the bytes are cut, damaged or not, and never stumbles")
  func fuzz() {
    var random = Seeded(6)
    for round in 0..<4000 {
      let lineEnd = ["\n", "\r\n", "\r"][round % 3]
      let text = round < 600 ? Array(Self.stream(lineEnd).utf8) : damaged(Array(Self.stream(lineEnd).utf8), &random)
      let pieces = cut(text, longest: 30, &random)
      #expect(Self.run(pieces) == Self.run([text]))
      let watched = Self.run(pieces, withholdsUsage: false)
      #expect(watched.forwarded == text)
      #expect(watched == Self.run([text], withholdsUsage: false))
    }
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 0...80, using: &random)).map { _ in
        Array("data: \r\n\r\n:{}[]\"\u{FEFF}".utf8).randomElement(using: &random) ?? 0
      }
      #expect(Self.run(singly(text)) == Self.run([text]))
    }
  }
}

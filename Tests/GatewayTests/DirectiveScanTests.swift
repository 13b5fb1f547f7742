import NIOCore
import Testing

@testable import Gateway

@Suite("Putting a directive into a request body")
struct DirectiveScanTests {
  /// The body with the directive "Be brief." put in; nil when there is no place for it.
  static func edited(_ spoken: RequestProtocol, _ pieces: [[UInt8]], _ directive: String = "Be brief.") -> String? {
    var scan = DirectiveScan(spoken)
    for piece in pieces { piece.withUnsafeBytes { scan.feed($0) } }
    guard let edit = scan.edit(directive) else { return nil }
    var splice = BodySplice.none
    splice.add(edit)
    let body = ByteBuffer(bytes: pieces.flatMap { $0 })
    return splice.pieces(of: body).map { String(buffer: $0) }.joined()
  }

  @Test(
    "in a chat it ends the first system or developer message, or is a new one before all others",
    arguments: [
      (
        #"{"messages":[{"role":"system","content":"Help."},{"role":"user","content":"hi"}]}"#,
        #"{"messages":[{"role":"system","content":"Help.\n\nBe brief."},{"role":"user","content":"hi"}]}"#
      ),
      (
        #"{"messages":[ {"content" : "a\"b\\" ,"role":"developer"},{"role":"system","content":"z"}]}"#,
        #"{"messages":[ {"content" : "a\"b\\\n\nBe brief." ,"role":"developer"},{"role":"system","content":"z"}]}"#
      ),
      (
        #"{"messages":[{"role":"user","content":"hi"},{"role":"system","content":""}],"n":1e0}"#,
        #"{"messages":[{"role":"user","content":"hi"},{"role":"system","content":"Be brief."}],"n":1e0}"#
      ),
      (
        #"{"messages":[{"role":"system","content":[{"type":"image","text":"x"},{"type":"text","text":"Help."}]}]}"#,
        #"{"messages":[{"role":"system","content":[{"type":"image","text":"x"},{"type":"text","text":"Help.\n\nBe brief."}]}]}"#
      ),
      (
        #"{"messages": [ {"role":"user","content":"system"}]}"#,
        #"{"messages": [{"role":"system","content":"Be brief."}, {"role":"user","content":"system"}]}"#
      ),
      // Of a key written twice the last counts; what is no text is no place.
      (
        #"{"messages":[{"role":"system","content":"old"}],"messages":[{"role":"user","content":"hi"}]}"#,
        #"{"messages":[{"role":"system","content":"old"}],"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"hi"}]}"#
      ),
      (
        #"{"messages":[{"role":"system","content":null},{"role":"user","content":"hi"}]}"#,
        #"{"messages":[{"role":"system","content":"Be brief."},{"role":"system","content":null},{"role":"user","content":"hi"}]}"#
      ),
      (
        #"{"tools":[{"role":"system","content":"x"}],"messages":[{"role":"user","content":[{"text":"hi","type":"text"}]}]}"#,
        #"{"tools":[{"role":"system","content":"x"}],"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"text":"hi","type":"text"}]}]}"#
      ),
    ])
  func chat(body: String, expected: String) {
    for spoken in [RequestProtocol.chat, .ollamaChat] {
      #expect(Self.edited(spoken, [Array(body.utf8)]) == expected)
      #expect(Self.edited(spoken, singly(Array(body.utf8))) == expected)
    }
  }

  @Test(
    "elsewhere it goes where the interface has its instructions",
    arguments: [
      (RequestProtocol.completion, #"{"prompt":"Once"}"#, #"{"prompt":"Be brief.\n\nOnce"}"#),
      (.completion, #"{"prompt":""}"#, #"{"prompt":"Be brief."}"#),
      (.response, #"{"input":"hi","instructions":"Help."}"#, #"{"input":"hi","instructions":"Help.\n\nBe brief."}"#),
      (.response, #"{"input":"hi","instructions": null}"#, #"{"input":"hi","instructions": "Be brief."}"#),
      (.response, #"{"input":"hi"}"#, #"{"instructions":"Be brief.","input":"hi"}"#),
      (.response, "\t{ }", "\t{\"instructions\":\"Be brief.\" }"),
      (.ollamaGenerate, #"{"prompt":"hi"}"#, #"{"system":"Be brief.","prompt":"hi"}"#),
      (.ollamaGenerate, #"{"prompt":"hi","system":"Help."}"#, #"{"prompt":"hi","system":"Help.\n\nBe brief."}"#),
    ])
  func others(spoken: RequestProtocol, body: String, expected: String) {
    #expect(Self.edited(spoken, [Array(body.utf8)]) == expected)
    #expect(Self.edited(spoken, singly(Array(body.utf8))) == expected)
  }

  @Test(
    "a body without a place for it is left alone",
    arguments: [
      (RequestProtocol.chat, #"{"messages":[]}"#), (.chat, #"{"messages":"hi"}"#), (.chat, "{}"), (.chat, "[1]"),
      (.completion, #"{"prompt":[1,2]}"#), (.completion, #"{"prompt":["a"]}"#), (.completion, #"{"prompt":"a"#),
      (.response, #"{"instructions":[{"role":"system"}]}"#), (.ollamaGenerate, #"{"prompt":"hi","raw":true}"#),
      (.embedding, #"{"input":"hi"}"#), (.image, #"{"prompt":"a cat"}"#),
    ])
  func noPlace(spoken: RequestProtocol, body: String) { #expect(Self.edited(spoken, [Array(body.utf8)]) == nil) }

  @Test("its own quotes and line ends are escaped")
  func escapes() {
    #expect(
      Self.edited(.completion, [Array(#"{"prompt":"x"}"#.utf8)], "a \"b\"\nc") == #"{"prompt":"a \"b\"\nc\n\nx"}"#)
  }

  @Test("the model, the usage wish and the directive are three edits, and nothing else changes")
  func together() {
    let body = #"{"messages":[{"role":"user","content":"é"}],"model":"chat","stream":true,"seed":1.0}"#
    var splice = BodySplice(CompletionScanTests.scan([Array(body.utf8)]), model: "m", wantsUsage: true)
    var scan = DirectiveScan(.chat)
    Array(body.utf8).withUnsafeBytes { scan.feed($0) }
    if let edit = scan.edit("Be brief.") { splice.add(edit) }
    let result = splice.pieces(of: ByteBuffer(string: body)).map { String(buffer: $0) }.joined()
    #expect(
      result
        == #"{"stream_options":{"include_usage":true},"messages":[{"role":"system","content":"Be brief."},"#
        + #"{"role":"user","content":"é"}],"model":"m","stream":true,"seed":1.0}"#)
  }
}

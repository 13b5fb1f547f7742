import NIOCore
import Testing

@testable import Gateway

@Suite("Looking at answers as they pass")
struct AnswerProtocolTests {
  static func restored(_ pieces: [[UInt8]], _ shape: AliasRestore.Shape) -> String {
    var restore = AliasRestore(alias: "chat", shape: shape)
    var output = ByteBuffer()
    for piece in pieces { piece.withUnsafeBytes { restore.filter($0, into: &output) } }
    restore.finish(into: &output)
    return String(buffer: output)
  }

  static let answers: [(AliasRestore.Shape, String, String)] = [
    (.json, #"{"id":"1","model":"m-7b","x":{"model":"y"}}"#, #"{"id":"1","model":"chat","x":{"model":"y"}}"#),
    (.json, "{ \"mod\\u0065l\" : \n\"m\\\"7\" , \"n\":1.0 }\n", "{ \"mod\\u0065l\" : \n\"chat\" , \"n\":1.0 }\n"),
    (.json, #"{"model":null,"model":["m"],"usage":null}"#, #"{"model":null,"model":["m"],"usage":null}"#),
    (.json, #"[{"model":"m"}]"#, #"[{"model":"m"}]"#), (.json, #"{"model":"m"#, #"{"model":"m"#),
    (
      .events, "\u{FEFF}: model\r\ndata: {\"model\":\"m\"}\r\n\r\ndata:{\"model\":\"m\"}\r\rdata: [DONE]\n\n",
      "\u{FEFF}: model\r\ndata: {\"model\":\"chat\"}\r\n\r\ndata:{\"model\":\"chat\"}\r\rdata: [DONE]\n\n"
    ),
    (
      .events,
      "event: response.created\ndata: {\"response\":{\"id\":\"r\",\"model\":\"m\"},\"x\":{\"model\":\"y\"}}\n\n",
      "event: response.created\ndata: {\"response\":{\"id\":\"r\",\"model\":\"chat\"},\"x\":{\"model\":\"y\"}}\n\n"
    ),
    (
      .lines, "{\"model\":\"m\",\"done\":false}\n{\"model\":\"m\",\"done\":true}\n",
      "{\"model\":\"chat\",\"done\":false}\n{\"model\":\"chat\",\"done\":true}\n"
    ),
  ]

  @Test("the alias takes the place of the outermost model, whole or byte by byte, and every other byte stays")
  func alias() {
    for (shape, answer, expected) in Self.answers {
      let bytes = Array(answer.utf8)
      #expect(Self.restored([bytes], shape) == expected)
      #expect(Self.restored(singly(bytes), shape) == expected)
      for place in bytes.indices {
        #expect(Self.restored([Array(bytes[..<place]), Array(bytes[place...])], shape) == expected)
      }
    }
  }

  @Test("a value too long to hold passes as it came")
  func longValue() {
    let text = "{\"model\":\"\(String(repeating: "x", count: 5000))\"}"
    #expect(Self.restored(singly(Array(text.utf8)), .json) == text)
  }

  @Test("Ollama's lines give the counts of the last, loading time and pieces of text")
  func lines() {
    let text =
      #"{"model":"m","message":{"role":"assistant","content":"hé"},"done":false}"# + "\n"
      + #"{"message":{"content":"","eval_count":9},"done":false}"# + "\r\n"
      + #"{"done":true,"load_duration":1500000000,"prompt_eval_count":26,"eval_count":298}"# + "\n"
    for pieces in [[Array(text.utf8)], singly(Array(text.utf8))] {
      var tap = ObjectLineTap()
      for piece in pieces { piece.withUnsafeBytes { tap.watch($0) } }
      #expect(tap.tokens == TokenUsage(input: 26, output: 298))
      #expect(tap.loadNanoseconds == 1_500_000_000)
      #expect(tap.contentPieces == 1)
      #expect(tap.isDone)
      #expect(!tap.hasError)
    }
  }

  @Test("a stream of Ollama's that ends early has its pieces counted as an estimate; nothing said is nothing known")
  func earlyEnd() {
    var tap = ObjectLineTap()
    Array("{\"response\":\"a\"}\n{\"response\":\"b\"}\n{\"error\":\"gone\"}".utf8).withUnsafeBytes { tap.watch($0) }
    #expect(tap.tokens == TokenUsage(output: 2, isEstimated: true))
    #expect(tap.hasError)
    var silent = ObjectLineTap()
    Array("{\"done\":true,\"response\":\"x\",\"prompt_eval_count\":null}".utf8).withUnsafeBytes { silent.watch($0) }
    #expect(silent.tokens == nil)
  }

  @Test(
    "the ids of what a backend keeps are found in bodies and in the first event of a stream",
    arguments: [
      (false, #"{"id":"resp_1","output":[{"id":"msg_1"}]}"#, ["resp_1"]),
      (
        false, #"{"output_file_id":"file_2","x":{"id":"no"},"id":"batch_1","error_file_id":null}"#,
        ["file_2", "batch_1"]
      ),
      (
        true,
        "event: response.created\r\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_2\"}}\r\n\r\n"
          + "data: {\"response\":{\"id\":\"resp_3\"}}\r\n\r\n", ["resp_2"]
      ),
      (false, "{\"id\":\"\(String(repeating: "x", count: 257))\"}", []), (false, #"["id","x"]"#, []),
    ])
  func ids(isStream: Bool, answer: String, expected: [String]) {
    for pieces in [[Array(answer.utf8)], singly(Array(answer.utf8))] {
      var scan = StoredIDScan(isStream: isStream)
      for piece in pieces { piece.withUnsafeBytes { scan.feed($0) } }
      #expect(scan.ids == expected)
    }
  }

  @Test("the memory of who keeps what is bounded, and forgets what was not asked for longest")
  func bounded() {
    let stored = StoredObjects(capacity: 100)
    stored.learn("kept", slot: 3)
    for number in 0..<1000 {
      stored.learn("x\(number)", slot: number)
      #expect(stored.owner(of: "kept") == 3)
      #expect(stored.count <= 100)
    }
    #expect(stored.owner(of: "x0") == nil)
    #expect(stored.owner(of: "x999") == 999)
  }
}

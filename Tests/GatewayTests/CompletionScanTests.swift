import NIOCore
import TestSupport
import Testing

@testable import Gateway

@Suite("Splicing an OpenAI request body")
struct CompletionScanTests {
  static func scan(_ pieces: [[UInt8]]) -> CompletionScan {
    var scan = CompletionScan()
    for piece in pieces { piece.withUnsafeBytes { scan.feed($0) } }
    return scan
  }

  static func spliced(_ text: String, model: String = "variant", wantsUsage: Bool = false) -> String {
    let body = ByteBuffer(string: text)
    let splice = BodySplice(scan([Array(text.utf8)]), model: model, wantsUsage: wantsUsage)
    return splice.pieces(of: body).map { String(buffer: $0) }.joined()
  }

  @Test("TV-16: changes the model of the outermost object and no other byte")
  func testVector16() {
    let text =
      #"{"messages":[{"role":"user","content":"use \"model\":\"x\""}],"tools":[{"model":"y"}],"model":"chat",""#
      + #"seed":12345678901234567890,"temperature":1.0}"#
    let expected =
      #"{"messages":[{"role":"user","content":"use \"model\":\"x\""}],"tools":[{"model":"y"}],"model":"variant",""#
      + #"seed":12345678901234567890,"temperature":1.0}"#
    #expect(Self.spliced(text) == expected)
  }

  @Test(
    "honours escapes in keys and values, white space, and the last of two",
    arguments: [
      (#"{"mo\u0064el":"chat"}"#, #"{"mo\u0064el":"variant"}"#),
      (#"{"model":"ch\u0061t"}"#, #"{"model":"variant"}"#),
      ("\n{ \"model\" :\t\"chat\" , \"n\": 1 }\n", "\n{ \"model\" :\t\"variant\" , \"n\": 1 }\n"),
      (#"{"model":"first","model":"chat"}"#, #"{"model":"first","model":"variant"}"#),
      (
        #"{"x":{"model":"inner","stream":true},"model":"chat"}"#,
        #"{"x":{"model":"inner","stream":true},"model":"variant"}"#
      ),
    ])
  func names(text: String, expected: String) {
    #expect(Self.spliced(text) == expected)
    guard case .name(let name, _) = Self.scan([Array(text.utf8)]).model else {
      Issue.record("no model found")
      return
    }
    #expect(name == "chat")
  }

  @Test("leaves the body alone when the name is already right")
  func unchanged() { #expect(Self.spliced(#"{"model":"variant" }"#) == #"{"model":"variant" }"#) }

  @Test("quotes a name that JSON could not hold bare")
  func quoting() { #expect(Self.spliced(#"{"model":"chat"}"#, model: "a\"b") == #"{"model":"a\"b"}"#) }

  @Test(
    "asks a stream for its usage in the one way its options allow",
    arguments: [
      (#"{"model":"m","stream":true}"#, #"{"stream_options":{"include_usage":true},"model":"m","stream":true}"#),
      (
        #"{"stream":true,"stream_options":null,"model":"m"}"#,
        #"{"stream":true,"stream_options":{"include_usage":true},"model":"m"}"#
      ),
      (
        #"{"stream":true,"stream_options":{},"model":"m"}"#,
        #"{"stream":true,"stream_options":{"include_usage":true},"model":"m"}"#
      ),
      (
        #"{"stream":true,"stream_options":{"x":{"include_usage":true}},"model":"m"}"#,
        #"{"stream":true,"stream_options":{"include_usage":true,"x":{"include_usage":true}},"model":"m"}"#
      ),
      (
        #"{"stream":true,"stream_options":{"include_usage":false},"model":"m"}"#,
        #"{"stream":true,"stream_options":{"include_usage":true},"model":"m"}"#
      ),
    ])
  func injects(text: String, expected: String) {
    #expect(Self.spliced(text, model: "m", wantsUsage: true) == expected)
    #expect(BodySplice(Self.scan([Array(text.utf8)]), model: "m", wantsUsage: true).injectsUsage)
    #expect(Self.spliced(text, model: "m", wantsUsage: false) == text)
  }

  @Test(
    "does not ask when it was asked, when nothing is streamed, or when the options are none",
    arguments: [
      #"{"model":"m","stream":true,"stream_options":{"include_usage":true}}"#, #"{"model":"m","stream":false}"#,
      #"{"model":"m"}"#, #"{"model":"m","stream":"true"}"#, #"{"model":"m","stream":true,"stream_options":7}"#,
      #"{"model":"m","stream":true,"stream":false}"#, #"{"model":"m","x":{"stream":true}}"#,
    ])
  func doesNotInject(text: String) {
    #expect(Self.spliced(text, model: "m", wantsUsage: true) == text)
    #expect(!BodySplice(Self.scan([Array(text.utf8)]), model: "m", wantsUsage: true).injectsUsage)
  }

  @Test(
    "tells a body that is no whole object",
    arguments: [
      "", "[]", "\"model\"", "{\"model\":\"m\"", "{\"model\":}", "{\"model\":\"m\"}}", "[{\"model\":\"m\"}]", "7",
    ])
  func notWhole(text: String) { #expect(!Self.scan([Array(text.utf8)]).isWhole) }

  @Test("tells a missing model from one that is no text")
  func model() {
    #expect(Self.scan([Array("{}".utf8)]).model == .missing)
    #expect(Self.scan([Array("{\"model\":7}".utf8)]).model == .notText)
    #expect(Self.scan([Array("{\"model\":{}}".utf8)]).model == .notText)
    #expect(Self.scan([Array("{\"model\":\"a\",\"model\":[1]}".utf8)]).model == .notText)
  }

  @Test("finds the same however the body is cut, damaged or not")
  func anyChunking() {
    let parts = [
      #"{"stream_options":{"a":[{"b":1}],"include_usage":false},"messages":[{"content":"\"model\":"}],"#,
      #""stream":true,"model":"c\u0061t"}"#,
    ]
    let text = Array(parts.joined().utf8)
    var random = Seeded(3)
    for round in 0..<3000 {
      let body = round < 500 ? text : damaged(text, &random)
      let whole = Self.scan([body])
      let pieces = Self.scan(cut(body, longest: 7, &random))
      #expect(whole.model == pieces.model)
      #expect(whole.isStreamed == pieces.isStreamed)
      #expect(whole.streamOptions == pieces.streamOptions)
      #expect(whole.isWhole == pieces.isWhole)
      // Whatever was found, a splice keeps every byte outside its edits.
      let splice = BodySplice(whole, model: "new", wantsUsage: true)
      var kept: [UInt8] = []
      var start = 0
      for edit in splice.edits {
        kept += body[start..<edit.range.lowerBound] + Array(edit.replacement.utf8)
        start = edit.range.upperBound
      }
      kept += body[start...]
      #expect(splice.pieces(of: ByteBuffer(bytes: body)).flatMap { Array(buffer: $0) } == kept)
    }
  }
}

@Suite("The number of items in a KServe request")
struct UnitScanTests {
  static func units(_ text: String, limit: Int = UnitScan.maximumBytes, pieces: Int = 1 << 20) -> UnitScan {
    var scan = UnitScan(limit: limit)
    var random = Seeded(4)
    for piece in cut(Array(text.utf8), longest: pieces, &random) { piece.withUnsafeBytes { scan.feed($0) } }
    return scan
  }

  @Test(
    "is the first dimension of the first input's shape",
    arguments: [
      (#"{"inputs":[{"name":"x","shape":[8,3,224,224],"datatype":"FP32","data":[1,2,3]}]}"#, 8),
      (#"{"id":"1","inputs":[{"data":[[1,"]\"",2],[{"shape":[9]}]],"shape":[ 3 , 4],"name":"x"}]}"#, 3),
      (#"{"parameters":{"shape":[7]},"outputs":[{"shape":[6]}],"inputs":[{"sh\u0061pe":[2]}]}"#, 2),
      (#"{"inputs":[{"shape":[5,1]},{"shape":[6,1]}]}"#, 5),
    ])
  func found(text: String, units: Int) {
    #expect(Self.units(text).units == units)
    #expect(Self.units(text, pieces: 1).units == units)
    #expect(Self.units(text).isDone)
  }

  @Test(
    "is 1 when there is none to be found",
    arguments: [
      "", "{}", "[]", #"{"inputs":[]}"#, #"{"inputs":[{"name":"x"}]}"#, #"{"inputs":[{"shape":[]},{"shape":[4]}]}"#,
      #"{"inputs":[{"shape":["4"]}]}"#, #"{"inputs":[{"shape":[-4]}]}"#, #"{"inputs":[{"shape":[0]}]}"#,
      #"{"inputs":[{"shape":[2.5]}]}"#, #"{"inputs":{"shape":[4]}}"#, #"{"inputs":[{"shape":[99999999999]}]}"#,
      #"{"inputs":[{"shape":4}]}"#, #"{"inputs":[[{"shape":[4]}]]}"#,
    ])
  func notFound(text: String) { #expect(Self.units(text).units == 1) }

  @Test("is looked for in the JSON part only, and no further than asked")
  func limited() {
    let json = #"{"inputs":[{"shape":[8,3]}]}"#
    #expect(Self.units(json, limit: json.utf8.count).units == 8)
    #expect(Self.units(json, limit: 10).units == 1)
    #expect(Self.units(json, limit: 10).isDone)
    #expect(Self.units(json, limit: 0).isDone)
  }

  @Test("is the same however the body is cut, damaged or not")
  func fuzz() {
    let text = Array(#"{"inputs":[{"data":[[1,2],["]"]],"shape":[16,3],"name":"x"}]}"#.utf8)
    var random = Seeded(5)
    for _ in 0..<3000 {
      let body = damaged(text, &random)
      var whole = UnitScan()
      body.withUnsafeBytes { whole.feed($0) }
      var pieces = UnitScan()
      for piece in cut(body, longest: 5, &random) { piece.withUnsafeBytes { pieces.feed($0) } }
      #expect(whole.units == pieces.units)
    }
  }
}

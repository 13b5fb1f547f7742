import NIOCore
import TestSupport
import Testing

@testable import Gateway

@Suite("Splicing a multipart form")
struct FormScanTests {
  static func scan(_ text: String, boundary: String = "b") -> FormScan {
    Array(text.utf8).withUnsafeBytes { FormScan($0, boundary: Array(boundary.utf8)) }
  }
  static func part(_ name: String, _ value: String, _ more: String = "") -> String {
    "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\(more)\r\n\r\n\(value)\r\n"
  }
  static func spliced(_ text: String) -> String {
    BodySplice(scan(text), model: "whisper-large").pieces(of: ByteBuffer(string: text)).map { String(buffer: $0) }
      .joined()
  }

  @Test("changes the bytes of the model's part and no other, wherever it stands")
  func splice() {
    let file = Self.part("file", "RIFF\r\n--c model=\"x\"\r\n--", "; filename=\"model.wav\"\r\nContent-Type: audio/wav")
    for parts in [
      [Self.part("model", "chat"), file], [file, Self.part("model", "chat")],
      [Self.part("language", "model"), file, Self.part("model", "chat"), Self.part("stream", "true")],
    ] {
      let body = parts.joined() + "--b--\r\n"
      #expect(Self.scan(body).model?.name == "chat")
      #expect(Self.scan(body).isWhole)
      #expect(
        Self.spliced(body)
          == body.replacingLast("\r\n\r\nchat\r\n", with: "\r\n\r\nwhisper-large\r\n"))
    }
  }

  @Test("of two model parts the last counts, and the first keeps its bytes")
  func twice() {
    let body = Self.part("model", "first") + Self.part("model", "chat") + "--b--"
    #expect(Self.spliced(body) == Self.part("model", "first") + Self.part("model", "whisper-large") + "--b--")
  }

  @Test("a preamble, padding after boundaries, bare names and a charset in the part are understood")
  func spellings() {
    let body =
      "preamble\r\n--b \t\r\ncontent-disposition: form-data; name=model\r\nContent-Type: text/plain; charset=utf-8\r\n"
      + "\r\nchat\r\n--b--\r\nepilogue"
    #expect(Self.scan(body).model?.name == "chat")
    #expect(Self.scan(Self.part("stream", "True") + "--b--").isStreamed)
  }

  @Test(
    "what is no whole form is told apart, cut at any byte",
    arguments: ["", "--", "--b", "--bx\r\n", "no form", "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n"])
  func broken(text: String) { #expect(!Self.scan(text).isWhole) }

  @Test("every beginning of a form is no whole form, and no model is found where there is no end of its part")
  func prefixes() {
    let body = Array((Self.part("model", "chat") + "--b--").utf8)
    for length in body.indices {
      let scan = body[..<length].withUnsafeBytes { FormScan($0, boundary: Array("b".utf8)) }
      #expect(!scan.isWhole)
    }
  }

  @Test(
    "the boundary is read from the content type",
    arguments: [
      ("multipart/form-data; boundary=abc", "abc"), ("Multipart/Form-Data;charset=x; boundary=\"a b\\\"c\"", "a b\"c"),
    ])
  func boundary(type: String, expected: String) {
    #expect(FormScan.boundary(ofContentType: type) == Array(expected.utf8))
  }

  @Test(
    "without a usable boundary there is no form",
    arguments: [
      "application/json", "multipart/form-data", "multipart/form-data; boundary=",
      "multipart/form-data; boundary=\(String(repeating: "x", count: 71))", "multipart/mixed; boundary=b",
    ])
  func noBoundary(type: String) { #expect(FormScan.boundary(ofContentType: type) == nil) }

  @Test("a model's name that is no UTF-8 is no name: repaired, it would be another")
  func noText() {
    let body = Array(Self.part("model", "ch~t").utf8).map { $0 == 0x7E ? 0xFA : $0 } + Array("--b--".utf8)
    let scan = body.withUnsafeBytes { FormScan($0, boundary: Array("b".utf8)) }
    #expect(scan.isWhole && scan.model == nil)
  }

  @Test("damaged forms are read without harm")
  func damage() {
    var random = Seeded(5)
    let body = Array((Self.part("file", "\r\n--b-\r\n") + Self.part("model", "chat") + "--b--").utf8)
    for _ in 0..<2000 {
      let bytes = damaged(body, &random)
      let scan = bytes.withUnsafeBytes { FormScan($0, boundary: Array("b".utf8)) }
      if let range = scan.model?.range { #expect(range.upperBound <= bytes.count) }
    }
  }
}

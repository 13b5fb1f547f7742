import NIOCore
import NIOHTTP1
import Testing

@testable import Gateway

@Suite("The answer as text")
struct AnswerWriterTests {
  /// What a caller would read of an answer in these pieces.
  private func text(
    _ status: HTTPResponseStatus, _ headers: HTTPHeaders, body: [Int] = [], trailers: HTTPHeaders? = nil,
    version: HTTPVersion = .http1_1
  ) -> String {
    var writer = AnswerWriter()
    var sent = ByteBuffer()
    writer.write(HTTPResponseHead(version: version, status: status, headers: headers))
    for count in body {
      if var large = writer.write(body: ByteBuffer(repeating: UInt8(ascii: "x"), count: count)) {
        var before = writer.take()
        sent.writeBuffer(&before)
        sent.writeBuffer(&large)
        writer.endChunk()
      }
    }
    writer.end(trailers)
    var rest = writer.take()
    sent.writeBuffer(&rest)
    return String(buffer: sent)
  }

  @Test("a body with a length goes as it is")
  func length() {
    #expect(
      text(.ok, ["content-length": "5", "a": "b"], body: [2, 3])
        == "HTTP/1.1 200 OK\r\ncontent-length: 5\r\na: b\r\n\r\nxxxxx")
  }

  @Test("a body without one goes in chunks, and trailers follow")
  func chunks() {
    let found = text(.created, [:], body: [10, 0, 1], trailers: ["t": "v"])
    #expect(
      found
        == "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\na\r\nxxxxxxxxxx\r\n1\r\nx\r\n0\r\nt: v\r\n\r\n")
  }

  @Test("a large piece is not copied, and its chunk is closed behind it", arguments: [4096, 4097, 100_000])
  func large(count: Int) {
    let body = String(repeating: "x", count: count)
    let size = String(count, radix: 16)
    #expect(text(.ok, [:], body: [count, 1]).hasSuffix("\r\n\r\n\(size)\r\n\(body)\r\n1\r\nx\r\n0\r\n\r\n"))
    #expect(text(.ok, ["Content-Length": "\(count)"], body: [count]).hasSuffix("\r\n\r\n\(body)"))
  }

  @Test("an old caller knows no chunks: the end of the connection ends the body, and there are no trailers")
  func old() {
    #expect(text(.ok, [:], body: [2], trailers: ["t": "v"], version: .http1_0) == "HTTP/1.0 200 OK\r\n\r\nxx")
  }

  @Test(
    "an answer that can have no body says no length",
    arguments: [HTTPResponseStatus.noContent, .notModified, .continue])
  func bodiless(status: HTTPResponseStatus) {
    let found = text(status, ["Content-Length": "7", "Transfer-Encoding": "chunked"])
    #expect(found == "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n\r\n")
  }

  @Test("a length rules out chunks, whatever else the head says")
  func both() {
    let found = text(.ok, ["Transfer-Encoding": "chunked", "Content-Length": "1"], body: [1])
    #expect(found == "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
  }
}

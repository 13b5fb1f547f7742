import NIOCore
import NIOHTTP1

/// Writes an answer as HTTP/1.1 text: head, body in its framing, trailers.
///
/// A head and a small body go into one buffer, so that an answer is one write. The framing follows the head: a length
/// where one is given, chunks where none is and the caller knows them, else the end of the connection.
struct AnswerWriter {
  /// Bodies up to this many bytes are copied behind the head; larger ones go as they are.
  static let copiedBytes = 4096

  /// What waits to be sent.
  private(set) var pending = ByteBuffer()
  private var isChunked = false

  /// Whether anything waits.
  var isEmpty: Bool { pending.readableBytes == 0 }

  /// Writes the status line and the fields; chooses the framing. An interim answer (1xx) has no body.
  mutating func write(_ head: HTTPResponseHead) {
    pending.reserveCapacity(minimumWritableBytes: 512)
    pending.writeStaticString(head.version.minor >= 1 ? "HTTP/1.1 " : "HTTP/1.0 ")
    if head.status == .ok {
      pending.writeStaticString("200 OK\r\n")
    } else {
      pending.writeString("\(head.status.code) \(head.status.reasonPhrase)\r\n")
    }
    let mayHaveBody = head.status.mayHaveResponseBody
    var hasLength = false
    for (name, value) in head.headers {
      if name.utf8.count == 14, HeaderRules.same(name, "content-length") {
        guard mayHaveBody else { continue }
        hasLength = true
      } else if name.utf8.count == 17, HeaderRules.same(name, "transfer-encoding") {
        continue
      }
      pending.writeString(name)
      pending.writeStaticString(": ")
      pending.writeString(value)
      pending.writeStaticString("\r\n")
    }
    isChunked = mayHaveBody && !hasLength && head.version.minor >= 1
    pending.writeStaticString(isChunked ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n")
  }

  /// Adds a piece of the body; what must go as it is comes back, to be sent after ``take()``.
  mutating func write(body bytes: ByteBuffer) -> ByteBuffer? {
    let count = bytes.readableBytes
    guard count > 0 else { return nil }
    if isChunked {
      pending.writeString(String(count, radix: 16))
      pending.writeStaticString("\r\n")
    }
    guard count > Self.copiedBytes else {
      pending.writeImmutableBuffer(bytes)
      endChunk()
      return nil
    }
    return bytes
  }

  /// The end of a chunk that went as it was.
  mutating func endChunk() { if isChunked { pending.writeStaticString("\r\n") } }

  /// The end of the answer.
  mutating func end(_ trailers: HTTPHeaders?) {
    guard isChunked else { return }
    pending.writeStaticString("0\r\n")
    for (name, value) in trailers ?? [:] { pending.writeString("\(name): \(value)\r\n") }
    pending.writeStaticString("\r\n")
    isChunked = false
  }

  /// Takes what waits.
  mutating func take() -> ByteBuffer {
    defer { pending = ByteBuffer() }
    return pending
  }
}

import FuzzLoop
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Quantities

@testable import Gateway

/// What must hold of a caller's connection for any bytes: the server's own decoder and handler, with no model behind
/// them, so that every request is answered here and says in its answer which one it was.
enum FramingLaws {
  static func check(_ bytes: [UInt8]) {
    let answers = Cuts.all(bytes).map(serve)
    for index in 1..<answers.count { law(answers[index] == answers[0], "cut \(index): other answers") }
    let answer = answers[0]
    guard let given = Answers(answer) else { return law(false, "what came back is not HTTP") }
    let strict = StrictHTTP(bytes)
    compare(given, strict)
  }

  /// All bytes that come back when the pieces arrive one after another and the caller then closes.
  private static func serve(_ pieces: [ArraySlice<UInt8>]) -> [UInt8] {
    guard let plant = try? Subjects.plant(), let tls = try? TLSContexts([]) else { return [] }
    let loop = EmbeddedEventLoop()
    let channel = caller(of: LoopContext(eventLoop: loop, plant: plant, tls: tls), plant)
    for piece in pieces where channel.isActive {
      channel.pipeline.fireChannelRead(ByteBuffer(bytes: piece))
      channel.pipeline.fireChannelReadComplete()
      loop.run()
    }
    var output: [UInt8] = []
    while let next = try? channel.readOutbound(as: ByteBuffer.self) { output += next.readableBytesView }
    _ = try? channel.finish(acceptAlreadyClosed: true)
    law((try? channel.readOutbound(as: ByteBuffer.self)).flatMap { $0 } == nil, "an answer after the caller left")
    return output
  }

  /// A caller's connection, as the server makes it.
  static func caller(of context: LoopContext, _ plant: Plant) -> EmbeddedChannel {
    // The context's loop is the one that it was made with.
    let channel = EmbeddedChannel(loop: context.eventLoop as! EmbeddedEventLoop)
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderListSize = plant.configuration.maximumHeaderBytes
    limits.maxHeaderFieldSize = plant.configuration.maximumHeaderBytes
    let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)
    let handlers: [any ChannelHandler] = [ByteToMessageHandler(decoder), CallerConnection(loop: context)]
    try? channel.pipeline.syncOperations.addHandlers(handlers)
    try? channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    return channel
  }

  private static func compare(_ given: Answers, _ strict: StrictHTTP) {
    let requests = strict.requests
    for (index, request) in requests.enumerated() {
      guard index < given.answers.count else {
        return law(false, "\(request.method) \(request.target) was not answered")
      }
      let answer = given.answers[index]
      law(answer.isWhole, "an answer is not whole")
      if answer.status == 404, answer.body.contains("There is nothing at ") {
        // The query is not told: it may hold a key.
        let path = String(request.target.prefix { $0 != "?" })
        law(
          answer.body.contains("\(request.method) \(JSONText.quoted(path).dropFirst().dropLast())."),
          "another request was answered than \(request.method) \(request.target)")
      }
      // A refusal may close; what follows is then nobody's.
      if answer.closes { return law(given.answers.count == index + 1, "answers after the connection was to close") }
    }
    let more = given.answers.count - requests.count
    switch strict.ending {
    case .clean: law(more == 0 || requests.last?.mayBeFollowed == true && more == 0, "more answers than requests")
    case .cut: law(more == 0 || (more == 1 && given.answers.last!.closes), "an answer without a request")
    case .broken:
      law(
        more == 0 || (more == 1 && given.answers.last!.closes && given.answers.last!.status >= 400),
        "a request was served behind broken framing")
    case .open: break
    }
  }
}

/// What came back, as a client reads it.
private struct Answers {
  struct Answer {
    let status: Int
    let body: String
    let closes: Bool
    let isWhole: Bool
  }

  var answers: [Answer] = []

  init?(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let end = Self.headEnd(rest) else { return nil }
      let lines = String(decoding: rest[..<end], as: UTF8.self).split(separator: "\r\n")
      let words = lines.first?.split(separator: " ") ?? []
      guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else { return nil }
      rest = rest[(end + 4)...]
      if status == 100 { continue }
      let fields = lines.dropFirst().map { $0.lowercased() }
      guard let length = fields.first(where: { $0.hasPrefix("content-length: ") })?.dropFirst(16),
        let count = Int(length)
      else { return nil }
      // The answer to HEAD has a length and no body; it is always the last.
      let body = rest.prefix(count)
      answers.append(
        Answer(
          status: status, body: String(decoding: body, as: UTF8.self), closes: fields.contains("connection: close"),
          isWhole: body.count == count || rest.isEmpty))
      rest = rest.dropFirst(count)
    }
  }

  private static func headEnd(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= 4 else { return nil }
    return (bytes.startIndex...(bytes.endIndex - 4)).first {
      bytes[$0] == 0x0D && bytes[$0 + 1] == 0x0A && bytes[$0 + 2] == 0x0D && bytes[$0 + 3] == 0x0A
    }
  }
}

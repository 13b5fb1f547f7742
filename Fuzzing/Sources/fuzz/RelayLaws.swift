import FuzzLoop
import NIOCore
import NIOEmbedded

@testable import Gateway

/// What must hold of requests that are passed on, for any bytes of a caller: what reaches the backend is HTTP by the
/// letter, and what the caller sent by the letter, no request more, none in another's place. Nothing can be smuggled past.
enum RelayLaws {
  /// When the backend answers: who waits and who is served while more arrives differs by it, what is served must not.
  private enum Pace: CaseIterable { case atTheEnd, atOnce, oneLater }

  private struct Outcome: Equatable {
    var answers: [UInt8] = []
    var requests: [StrictHTTP.Request] = []
  }

  static func check(_ bytes: [UInt8]) {
    let strict = StrictHTTP(bytes)
    let outcomes = zip(Cuts.all(bytes), Pace.allCases).map { pieces, pace in
      let (outcome, endings) = play(pieces, pace)
      compare(outcome, endings, with: strict)
      return outcome
    }
    // Behind broken framing it is chance what was under way; and what good servers read differently may be cut off.
    guard strict.ending == .clean else { return }
    for outcome in outcomes.dropFirst() {
      law(outcome.requests == outcomes[0].requests, "other requests when they arrive in other pieces")
      law(outcome.answers == outcomes[0].answers, "other answers when they arrive in other pieces")
    }
  }

  private static func play(_ pieces: [ArraySlice<UInt8>], _ pace: Pace) -> (Outcome, [StrictHTTP.Ending]) {
    guard let plant = try? Subjects.relay(), let tls = try? TLSContexts([]) else { return (Outcome(), []) }
    let loop = EmbeddedEventLoop()
    let context = LoopContext(eventLoop: loop, plant: plant, tls: tls)
    let backend = PlayedBackend(context.pools[0], plant, loop)
    let channel = FramingLaws.caller(of: context, plant)
    var isOwed = false
    for piece in pieces where channel.isActive {
      channel.pipeline.fireChannelRead(ByteBuffer(bytes: piece))
      channel.pipeline.fireChannelReadComplete()
      loop.run()
      switch pace {
      case .atTheEnd: break
      case .atOnce: while backend.answer() {}
      case .oneLater:
        if isOwed { _ = backend.answer() }
        isOwed = true
      }
    }
    while backend.answer() {}
    var outcome = Outcome()
    while let next = try? channel.readOutbound(as: ByteBuffer.self) { outcome.answers += next.readableBytesView }
    _ = try? channel.finish(acceptAlreadyClosed: true)
    loop.run()
    let endings = backend.endings
    backend.close()
    outcome.requests = backend.requests
    return (outcome, endings)
  }

  private static func compare(_ outcome: Outcome, _ endings: [StrictHTTP.Ending], with strict: StrictHTTP) {
    // What is unusual may be passed on as it is, for the backend to judge.
    guard strict.ending != .open else { return }
    law(endings.allSatisfy { $0 == .clean || $0 == .cut }, "what reached the backend is not HTTP by the letter")
    var rest = strict.requests[...]
    for request in outcome.requests {
      let place = rest.firstIndex {
        $0.method == request.method && $0.target == request.target && $0.body == request.body
      }
      guard let place else {
        return law(false, "the backend was asked for \(request.method) \(request.target), the caller had not asked")
      }
      rest = rest[(place + 1)...]
    }
  }
}

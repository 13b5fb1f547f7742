import NIOCore
import NIOHTTP1
import Quantities
import Testing

@testable import Gateway

@Suite("Asking a second backend")
struct HedgingTests {
  static let body = #"{"model":"chat"}"#
  static let tariff = Tariff(perRequest: JouleRange(exactly: 8), origin: .measured, method: "m@1")

  static func routes(_ small: ModelServer, _ large: ModelServer, _ hedging: Hedging?) -> [AliasRoute] {
    let variants = [
      VariantTarget(name: "small", backends: [small.backend]), VariantTarget(name: "large", backends: [large.backend]),
    ]
    return [AliasRoute(alias: "chat", variants: variants, hedging: hedging)]
  }

  static func publish(_ gateway: RunningGateway, _ shares: [Double] = [1, 0], grid: GridFact? = .sample()) throws {
    try gateway.routes.publish(alias: "chat", shares: shares, decisionID: "dec_1", grid: grid)
    try gateway.routes.publish(alias: "chat", tariffs: ["small": tariff, "large": tariff], qualities: [:])
  }

  @Test("a slow first is overtaken by the second; it is told to stop, and what it may have used is charged apart")
  func overtaken() async throws {
    let (slow, quick) = (try await ModelServer.silent(), try await ModelServer.named("quick"))
    try await withGateway(Self.routes(slow, quick, Hedging(after: .milliseconds(20)))) { gateway in
      try Self.publish(gateway)
      let answer = try await gateway.post("/v1/chat/completions", Self.body)
      #expect(answer.text == #"{"server":"quick"}"#)
      #expect(answer["Dimmer-Variant"] == "large")
      await slow.waitForAbandoned()
      let seen = try await gateway.observed()
      #expect(seen.variant == "large" && seen.why == .hedged && seen.attempts == 2)
      #expect(seen.charge?.joules.value == 8)
      #expect(seen.hedged?.joules == JouleRange(value: 4, low: 0, high: 8))
      #expect(seen.wasted == nil && seen.failedVariants.isEmpty)
    }
    await slow.stop()
    await quick.stop()
  }

  @Test("the first still wins when it answers before the second, which is told to stop")
  func firstWins() async throws {
    let (replies, sink) = AsyncStream.makeStream(of: ModelServer.Reply.self)
    let first = try await ModelServer { _, reply in sink.yield(reply) }
    let second = try await ModelServer.silent()
    try await withGateway(Self.routes(first, second, Hedging(after: .milliseconds(20)))) { gateway in
      try Self.publish(gateway)
      async let answer = gateway.post("/v1/chat/completions", Self.body)
      await second.waitForRequest()
      var iterator = replies.makeAsyncIterator()
      await iterator.next()?.answer(200, Array("{}".utf8))
      let received = try await answer
      #expect(received["Dimmer-Variant"] == "small")
      await second.waitForAbandoned()
      let seen = try await gateway.observed()
      #expect(seen.variant == "small" && seen.why == .price)
      #expect(seen.hedged?.joules.high == 8)
    }
    await first.stop()
    await second.stop()
  }

  @Test("when the first breaks while two are asked, the second serves")
  func firstBreaks() async throws {
    let (replies, sink) = AsyncStream.makeStream(of: ModelServer.Reply.self)
    let (others, otherSink) = AsyncStream.makeStream(of: ModelServer.Reply.self)
    let first = try await ModelServer { _, reply in sink.yield(reply) }
    let second = try await ModelServer { _, reply in otherSink.yield(reply) }
    try await withGateway(Self.routes(first, second, Hedging(after: .milliseconds(20)))) { gateway in
      try Self.publish(gateway)
      async let answer = gateway.post("/v1/chat/completions", Self.body)
      await second.waitForRequest()
      var iterator = replies.makeAsyncIterator()
      await iterator.next()?.closed()
      var otherIterator = others.makeAsyncIterator()
      await otherIterator.next()?.answer(200, Array("{}".utf8))
      let received = try await answer
      #expect(received["Dimmer-Variant"] == "large")
      let seen = try await gateway.observed()
      #expect(seen.failedVariants == ["small"] && seen.wasted?.joules.high == 8 && seen.hedged == nil)
    }
    await first.stop()
    await second.stop()
  }

  @Test("the chosen variant is never hedged by a cheaper one, nor above the intensity set, nor with the grid unknown")
  func limits() async throws {
    #expect(Hedging(after: .seconds(1), below: .gramsPerKilowattHour(300)).isWorth(.sample(300)))
    #expect(!Hedging(after: .seconds(1), below: .gramsPerKilowattHour(300)).isWorth(.sample(301)))
    #expect(!Hedging(after: .seconds(1), below: .gramsPerKilowattHour(300)).isWorth(.sample(nil)))
    #expect(Hedging(after: .seconds(1)).isWorth(nil))
    let (cheap, slow) = (try await ModelServer.named("cheap"), try await ModelServer.silent())
    try await withGateway(
      Self.routes(cheap, slow, Hedging(after: .milliseconds(10))), { $0.firstByteTimeout = .milliseconds(400) }
    ) { gateway in
      try Self.publish(gateway, [0, 1])
      #expect(try await gateway.post("/v1/chat/completions", Self.body).status == 504)
      #expect(cheap.requests.isEmpty)
    }
    await cheap.stop()
    await slow.stop()
  }

  @Test("further tries are a tenth of the requests, and ten to begin with")
  func budget() {
    var budget = RetryBudget()
    let first = (0..<100).filter { _ in budget.take() }.count
    #expect(first == 10)
    var taken = 0
    for _ in 0..<1000 {
      budget.requestCame()
      if budget.take() { taken += 1 }
    }
    #expect((99...100).contains(taken))
  }

  @Test("a wait is a random part of a time that doubles up to a second")
  func jitter() {
    #expect(RetryDelay.jittered(failures: 1, random: 1) == .milliseconds(50))
    #expect(RetryDelay.jittered(failures: 3, random: 0.5) == .milliseconds(100))
    #expect(RetryDelay.jittered(failures: 99, random: 1) == .seconds(1))
    #expect(RetryDelay.jittered(failures: 5, random: 0) == .zero)
    #expect(RetryDelay.seconds("3") == .seconds(3))
    #expect(RetryDelay.seconds("Wed, 21 Oct 2026 07:28:00 GMT") == nil && RetryDelay.seconds("-1") == nil)
  }

  @Test("a backend that asks to be left alone is passed over while another can answer")
  func leftAlone() async throws {
    let busy = try await ModelServer { _, reply in reply.answer(429, Array("{}".utf8), fields: ["Retry-After: 30"]) }
    let other = try await ModelServer.named("other")
    let variant = VariantTarget(name: "small", backends: [busy.backend, other.backend])
    try await withGateway([AliasRoute(alias: "chat", variants: [variant])]) { gateway in
      for _ in 0..<5 {
        let answer = try await gateway.post("/v1/chat/completions", Self.body)
        #expect(answer.status == 200)
      }
      #expect(busy.requests.count == 1)
    }
    await busy.stop()
    await other.stop()
  }

  @Test("another variant on the server that was busy is tried after the time it asked for, and not when that is long")
  func sameServer() async throws {
    for (rest, status) in [("0", 200), ("30", 429)] {
      let server = try await ModelServer { request, reply in
        let isFirst = request.text.contains("small")
        reply.answer(isFirst ? 429 : 200, Array("{}".utf8), fields: ["Retry-After: \(rest)"])
      }
      try await withGateway(Self.routes(server, server, nil)) { gateway in
        try Self.publish(gateway)
        #expect(try await gateway.post("/v1/chat/completions", Self.body).status == status)
      }
      await server.stop()
    }
  }
}

import NIOCore
import NIOHTTP1
import Quantities
import TestSupport
import Testing

@testable import Gateway

@Suite("Telling callers of energy and carbon")
struct TellingTests {
  static let tariff = Tariff(
    perInputToken: JouleRange(value: 0.1, low: 0.1, high: 0.1), perOutputToken: JouleRange(value: 5, low: 4, high: 6),
    origin: .measured, method: "request-energy@2")
  static let answer =
    #"{"id":"c", "choices":[{"message":{"content":"ol\u00e9"}}] ,"usage": {"prompt_tokens":24,"completion_tokens":64}}"#
  static let body = #"{"model":"chat"}"#
  static let streamBody = #"{"model":"chat","stream":true,"stream_options":{"include_usage":true}}"#
  /// 24 * 0.1 + 64 * 5 J at 250 g/kWh.
  static let energyField = "322.4; low=258.4; high=386.4; origin=measured; method=request-energy@2"
  static let gramsField = "0.022388889"

  static func withChat(
    _ server: ModelServer, telling: Telling = .fieldsOnly, tariff: Tariff? = TellingTests.tariff,
    _ change: (inout GatewayConfiguration) -> Void = { _ in },
    _ body: @Sendable (RunningGateway) async throws -> Void
  ) async throws {
    let route = AliasRoute(
      alias: "chat", variants: [VariantTarget(name: "small", backends: [server.backend])], telling: telling)
    try await withGateway([route], change) { gateway in
      try gateway.routes.publish(alias: "chat", shares: [1], decisionID: "dec_1", grid: .sample(250))
      if let tariff {
        try gateway.routes.publish(alias: "chat", tariffs: ["small": tariff], qualities: ["small": 81.5])
      }
      try await body(gateway)
    }
    await server.stop()
  }

  static func plain(_ text: String = answer, fields: [String] = []) async throws -> ModelServer {
    try await ModelServer { _, reply in
      reply.answer(200, Array(text.utf8), fields: ["Content-Type: application/json"] + fields)
    }
  }

  @Test("a JSON answer says its grams and joules in its header, and its body is the backend's byte for byte")
  func plainFields() async throws {
    try await Self.withChat(try await Self.plain()) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", Self.body)
      #expect(answer["Carbon-Emissions-Scope-2"] == Self.gramsField)
      #expect(answer["Dimmer-Energy"] == Self.energyField)
      #expect(answer["Dimmer-Grid"] == "250; mode=live")
      #expect(answer["content-length"] == "\(Self.answer.utf8.count)")
      #expect(answer.text == Self.answer)
      let seen = try await gateway.observed()
      let charge = try #require(seen.charge)
      #expect(abs(charge.joules.value - 322.4) < 1e-9)
      #expect(charge.field == Self.energyField)
      #expect(seen.carbonGrams.map { Decimals.fixed($0.value, places: 9) } == Self.gramsField)
      #expect(seen.quality == 81.5)
      #expect(seen.grid?.intensity == .gramsPerKilowattHour(250))
    }
  }

  @Test("without a tariff nothing is told, and the observation says why")
  func unknown() async throws {
    try await Self.withChat(try await Self.plain(), tariff: nil) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", Self.body)
      #expect(answer["Dimmer-Energy"] == nil)
      #expect(answer["Carbon-Emissions-Scope-2"] == nil)
      let seen = try await gateway.observed()
      #expect(seen.charge == nil && seen.carbonGrams == nil)
      #expect(seen.chargeGap == "nothing is known of the variant's energy; calibrate it or state it")
    }
  }

  @Test("what the backend reports goes before the tariff, in the body or in its header")
  func reported() async throws {
    let text = #"{"usage":{"completion_tokens":1},"energy":{"energy_joules":12.5}}"#
    try await Self.withChat(try await Self.plain(text)) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", Self.body)
      #expect(answer["Dimmer-Energy"] == "12.5; low=11.25; high=13.75; origin=measured; method=reported-energy@1")
      #expect(try await gateway.observed().charge?.isReported == true)
    }
    try await Self.withChat(try await Self.plain(fields: ["X-GreenGate-Energy-Joules: 2"])) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", Self.body)
      #expect(answer["Dimmer-Energy"] == "2; low=1.8; high=2.2; origin=modelled; method=reported-energy@1")
    }
  }

  @Test("an answer larger than is held goes on whole and says nothing in its header")
  func large() async throws {
    let text = #"{"pad":"\#(String(repeating: "x", count: HeldAnswer.maximumBytes))","usage":{"completion_tokens":2}}"#
    for fields in [["Content-Length: \(text.utf8.count)"], ["Transfer-Encoding: chunked"]] {
      let server = try await ModelServer { _, reply in
        let head = ["HTTP/1.1 200 OK", "Content-Type: application/json"] + fields
        let isChunked = fields[0].hasPrefix("T")
        reply.write(head.joined(separator: "\r\n") + "\r\n\r\n")
        reply.end(isChunked ? "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n0\r\n\r\n" : text)
      }
      var tariff = Self.tariff
      tariff.perInputToken = nil
      try await Self.withChat(server, tariff: tariff) { gateway in
        let answer = try await gateway.post("/v1/chat/completions", Self.body)
        #expect(answer.text == text)
        #expect(answer["Dimmer-Energy"] == nil)
        #expect(try await gateway.observed().charge?.joules.value == 10)
      }
    }
  }

  @Test("a held answer that the backend breaks off reaches the caller as far as it came, and is broken off there")
  func brokenHeld() async throws {
    let server = try await ModelServer { _, reply in
      reply.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"id\"")
      reply.close()
    }
    try await Self.withChat(server) { gateway in
      let client = try await gateway.connect()
      try await client.send(request("POST", "/v1/chat/completions", Array(Self.body.utf8)))
      #expect(String(decoding: await client.rest(), as: UTF8.self).hasSuffix("\r\n\r\n{\"id\""))
      let seen = try await gateway.observed()
      #expect(seen.status == 502 && seen.charge == nil)
      #expect(seen.chargeGap == "the answer was broken off before its tokens were known")
    }
  }

  @Test("a KServe answer of known items says its joules in its header before its body")
  func kserve() async throws {
    let tariff = Tariff(perUnit: JouleRange(value: 2, low: 1, high: 3), origin: .measured, method: "request-energy@1")
    try await Self.withChat(try await Self.plain("{}"), tariff: tariff) { gateway in
      let answer = try await gateway.post("/v2/models/chat/infer", #"{"inputs":[{"shape":[8,4]}]}"#)
      #expect(answer["Dimmer-Energy"] == "16; low=8; high=24; origin=measured; method=request-energy@1")
      #expect(try await gateway.observed().charge?.joules.value == 16)
    }
  }

  @Test("`Prefer: dimmer=usage` adds one member to the usage object and changes nothing else")
  func usageMember() async throws {
    try await Self.withChat(try await Self.plain()) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", Self.body, fields: ["Prefer: dimmer=usage"])
      let added = try #require(answer.text.firstRange(of: #","dimmer":{"request":"#))
      let rest = answer.text[added.lowerBound...]
      #expect(String(answer.text[..<added.lowerBound]) + "}}" == Self.answer)
      #expect(rest.hasSuffix("}}}"))
      #expect(rest.contains(#""energy_joules":{"value":322.4,"low":258.4,"high":386.4,"origin":"measured""#))
      #expect(rest.contains(#""carbon_grams":{"value":\#(Self.gramsField)"#))
      #expect(rest.contains(#""intensity_grams_per_kwh":250,"signal":"average-direct""#))
      #expect(rest.contains(#""variant":"small","quality":81.5,"why":"price"}"#))
      #expect(answer["content-length"] == "\(answer.body.count)")
      #expect(answer["preference-applied"] == "dimmer=usage")
    }
  }

  static let events = [
    #"data: {"choices":[{"index":0,"delta":{"content":"ol\u00e9"}}],"usage":null}"#,
    #"data: {"choices":[],"usage":{"prompt_tokens":24,"completion_tokens":64}}"#, "data: [DONE]",
  ]
  static func stream(_ end: String) -> String { events.map { $0 + end + end }.joined() }

  @Test("a stream's comment stands right before [DONE], and nothing else changes", arguments: ["\n", "\r\n", "\r"])
  func comment(end: String) async throws {
    let text = Array(Self.stream(end).utf8)
    var random = Seeded(41)
    try await Self.withChat(try await ModelServer.stream(cut(text, longest: 9, &random)), telling: Telling()) {
      gateway in
      let answer = try await gateway.post("/v1/chat/completions", Self.streamBody)
      let start = try #require(answer.text.firstRange(of: ": dimmer {"))
      let done = try #require(answer.text.firstRange(of: "data: [DONE]"))
      let comment = answer.text[start.lowerBound..<done.lowerBound]
      #expect(comment.hasSuffix("}" + end + end))
      #expect(comment.contains(#""energy_joules":{"value":322.4,"low":258.4,"high":386.4"#))
      var without = answer.text
      without.removeSubrange(start.lowerBound..<done.lowerBound)
      #expect(without == Self.stream(end))
      #expect(try await gateway.observed().charge?.field == Self.energyField)
    }
  }

  @Test("where [DONE] is missing the comment stands at the end")
  func commentAtEnd() async throws {
    let text = Self.events[0] + "\n\n" + Self.events[1] + "\n\n"
    try await Self.withChat(try await ModelServer.stream([Array(text.utf8)]), telling: Telling()) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", Self.streamBody)
      #expect(answer.text.hasPrefix(text + ": dimmer {"))
      #expect(answer.text.hasSuffix("}\n\n"))
    }
  }

  @Test("a key or an alias without comments leaves the stream as it is; usage is extended on opt-in only")
  func switchedOff() async throws {
    let text = Array(Self.stream("\n").utf8)
    let keys = [
      CallerKey(name: "strict", secret: "s1", comments: false), CallerKey(name: "open", secret: "s2"),
      CallerKey(name: "all", secret: "s3", comments: false, usage: true),
    ]
    try await Self.withChat(try await ModelServer.stream([text]), telling: Telling(), { $0.keys = keys }) { gateway in
      let ask = { (key: String) in
        try await gateway.post("/v1/chat/completions", Self.streamBody, fields: ["Authorization: Bearer \(key)"])
      }
      #expect(try await ask("s1").body == text)
      #expect(try await gateway.observed().keyName == "strict")
      #expect(try await ask("s2").text.contains(": dimmer {"))
      _ = try await gateway.observed()
      let extended = try await ask("s3").text
      #expect(!extended.contains(": dimmer"))
      let added = try #require(extended.firstRange(of: #","dimmer":{"request":"#))
      let end = try #require(extended.firstRange(of: "}}}\n\ndata: [DONE]"))
      var without = extended
      without.removeSubrange(added.lowerBound..<extended.index(end.lowerBound, offsetBy: 1))
      #expect(without == Self.stream("\n"))
    }
  }

  @Test("a caller that takes trailers finds the figures there")
  func trailers() async throws {
    try await Self.withChat(try await ModelServer.stream([Array(Self.stream("\n").utf8)])) { gateway in
      let answer = try await gateway.post("/v1/chat/completions", Self.streamBody, fields: ["TE: trailers"])
      #expect(answer.text == Self.stream("\n"))
      #expect(answer["trailer"] == "Dimmer-Energy, Carbon-Emissions-Scope-2")
      let trailers = Dictionary(uniqueKeysWithValues: answer.trailers.map { ($0.name.lowercased(), $0.value) })
      #expect(trailers["dimmer-energy"] == Self.energyField)
      #expect(trailers["carbon-emissions-scope-2"] == Self.gramsField)
    }
  }

  @Test("a backend's own trailer is believed, and no comment runs ahead of it")
  func backendTrailer() async throws {
    let server = try await ModelServer { _, reply in
      let text = Self.stream("\n")
      reply.end(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nTrailer: X-Energy-Joules"
          + "\r\n\r\n\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n0\r\nX-Energy-Joules: 9\r\n\r\n")
    }
    try await Self.withChat(server, telling: Telling()) { gateway in
      #expect(try await gateway.post("/v1/chat/completions", Self.streamBody).text == Self.stream("\n"))
      let charge = try await gateway.observed().charge
      #expect(charge?.joules.value == 9 && charge?.isReported == true)
    }
  }

  @Test("a backend's comment about energy is believed and goes on")
  func backendComment() async throws {
    let text = ": energy {\"energy_joules\":1.5,\"attribution_method\":\"share\"}\n\n" + Self.stream("\n")
    try await Self.withChat(try await ModelServer.stream([Array(text.utf8)])) { gateway in
      #expect(try await gateway.post("/v1/chat/completions", Self.streamBody).text == text)
      let charge = try await gateway.observed().charge
      #expect(charge?.joules.value == 1.5 && charge?.isReported == true)
      #expect(charge?.remark == "the model server attributes by: share")
    }
  }

  @Test("with keys configured a caller without a valid one is refused, and no key reaches the backend")
  func keys() async throws {
    let server = try await Self.plain()
    try await Self.withChat(server, { $0.keys = [CallerKey(name: "lab", secret: "right")] }) { gateway in
      for fields in [[], ["Authorization: Bearer wrong"], ["Authorization: Bearer rightt"], ["Authorization: right"]] {
        let answer = try await gateway.post("/v1/chat/completions", Self.body, fields: fields)
        #expect(answer.status == 401)
        #expect(answer.text.contains(#""code":"invalid_api_key""#))
        #expect(!answer.text.contains("right"))
      }
      #expect(try await gateway.get("/v2/health/live").status == 200)
      for field in ["Authorization: bearer right", "api-key: right", "X-API-Key: right"] {
        #expect(try await gateway.post("/v1/chat/completions", Self.body, fields: [field]).status == 200)
      }
      for received in server.requests {
        #expect(!received.head.headers.contains { $0.value.contains("right") })
      }
    }
  }

  @Test("a key is never printed")
  func secretKept() {
    let key = CallerKey(name: "lab", secret: "hush")
    var text = "\(key) \(String(reflecting: key))"
    dump(key, to: &text)
    #expect(!text.contains("hush") && text.contains("lab"))
  }

  @Test("a hint that makes no sense, or that none can keep, is a 400 that names its field")
  func hints() async throws {
    try await Self.withChat(try await Self.plain()) { gateway in
      for (field, words) in [
        ("Dimmer-Pin: maybe", "must be 1"), ("Dimmer-Min-Quality: 90", "the best here is 81.5, by 'small'"),
      ] {
        let answer = try await gateway.post("/v1/chat/completions", Self.body, fields: [field])
        #expect(answer.status == 400)
        #expect(answer.text.contains(#""param":"\#(field.prefix { $0 != ":" })""#))
        #expect(answer.text.contains(words))
      }
      // A variant named exactly must keep the limit as well.
      let exact = try await gateway.post(
        "/v1/chat/completions", #"{"model":"small"}"#, fields: ["Dimmer-Min-Quality: 90"])
      #expect(exact.status == 400)
      #expect(
        try await gateway.post("/v1/chat/completions", Self.body, fields: ["Dimmer-Min-Quality: 80"]).status == 200)
    }
  }

  @Test("a caller who leaves is charged for what came, as an estimate")
  func cancelled() async throws {
    let first = Self.events[0] + "\n\n"
    try await Self.withChat(try await ModelServer.stream([Array(first.utf8)], ends: false)) { gateway in
      let client = try await gateway.connect()
      try await client.send(request("POST", "/v1/chat/completions", Array(Self.streamBody.utf8)))
      try await client.wait(for: first)
      await client.close()
      let seen = try await gateway.observed()
      let charge = try #require(seen.charge)
      #expect(seen.isCancelled)
      #expect(charge.origin == .modelled)
      #expect(charge.joules.value > 5 && charge.joules.low >= 3 && charge.joules.high > 12)
      #expect(charge.remark?.hasPrefix("output tokens are counted pieces of the stream") == true)
    }
  }

  @Test("a variant that stands elsewhere is told and charged by the grid of its place, the others by the site's own")
  func elsewhere() async throws {
    let server = try await Self.plain()
    let variants = ["home", "north"].map { VariantTarget(name: $0, backends: [server.backend]) }
    try await withGateway([AliasRoute(alias: "chat", variants: variants, telling: .fieldsOnly)]) { gateway in
      let north = GridFact.sample(25, pue: 1.2, text: "25; mode=live; region=SE")
      try gateway.routes.publish(
        alias: "chat", shares: [0, 1], decisionID: "dec_1", grid: .sample(250), grids: ["north": north])
      try gateway.routes.publish(
        alias: "chat", tariffs: ["home": Self.tariff, "north": Self.tariff], qualities: [:])
      let far = try await gateway.post("/v1/chat/completions", Self.body)
      #expect(far["Dimmer-Grid"] == "25; mode=live; region=SE")
      let seen = try await gateway.observed()
      #expect(seen.variant == "north" && seen.grid == north)
      #expect(seen.carbonGrams.map { abs($0.value - 322.4 * 1.2 * 25 / 3.6e6) < 1e-12 } == true)
      try gateway.routes.publish(
        alias: "chat", shares: [1, 0], decisionID: "dec_2", grid: .sample(250), grids: ["north": north])
      let near = try await gateway.post("/v1/chat/completions", Self.body)
      #expect(near["Dimmer-Grid"] == "250; mode=live" && near["Carbon-Emissions-Scope-2"] == Self.gramsField)
      #expect(throws: RouteTableError.self) {
        try gateway.routes.publish(
          alias: "chat", shares: [1, 0], decisionID: "dec_3", grid: .sample(250), grids: ["south": north])
      }
    }
    await server.stop()
  }

  @Test("a try whose connection was lost is charged as waste: between nothing and the whole of the work")
  func wasted() async throws {
    let broken = try await ModelServer { _, reply in reply.close() }
    let server = try await Self.plain()
    let route = AliasRoute(
      alias: "chat",
      variants: [
        VariantTarget(name: "small", backends: [broken.backend]),
        VariantTarget(name: "large", backends: [server.backend]),
      ])
    try await withGateway([route]) { gateway in
      try gateway.routes.publish(alias: "chat", shares: [1, 0], decisionID: "dec_1", grid: .sample())
      try gateway.routes.publish(
        alias: "chat", tariffs: ["small": Self.tariff, "large": Self.tariff], qualities: [:])
      #expect(try await gateway.post("/v1/chat/completions", Self.body).status == 200)
      let seen = try await gateway.observed()
      #expect(seen.why == .fallback)
      #expect(seen.charge.map { abs($0.joules.value - 322.4) < 1e-9 } == true)
      let wasted = try #require(seen.wasted)
      #expect(abs(wasted.joules.value - 161.2) < 1e-9)
      #expect(wasted.joules.low == 0 && abs(wasted.joules.high - 386.4) < 1e-9)
    }
    await broken.stop()
    await server.stop()
  }
}

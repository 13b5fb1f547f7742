import NIOCore
import NIOHTTP1
import Quantities
import TestSupport
import Testing

@testable import Gateway

@Suite("Choosing for a request")
struct ChoosingTests {
  static let names = ["small", "medium", "large"]

  static func state(
    _ shares: [Double] = [0.5, 0.3, 0.2], qualities: [Double?] = [70, 80, 90], joules: [Double?] = [1, 2, 4],
    grid: GridFact? = .sample(360), stickiness: Stickiness? = nil
  ) -> AliasState {
    var state = AliasState(count: shares.count, stickiness: stickiness)
    state.diffusion.update(shares: shares)
    state.standing = Standing(
      decisionID: "dec_1", grid: grid, why: .price,
      tariffs: joules.map { $0.map { Tariff(perRequest: JouleRange(exactly: $0), origin: .measured, method: "m@1") } },
      qualities: qualities)
    return state
  }

  static func hints(_ fields: [(String, String)]) throws -> CallerHints { try CallerHints(HTTPHeaders(fields)) }

  private func refusal(_ state: inout AliasState, _ hints: CallerHints) -> Refusal? {
    if case .failure(let refusal) = state.choose(Wish(hints: hints), names: Self.names) { refusal } else { nil }
  }

  private func chosen(_ state: inout AliasState, _ wish: Wish) throws -> Decided {
    try state.choose(wish, names: Self.names).get()
  }

  @Test("TV-10: shares of 1/4 and 3/4 give M S M M, repeating")
  func testVector10() throws {
    var state = Self.state([0.25, 0.75], qualities: [70, 80], joules: [1, 2])
    let picks = try (0..<8).map { _ in try state.choose(Wish(), names: ["S", "M"]).get().variant }
    #expect(picks == [1, 0, 1, 1, 1, 0, 1, 1])
  }

  @Test("a least quality is kept by the variants that may answer, and by those that stand in")
  func leastQuality() throws {
    var state = Self.state()
    let hints = try Self.hints([("Dimmer-Min-Quality", "75")])
    var counts = [0, 0, 0]
    for _ in 0..<100 {
      let decided = try chosen(&state, Wish(hints: hints))
      #expect(decided.allowed == [1, 2])
      #expect(decided.why == .caller)
      counts[decided.variant] += 1
    }
    #expect(counts[0] == 0 && counts[1] > 0 && counts[2] > 0)
  }

  @Test("of variants without a share the cheapest that keeps the limit answers")
  func noShare() throws {
    var state = Self.state([1, 0, 0])
    let hints = try Self.hints([("Dimmer-Min-Quality", "80")])
    let decided = try chosen(&state, Wish(hints: hints))
    #expect(decided.variant == 1)
  }

  @Test("a quality that none has is refused, naming the field and the best there is")
  func qualityOutOfReach() throws {
    var state = Self.state()
    let refusal = refusal(&state, try Self.hints([("Dimmer-Min-Quality", "95")]))
    #expect(refusal?.status == .badRequest)
    #expect(refusal?.param == "Dimmer-Min-Quality")
    #expect(refusal?.message.contains("the best here is 90, by 'large'") == true)
    var unknown = Self.state(qualities: [nil, nil, nil])
    let least = try Self.hints([("Dimmer-Min-Quality", "1")])
    let blind = self.refusal(&unknown, least)
    #expect(blind != nil)
  }

  @Test("a most carbon is held against what a request is expected to cost now")
  func mostCarbon() throws {
    // At 360 g/kWh a joule is 0.0001 g.
    var state = Self.state([0, 0, 1])
    let hints = try Self.hints([("Dimmer-Max-Carbon", "0.00025")])
    let before = try chosen(&state, Wish(hints: hints))
    #expect(before.allowed == [0, 1])
    for _ in 0..<200 { state.note(joules: 4, of: 0) }
    let after = try chosen(&state, Wish(hints: hints))
    #expect(after.allowed == [1])
    let refused = refusal(&state, try Self.hints([("Dimmer-Max-Carbon", "0.0001")]))
    #expect(refused?.param == "Dimmer-Max-Carbon")
    #expect(refused?.message.contains("the least now is 0.0002 g, by 'medium'") == true)
    var blind = Self.state(grid: .sample(nil))
    #expect(refusal(&blind, hints)?.message.contains("is not known here yet") == true)
  }

  @Test("a pin gives the best variant alone, and leaves the deal as it was")
  func pin() throws {
    var (state, other) = (Self.state(), Self.state())
    let hints = try Self.hints([("Dimmer-Pin", "1")])
    for _ in 0..<50 {
      let decided = try chosen(&state, Wish(hints: hints))
      #expect(decided.variant == 2 && decided.allowed == [2] && decided.why == .pinned)
      let (one, two) = (try chosen(&state, Wish()), try chosen(&other, Wish()))
      #expect(one.variant == two.variant)
    }
  }

  @Test(
    "a hint that makes no sense is refused by its field's name",
    arguments: [
      ("Dimmer-Pin", "yes"), ("Dimmer-Min-Quality", "high"), ("Dimmer-Min-Quality", "101"),
      ("Dimmer-Max-Carbon", "-1"), ("Dimmer-Max-Carbon", "nan"), ("Dimmer-Difficulty", "1.5"),
    ])
  func badHints(field: String, value: String) {
    let refusal = #expect(throws: Refusal.self) { try Self.hints([(field, value)]) }
    #expect(refusal?.status == .badRequest)
    #expect(refusal?.param == field)
  }

  @Test(
    "a preference is found among others, quoted or not",
    arguments: [
      ("dimmer=usage", true), ("wait=5, dimmer=usage; x=1", true), ("Dimmer=\"usage\"", true), ("dimmer=none", false),
    ])
  func preference(value: String, isMeant: Bool) throws {
    #expect(try Self.hints([("Prefer", value)]).prefersUsage == isMeant)
  }

  @Test("a conversation keeps its variant until its time has passed without a request")
  func sticky() throws {
    var state = Self.state(stickiness: Stickiness(time: .seconds(10)))
    let first = try chosen(&state, Wish(session: 7, now: 0)).variant
    state.diffusion.update(shares: first == 0 ? [0, 0, 1] : [1, 0, 0])
    for second in [9, 18, 27] {
      let again = try chosen(&state, Wish(session: 7, now: Int64(second) * 1_000_000_000))
      #expect(again.variant == first && again.why == .sticky)
    }
    let late = try chosen(&state, Wish(session: 7, now: 38_000_000_001))
    #expect(late.variant != first && late.why == .price)
  }

  @Test("a conversation gives way to the caller's own limit")
  func stickyWithLimit() throws {
    var state = Self.state([1, 0, 0], stickiness: Stickiness())
    _ = try chosen(&state, Wish(session: 7))
    let decided = try chosen(&state, Wish(hints: Self.hints([("Dimmer-Min-Quality", "85")]), session: 7))
    #expect(decided.variant == 2)
  }

  @Test("the mix converges to the shares although conversations keep their variants")
  func stickyConvergence() throws {
    var random = Seeded(31)
    var state = Self.state(stickiness: Stickiness(time: .seconds(1000), capacity: 4096))
    var counts = [0.0, 0.0, 0.0]
    let requests = 20_000
    for index in 0..<requests {
      // A new conversation every tenth request; each is heard of ten times on average.
      let session = UInt64(max(0, index / 10 - Int.random(in: 0..<20, using: &random)))
      counts[try chosen(&state, Wish(session: session, now: Int64(index))).variant] += 1
    }
    for (count, share) in zip(counts, [0.5, 0.3, 0.2]) { #expect(abs(count - share * Double(requests)) < 60) }
  }

  @Test("the table of conversations is bounded, and the one heard of longest ago goes first")
  func bounded() {
    var table = StickyTable(Stickiness(time: .seconds(100), capacity: 3))
    for session in 1...3 { table.note(UInt64(session), has: session, at: 0) }
    table.note(1, has: 1, at: 1)
    table.note(4, has: 4, at: 2)
    #expect(table.count == 3)
    #expect(table.variant(of: 2, at: 3) == nil)
    #expect([1, 3, 4].map { table.variant(of: $0, at: 3) } == [1, 3, 4])
    var random = Seeded(32)
    for _ in 0..<10_000 {
      table.note(UInt64.random(in: 0..<8, using: &random), has: 0, at: 3)
      #expect(table.count == 3)
    }
  }

  @Test("the hardest requests get the best variant, and the shares stay those of the decision")
  func difficulty() throws {
    var random = Seeded(33)
    var state = Self.state()
    var scores: [[Double]] = [[], [], []]
    for _ in 0..<6000 {
      let score = Double.random(in: 0...1, using: &random)
      scores[try chosen(&state, Wish(score: score * score)).variant].append(score)
    }
    for (list, share) in zip(scores, [0.5, 0.3, 0.2]) { #expect(abs(Double(list.count) - share * 6000) <= 4) }
    let means = scores.map { $0.reduce(0, +) / Double($0.count) }
    #expect(means[0] < 0.35 && means[1] > 0.5 && means[1] < 0.75 && means[2] > 0.8)
  }

  @Test("requests that are all equally hard are dealt by the shares")
  func equallyHard() throws {
    var state = Self.state()
    var counts = [0.0, 0.0, 0.0]
    for _ in 0..<1000 { counts[try chosen(&state, Wish(score: 5)).variant] += 1 }
    for (count, share) in zip(counts, [0.5, 0.3, 0.2]) { #expect(abs(count - share * 1000) <= 4) }
  }

  @Test("a conversation is told by its key, its user, or its opening; the rest of it does not matter")
  func sessions() {
    let session = { (text: String) in Array(text.utf8).withUnsafeBytes { SessionScan.session(of: $0) } }
    let opening = #"{"role":"system","content":"Be kind."},{"content":[{"type":"text","text":"Hi"}],"role":"user"}"#
    let more = opening + #",{"role":"assistant","content":"Hello"},{"role":"user","content":"Bye"}"#
    #expect(session(#"{"model":"m","messages":[\#(opening)]}"#) != nil)
    #expect(
      session(#"{"model":"m","messages":[\#(opening)]}"#)
        == session(#"{"temperature":1,"messages":[\#(more)],"model":"m"}"#))
    #expect(
      session(#"{"messages":[\#(opening)]}"#)
        != session(#"{"messages":[{"role":"system","content":"Be kind!"},{"role":"user","content":"Hi"}]}"#))
    let keyed = session(#"{"user":"u","prompt_cache_key":"k","messages":[\#(opening)]}"#)
    #expect(keyed == session(#"{"messages":[],"prompt_cache_key":"k"}"#))
    #expect(keyed != session(#"{"user":"u","messages":[\#(opening)]}"#))
    #expect(session(#"{"model":"m","prompt":"x"}"#) == nil)
    #expect(session(#"{"messages":[{"role":"system","content":"only"}]}"#) == nil)
  }

  @Test("the built-in scorers read the body's length and the caller's word")
  func scorers() {
    let body = ByteBuffer(string: "12345").readableBytesView
    #expect(PromptLengthScorer().score(body: body, hint: 0.5) == 5)
    #expect(PromptLengthScorer().score(body: ByteBuffer().readableBytesView, hint: nil) == nil)
    #expect(StatedDifficultyScorer().score(body: body, hint: 0.5) == 0.5)
    #expect(StatedDifficultyScorer().score(body: body, hint: nil) == nil)
  }
}

import NIOCore
import TestSupport
import Testing

@testable import Gateway

func backend(_ port: Int) -> Backend { Backend(host: "127.0.0.1", port: port) }
func variant(_ name: String, _ ports: Int...) -> VariantTarget {
  VariantTarget(name: name, backends: ports.map(backend))
}

@Suite("Dealing out requests")
struct ErrorDiffusionTests {
  @Test("TV-10: a quarter and three quarters give M S M M, repeating")
  func testVector10() {
    var deal = ErrorDiffusion(shares: [0.25, 0.75])
    #expect((0..<12).map { _ in "SM".map(String.init)[deal.next()] }.joined() == "MSMMMSMMMSMM")
  }

  @Test("keeps every count within the number of variants of its share")
  func bounded() {
    var random = Seeded(7)
    for _ in 0..<50 {
      let weights = (0..<Int.random(in: 1...6, using: &random)).map { _ in Double.random(in: 0...1, using: &random) }
      let shares = weights.map { $0 / weights.reduce(0, +) }
      var deal = ErrorDiffusion(shares: shares)
      var counts = Array(repeating: 0, count: shares.count)
      for turn in 1...500 {
        counts[deal.next()] += 1
        for index in shares.indices {
          #expect(abs(Double(counts[index]) - Double(turn) * shares[index]) < Double(shares.count))
        }
      }
    }
  }

  @Test("never picks a variant whose share has become nothing")
  func withdrawn() {
    var deal = ErrorDiffusion(shares: [0.5, 0.5])
    _ = deal.next()
    deal.update(shares: [1, 0])
    #expect((0..<20).allSatisfy { _ in deal.next() == 0 })
    deal.update(shares: [0, 1])
    #expect((0..<20).allSatisfy { _ in deal.next() == 1 })
  }

  @Test("requests that must go to one variant are made up for by the others")
  func sticky() {
    var deal = ErrorDiffusion(shares: [0.5, 0.5])
    for _ in 0..<10 { deal.take(0) }
    #expect((0..<20).count { _ in deal.next() == 1 } == 15, "10 + 5 to the first, 15 to the second")
  }

  @Test("a caller's constraint is kept; where no variant with a share is allowed nobody's turn has passed")
  func constrained() {
    var deal = ErrorDiffusion(shares: [0.5, 0.5])
    #expect(deal.next(among: [1]) == 1)
    #expect(deal.next(among: []) == nil)
    #expect((0..<4).map { _ in deal.next() } == [0, 0, 1, 0])
    var whole = ErrorDiffusion(shares: [1, 0])
    #expect(whole.next(among: [1]) == nil)
  }

  @Test("new shares go on with what each variant is owed, up to a request")
  func update() {
    var deal = ErrorDiffusion(shares: [0.4, 0.6])
    #expect(deal.next() == 1)
    deal.update(shares: [0.5, 0.5])
    #expect(deal.next() == 0, "it is owed 0.4 from before")
    for _ in 0..<1000 { deal.take(0) }
    deal.update(shares: [0.5, 0.5])
    #expect((0..<6).map { _ in deal.next() } == [1, 1, 0, 1, 0, 1], "a thousand are not made up for")
  }
}

/// Backends with so many requests under way, for each variant.
func states(_ inFlight: [Int]...) -> [[BackendState]] {
  inFlight.map { $0.map { BackendState(inFlight: $0) } }
}

@Suite("The order of tries")
struct AttemptPlanTests {
  @Test("is the variant's other backends, the next better, the next cheaper")
  func order() {
    let attempts = AttemptPlan.order(chosen: 1, backends: states([0], [0, 0], [0]), limit: 9)
    #expect(
      attempts == [
        Attempt(variant: 1, backend: 0), Attempt(variant: 1, backend: 1), Attempt(variant: 2, backend: 0),
        Attempt(variant: 0, backend: 0),
      ])
  }

  @Test("goes outwards from either end")
  func ends() {
    let variants = { (chosen: Int) in
      AttemptPlan.order(chosen: chosen, backends: states([0], [0], [0], [0]), limit: 9).map(
        \.variant)
    }
    #expect(variants(0) == [0, 1, 2, 3])
    #expect(variants(3) == [3, 2, 1, 0])
    #expect(variants(2) == [2, 3, 1, 0])
  }

  @Test("has at most so many tries, and begins with the backend that has least to do")
  func limited() {
    let attempts = AttemptPlan.order(chosen: 0, backends: states([3, 1, 2], [0]), limit: 3)
    #expect(attempts.map(\.backend) == [1, 2, 0])
    #expect(attempts.allSatisfy { $0.variant == 0 })
  }

  @Test("has one try for a variant that is alone")
  func exact() {
    let attempts = AttemptPlan.order(chosen: 0, backends: states([0]), limit: 3)
    #expect(attempts == [Attempt(variant: 0, backend: 0)])
  }

  @Test("comes to backends in trouble after all others, but does come to them")
  func trouble() {
    let down = BackendState(inFlight: 0, isInTrouble: true)
    let up = BackendState(inFlight: 5)
    let order = { (backends: [[BackendState]]) in AttemptPlan.order(chosen: 0, backends: backends, limit: 3) }
    #expect(
      order([[down, up], [up]]) == [
        Attempt(variant: 0, backend: 1), Attempt(variant: 1, backend: 0), Attempt(variant: 0, backend: 0),
      ])
    #expect(order([[down], [down]]).map(\.variant) == [0, 1])
    #expect(order([[down]]).count == 1)
  }

  @Test("passes over a backend longer with each failure, and not at all once it was reached")
  func troubleLasts() {
    let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    var trouble = Trouble(first: .seconds(1))
    #expect(!trouble.isPresent(at: start))
    for seconds in [1, 2, 4, 8, 16, 32, 32] as [Int64] {
      trouble.failed(at: start)
      #expect(trouble.isPresent(at: start + .seconds(seconds) - .nanoseconds(1)))
      #expect(!trouble.isPresent(at: start + .seconds(seconds)))
    }
    trouble.succeeded()
    #expect(!trouble.isPresent(at: start))
  }
}

@Suite("The route table")
struct RouteTableTests {
  let table: RouteTable

  init() throws {
    table = try RouteTable(routes: [AliasRoute(alias: "chat", variants: [variant("small", 1), variant("large", 2, 1)])])
  }

  @Test("gives the best variant until a decision is published")
  func undecided() {
    #expect(table.choose(alias: "chat") == Choice(variant: 1, decisionID: nil, why: .undecided))
    #expect(table.choose(alias: "chat")?.variant == 1)
  }

  @Test("deals by the shares in force and names their decision")
  func published() throws {
    try table.publish(alias: "chat", shares: [0.5, 0.5], decisionID: "dec_1")
    let choices = (0..<4).compactMap { _ in table.choose(alias: "chat") }
    #expect(choices.map(\.variant) == [0, 1, 0, 1])
    #expect(choices.allSatisfy { $0.decisionID == "dec_1" && $0.why == .price })
    try table.publish(alias: "chat", shares: [1, 0], decisionID: "dec_2", why: .guarded)
    #expect(table.choose(alias: "chat") == Choice(variant: 0, decisionID: "dec_2", why: .guarded))
  }

  @Test(
    "refuses shares that are none",
    arguments: [[1.0], [0.5, 0.6], [-0.5, 1.5], [.nan, 1], [.infinity, 0], [0.5, 0.25, 0.25]] as [[Double]])
  func badShares(shares: [Double]) {
    #expect(throws: RouteTableError.self) {
      try table.publish(alias: "chat", shares: shares, decisionID: "d")
    }
    #expect(table.choose(alias: "chat")?.why == .undecided)
  }

  @Test("refuses a header with a line end, and an alias it does not have")
  func badPublications() {
    #expect(throws: RouteTableError.self) {
      try table.publish(alias: "chat", shares: [1, 0], decisionID: "d", grid: .sample(text: "a\r\nb"))
    }
    #expect(throws: RouteTableError.self) {
      try table.publish(alias: "small", shares: [1, 0], decisionID: "d")
    }
  }

  @Test("knows each backend once and each name exactly")
  func names() {
    #expect(table.backends == [backend(1), backend(2)])
    #expect(table.names == ["chat", "small", "large"])
    #expect(table.choose(alias: "small") == nil)
    #expect(table.entry(named: "Chat") == nil)
    #expect(table.names(near: "smal") == ["small"])
  }

  @Test(
    "refuses names that mean two things, and variants that nobody serves",
    arguments: [
      [AliasRoute(alias: "", variants: [variant("a", 1)])], [AliasRoute(alias: "x", variants: [])],
      [AliasRoute(alias: "x", variants: [variant("a")])], [AliasRoute(alias: "x", variants: [variant("", 1)])],
      [AliasRoute(alias: "x", variants: [variant("a", 1), variant("a", 1)])],
      [AliasRoute(alias: "x\r\n", variants: [variant("a", 1)])], [AliasRoute(alias: "x", variants: [variant("ü", 1)])],
      [AliasRoute(alias: "x", variants: [variant("a", 0)])], [AliasRoute(alias: "x", variants: [variant("a", 65_536)])],
      [
        AliasRoute(alias: "x", variants: [VariantTarget(name: "a", backends: [Backend(host: "h\n", port: 1)])])
      ],
      [
        AliasRoute(
          alias: "x",
          variants: [
            VariantTarget(
              name: "a", backends: [Backend(host: "h", port: 1, authorization: .key(BackendKey(bearer: "k\n")))])
          ])
      ],
      [AliasRoute(alias: "x", variants: [variant("x", 1)])],
      [AliasRoute(alias: "x", variants: [variant("a", 1)]), AliasRoute(alias: "x", variants: [variant("b", 1)])],
      [AliasRoute(alias: "x", variants: [variant("a", 1)]), AliasRoute(alias: "y", variants: [variant("a", 2)])],
      [AliasRoute(alias: "x", variants: [variant("y", 1)]), AliasRoute(alias: "y", variants: [variant("b", 2)])],
    ])
  func badTables(routes: [AliasRoute]) { #expect(throws: RouteTableError.self) { try RouteTable(routes: routes) } }

  @Test("lets two aliases share a variant")
  func shared() throws {
    let shared = variant("b", 2)
    let table = try RouteTable(routes: [
      AliasRoute(alias: "x", variants: [variant("a", 1), shared]), AliasRoute(alias: "y", variants: [shared]),
    ])
    #expect(table.names == ["x", "y", "a", "b"])
  }

  @Test("never prints a backend's key")
  func secrets() {
    let backend = Backend(host: "h", port: 1, authorization: .key(BackendKey(bearer: "sk-secret")))
    var dumped = ""
    dump(backend, to: &dumped)
    for text in ["\(backend)", String(reflecting: backend), "\(backend.authorization)", dumped] {
      #expect(!text.contains("sk-secret"))
    }
  }
}

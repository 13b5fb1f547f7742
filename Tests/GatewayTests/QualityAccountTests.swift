import Quantities
import TestSupport
import Testing

@testable import Gateway

@Suite("The floor in the deal")
struct QualityAccountTests {
  static let day = Timestamp(milliseconds: 1_614_556_800_000)
  static let names = ["small", "medium", "large"]

  static func promise(
    _ floor: Double, _ qualities: [Double?] = [70, 80, 90], owing debtLimit: Double = 0, opening: Double = 0,
    period: Timestamp = day, standIns: [Int] = []
  ) -> QualityFloor {
    QualityFloor(
      floor: floor, qualities: qualities, period: period, ends: period + .hours(24), debtLimit: debtLimit,
      opening: opening, standIns: standIns)
  }

  static func state(_ shares: [Double], _ promise: QualityFloor) -> AliasState {
    var state = AliasState(count: shares.count, stickiness: nil)
    state.diffusion.update(shares: shares)
    state.keep(promise)
    return state
  }

  /// Deals a request and has it answered at once.
  static func serve(_ state: inout AliasState, _ wish: Wish = Wish(), names: [String] = names) throws -> Decided {
    let decided = try state.choose(wish, names: names).get()
    if let entry = decided.entry { state.settle(entry, answeredBy: decided.variant, units: 1) }
    return decided
  }

  @Test("a floor that the shares just keep turns M S M M into M M M S: the better one comes first")
  func testVector10() throws {
    var state = Self.state([0.25, 0.75], Self.promise(77.5, [70, 80]))
    let picks = try (0..<8).map { _ in try Self.serve(&state, names: ["S", "M"]).variant }
    #expect(picks == [1, 1, 1, 0, 1, 1, 1, 0])
    var loose = Self.state([0.25, 0.75], Self.promise(77.5, [70, 80], owing: 5))
    let plain = try (0..<8).map { _ in try Self.serve(&loose, names: ["S", "M"]).variant }
    #expect(plain == [1, 0, 1, 1, 1, 0, 1, 1])
  }

  @Test("whatever the shares, however they change and whoever fails or leaves, no more is owed than is allowed")
  func property() throws {
    var random = Seeded(61)
    for _ in 0..<60 {
      let count = Int.random(in: 2...5, using: &random)
      let qualities = (0..<count).map { _ in Double.random(in: 50...100, using: &random) }.sorted()
      let floor = Double.random(in: qualities[0]...qualities[count - 1], using: &random)
      let limit = Bool.random(using: &random) ? 0 : Double.random(in: 0...100, using: &random)
      var promise = Self.promise(floor, qualities, owing: limit)
      var state = AliasState(count: count, stickiness: nil)
      let names = (0..<count).map(String.init)
      var (points, served) = (0.0, 0.0)
      var underWay: [(Decided, Bool)] = []
      for _ in 0..<24 {
        var shares = (0..<count).map { _ in Double.random(in: 0...1, using: &random) }
        if Int.random(in: 0..<4, using: &random) == 0 { shares = (0..<count).map { $0 == 0 ? 1 : 0 } }
        state.diffusion.update(shares: shares.map { $0 / shares.reduce(0, +) })
        promise.standIns = [Int.random(in: 0..<count, using: &random)]
        state.keep(promise)
        for _ in 0..<Int.random(in: 1...50, using: &random) {
          underWay.append((try state.choose(Wish(), names: names).get(), Int.random(in: 0..<5, using: &random) > 0))
          while underWay.count > Int.random(in: 0...8, using: &random) {
            let (decided, isAnswered) = underWay.remove(at: Int.random(in: 0..<underWay.count, using: &random))
            state.settle(try #require(decided.entry), answeredBy: isAnswered ? decided.variant : nil, units: 1)
            guard isAnswered else { continue }
            served += 1
            points += qualities[decided.variant]
            #expect(points - floor * served >= -limit - 1e-6, "after \(served) of \(qualities) at \(floor)")
          }
        }
      }
      #expect(served > 100)
    }
  }

  @Test("the floor costs nothing that the shares do not spend: over an interval the counts are the shares'")
  func counts() throws {
    // What is owed at first is paid by more than a thousand requests on the best.
    var state = Self.state([0.6, 0, 0.4], Self.promise(77, opening: -15_000))
    var counts = [0, 0, 0]
    for _ in 0..<20_000 { counts[try Self.serve(&state).variant] += 1 }
    #expect(abs(counts[0] - 12_000) <= 3 && abs(counts[2] - 8000) <= 3)
    let left = try #require(state.account).balance
    #expect(left >= -1e-6)
  }

  @Test("what is owed is paid first, by the best variant with a share, not by a dearer one")
  func debtFirst() throws {
    var state = Self.state([0.5, 0.5, 0], Self.promise(74, opening: -12))
    let picks = try (0..<6).map { _ in try Self.serve(&state).variant }
    #expect(picks.prefix(2) == [1, 1])
    #expect(!picks.contains(2))
    var short = Self.state([1, 0, 0], Self.promise(74, standIns: [1]))
    let first = try Self.serve(&short)
    #expect(first.variant == 1 && first.why == .guarded, "the stand-in serves although it has no share")
    var none = Self.state([1, 0, 0], Self.promise(74))
    #expect(try Self.serve(&none).variant == 2, "without one the best does")
  }

  @Test("a request that failed or whose caller left gave nobody any quality; one under way is not counted on")
  func notServed() throws {
    var state = Self.state([0.5, 0, 0.5], Self.promise(80))
    let first = try state.choose(Wish(), names: Self.names).get()
    #expect(first.variant == 2, "nothing is owed yet, and nothing may be")
    let second = try state.choose(Wish(), names: Self.names).get()
    #expect(second.variant == 2, "the first may fail yet")
    state.settle(try #require(first.entry), answeredBy: nil, units: 1)
    #expect(state.account?.balance == 0)
    state.settle(try #require(second.entry), answeredBy: 2, units: 1)
    #expect(state.account?.balance == 10)
    #expect(try Self.serve(&state).variant == 0)
  }

  @Test("a request of many items is reckoned as the largest so far")
  func items() throws {
    var state = Self.state([0.5, 0, 0.5], Self.promise(80, opening: 25))
    let large = try state.choose(Wish(), names: Self.names).get()
    #expect(large.variant == 0)
    state.settle(try #require(large.entry), answeredBy: 2, units: 4)
    #expect(state.account?.balance == 65)
    var counts = [0, 0, 0]
    for _ in 0..<40 {
      let decided = try state.choose(Wish(), names: Self.names).get()
      counts[decided.variant] += 1
      state.settle(try #require(decided.entry), answeredBy: decided.variant, units: 4)
      #expect(try #require(state.account).balance >= 0)
    }
    #expect(counts[0] > 10)
  }

  @Test("a conversation gives way to the floor, a pinned request counts for it")
  func conversations() throws {
    var state = AliasState(count: 3, stickiness: Stickiness())
    state.diffusion.update(shares: [1, 0, 0])
    state.keep(Self.promise(80, opening: 15))
    #expect(try Self.serve(&state, Wish(session: 1)).variant == 0)
    let next = try Self.serve(&state, Wish(session: 1))
    #expect(next.variant == 2 && next.why == .guarded)
    let pin = Wish(hints: try ChoosingTests.hints([("Dimmer-Pin", "1")]))
    let before = try #require(state.account).balance
    #expect(try Self.serve(&state, pin).variant == 2)
    #expect(state.account?.balance == before + 10)
  }

  @Test("when the period ends before the next decision nothing may be owed, and what was to spare is gone")
  func periodEnds() throws {
    var state = Self.state([1, 0, 0], Self.promise(75, owing: 100, opening: 60))
    #expect(try Self.serve(&state, Wish(received: Self.day + .hours(23.9))).variant == 0)
    let late = try state.choose(Wish(received: Self.day + .hours(23.9)), names: Self.names).get()
    let night = try Self.serve(&state, Wish(received: Self.day + .hours(24.1)))
    #expect(night.variant == 2 && night.why == .guarded)
    state.settle(try #require(late.entry), answeredBy: 0, units: 1)
    #expect(state.account?.balance == 15, "the late one was of the day before")
    state.keep(Self.promise(75, owing: 100))
    #expect(state.account?.balance == 15, "a late word on the day before changes nothing")
    state.keep(Self.promise(75, period: Self.day + .hours(24)))
    #expect(state.account?.balance == 15, "and what was served since midnight counts")
    state.keep(Self.promise(75, opening: -7, period: Self.day + .hours(48)))
    #expect(state.account?.balance == -7, "quality owed by earlier days goes on")
  }

  @Test("a promise that does not fit the alias is refused")
  func unsound() throws {
    let table = try RouteTable(routes: [
      AliasRoute(alias: "chat", variants: [variant("small", 1), variant("large", 2, 1)])
    ])
    for promise in [Self.promise(80), Self.promise(.nan, [1, 2]), Self.promise(80, [1, 2], standIns: [2])] {
      #expect(throws: RouteTableError.self) {
        try table.publish(alias: "chat", shares: [1, 0], decisionID: "d", floor: promise)
      }
    }
  }
}

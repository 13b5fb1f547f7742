import Estimation
import Factors
import Quantities
import Reporting
import TestSupport
import Testing

@testable import Comparing

@Suite("A board's address")
struct BoardQueryTests {
  private static func some<T>(_ values: [T], _ draws: inout Seeded) -> [T] {
    values.filter { _ in Bool.random(using: &draws) }
  }

  private static func random(_ draws: inout Seeded) -> BoardQuery {
    var query = BoardQuery(task: Bool.random(using: &draws) ? .chat : .summarize)
    query.models =
      [ModelChoice("Llama 3.1 8B")]
      + some(
        [
          ModelChoice("GPT-4o", billions: 100...400, activeBillions: 20...60),
          ModelChoice("a & b = ?", billions: 7...7),
          ModelChoice("größer+1%"),
        ], &draws
      ).filter { !$0.name.contains("=") }
    query.accelerators = some(["H100", "B200"], &draws)
    query.precisions = some([.fp8, .int4], &draws)
    query.batches = some([1, 32.5], &draws)
    query.cached = some([0, 0.9], &draws)
    query.regions = some(["DE", "aws:us-east-1", "US-CAL-CISO"], &draws)
    query.times = some(
      [
        .now, .tonight, .later(.hours(3)), .later(.seconds(90)),
        .at(Timestamp(milliseconds: 1_700_000_000_000)),
      ], &draws)
    query.aliases = some(["digits"], &draws)
    query.rows = some(
      [DeclaredRow("No AI: by hand, slowly", [.carbon: 0.2, .latency: 60.5]), DeclaredRow("x", [.quality: 0.25])],
      &draws)
    query.inputTokens = Bool.random(using: &draws) ? Double.random(in: 1...1e4, using: &draws).rounded() : nil
    query.pue = Bool.random(using: &draws) ? "AWS" : nil
    query.wue = Bool.random(using: &draws) ? 0.3 : nil
    query.price = Bool.random(using: &draws) ? 0.123456 : nil
    query.currency = Bool.random(using: &draws) ? "EUR" : "USD"
    query.quality = Bool.random(using: &draws) ? ["Llama 3.1 8B": 0.73] : [:]
    query.sort = Measure.allCases.randomElement(using: &draws) ?? .carbon
    query.filters = some(
      [
        BoardFilter(.latency, .below, 2.5), BoardFilter(.latency, .atMost, 8), BoardFilter(.quality, .atLeast, 0.7),
        BoardFilter(.carbon, .above, 1e-5),
      ], &draws)
    query.limit = Bool.random(using: &draws) ? 7 : nil
    return query
  }

  @Test(
    "A row states each measure once, within what work can cost, and has a name of its own",
    arguments: ["row=a: carbon=1e300 g", "row=a: carbon=1 g, carbon=2 g", "row=a: carbon=1 g&row=a: carbon=2 g"])
  func rows(_ text: String) {
    #expect(throws: BoardError.self) { try BoardQuery(text) }
  }

  @Test("What a board asks for is read again from its address to the last figure")
  func roundTrip() throws {
    var draws = Seeded(6)
    for _ in 0..<300 {
      let query = Self.random(&draws)
      let text = query.text
      #expect(text.allSatisfy { $0.isASCII && !" <>\"'".contains($0) })
      #expect(try BoardQuery(text) == query, "\(text)")
    }
  }

  @Test("A board made from a board's address is the same board")
  func sameBoard() throws {
    let query = Boards.usual + "&time=now&pue=1.2&filter=latency<20s&row=by hand: carbon=0.2 g"
    let board = try Boards.make(query)
    let again = try Boards.make(board.query.text)
    #expect(board.json.text() == again.json.text())
    #expect(BoardPage(board, address: "/compare").html() == BoardPage(again, address: "/compare").html())
  }

  static let mistakes: [(query: String, message: String)] = [
    ("", "name what to compare"),
    ("task=chat", "name what to compare"),
    ("model=Llama 3.1 8B", "name the task"),
    ("task=chta&model=x", "did you mean 'chat'"),
    ("task=chat&model=Llama 3.1 8", "did you mean"),
    ("task=chat&model=Nobody Knows It", "--model \"Nobody Knows It=100:400\""),
    ("task=chat&model=Llama 3.1 8B=8:9", "contradicts its maker"),
    ("task=chat&model=X=9:8", "billions of parameters"),
    ("task=chat&model=X=1e15", "from 0.001 to 20000"),
    ("task=chat&model=X=-3", "from 0.001 to 20000"),
    ("task=chat&model=Llama 3.1 8B&region=Gemany", "did you mean 'Germany'"),
    ("task=chat&model=Llama 3.1 8B&region=DE&year=2001", "there is one for"),
    ("task=chat&model=Llama 3.1 8B&gpu=H1000", "did you mean"),
    ("task=chat&model=Llama 3.1 8B&pue=0.9", "from 1 to 10"),
    ("task=chat&model=Llama 3.1 8B&pue=AWZ", "operator"),
    ("task=chat&model=Llama 3.1 8B&batch=0", "from 1 to 16384"),
    ("task=chat&model=Llama 3.1 8B&batch=nan", "from 1 to 16384"),
    ("task=chat&model=Llama 3.1 8B&cached=1.5", "from 0 to 1"),
    ("task=chat&model=Llama 3.1 8B&wue=-1", "from 0 to 100"),
    ("task=chat&model=Llama 3.1 8B&precision=fp7", "did you mean"),
    ("task=chat&model=Llama 3.1 8B&time=yesterday", "a wait like +3h"),
    ("task=chat&model=Llama 3.1 8B&time=%2B9999h", "at most 14 days"),
    ("task=chat&model=Llama 3.1 8B&sort=carbn", "did you mean 'carbon'"),
    ("task=chat&model=Llama 3.1 8B&filter=latency", "latency<2s"),
    ("task=chat&model=Llama 3.1 8B&filter=latency<2", "for example 1.5 s"),
    ("task=chat&model=Llama 3.1 8B&filter=latncy<2s", "did you mean 'latency'"),
    ("task=chat&model=Llama 3.1 8B&quality=Llama 3.1 9B=0.7", "did you mean 'Llama 3.1 8B'"),
    ("task=chat&model=Llama 3.1 8B&quality=Llama 3.1 8B=73", "from 0 to 1"),
    ("task=chat&model=Llama 3.1 8B&row=by hand", "a name, a colon"),
    ("task=chat&model=Llama 3.1 8B&row=by hand: carbon=-1 g", "0 or more"),
    ("task=chat&model=Llama 3.1 8B&row=by hand: carbon=1", "number with one of"),
    ("task=chat&model=Llama 3.1 8B&width=10", "from 16"),
    ("task=chat&model=Llama 3.1 8B&width=512", "contradict each other"),
    ("task=image&model=FLUX.1 dev&cached=0.5", "contradict each other"),
    ("task=image&model=FLUX.1 dev&precision=fp8", "contradict each other"),
    ("task=image&model=FLUX.1 dev&batch=4", "contradict each other"),
    ("task=image&model=FLUX.1 dev&frames=4", "only a video has frames"),
    ("task=chat&model=GPT-4o=100:400&precision=int4", "no option is possible"),
    ("task=chat&model=Llama 3.1 405B&gpu=L4&alias=nobody", "no measured alias"),
    ("task=chat&model=Llama 3.1 8B&modle=x", "did you mean 'model'"),
    ("task=chat&model=Llama 3.1 8B&currency=euro", "three capitals"),
  ]

  @Test("What cannot be compared is refused with the fix", arguments: mistakes)
  func refused(_ mistake: (query: String, message: String)) throws {
    let error = #expect(throws: (any Error).self) { try Boards.make(mistake.query) }
    #expect("\(error.map { "\($0)" } ?? "")".contains(mistake.message), "\(error.map { "\($0)" } ?? "")")
  }

  @Test("More options than anybody can look at are refused before they are computed")
  func tooMany() throws {
    let many = (1...60).map { "\($0)" }.joined(separator: ",")
    #expect(throws: BoardError.self) {
      try Boards.make("task=chat&model=Llama 3.1 8B&region=DE,FR,PL,SE&batch=\(many)")
    }
  }

  @Test("Tonight is the next time that it is ten where the asker is")
  func tonight() throws {
    let noon = try #require(Timestamp(iso8601: "2026-11-21T12:00:00Z"))
    #expect(BoardTime.tonight.moment(after: noon)?.description.hasPrefix("2026-11-21T22:00") ?? false)
    let berlin = BoardTime.tonight.moment(after: noon, utcOffset: .hours(1))
    #expect(berlin?.description.hasPrefix("2026-11-21T21:00") ?? false)
    let late = BoardTime.tonight.moment(after: noon + .hours(10.5))
    #expect(late?.description.hasPrefix("2026-11-22T22:00") ?? false)
  }
}

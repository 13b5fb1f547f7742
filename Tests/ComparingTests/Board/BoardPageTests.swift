import Foundation
import Reporting
import Testing

@testable import Comparing

@Suite("What a board's page says before its list, and the ways on from it")
struct BoardPageTests {
  @Test("The answer is the best option in sight, and it is sure only of those that it is below with 95 %")
  func answer() throws {
    let board = try Boards.make(
      "row=a: carbon=1 g, quality=0.7&row=b: carbon=1 g, quality=0.9&row=c: carbon=2 g, quality=0.8")
    let answer = try #require(BoardAnswer(board))
    #expect(answer.best.label == "a")
    #expect(answer.surelyWorse.map(\.label) == ["c"])
    #expect(answer.alike.map(\.label) == ["b"] && answer.notTold.isEmpty, "what is as low is not surely higher")
    let words = answer.sureness(\.label)
    #expect(words == "b is the same in this. That is sure: it is lower than the remaining one with 95 % or more.")
    #expect(BoardPage(board).html().contains("Least greenhouse gases: a</h2>"))
    let better = try #require(BoardAnswer(try Boards.make(board.query.text + "&sort=quality")))
    #expect(better.best.label == "b" && better.surelyWorse.map(\.label) == ["c", "a"])
  }

  @Test("Of one model in two formats an estimate does not say which is lower, and the answer says so")
  func notSure() throws {
    let board = try Boards.make("task=chat&model=Llama 3.1 8B&precision=bf16,fp8&region=DE")
    let answer = try #require(BoardAnswer(board))
    #expect(answer.surelyWorse.isEmpty && answer.notTold.count == 1)
    #expect(answer.sureness(\.label).hasPrefix("That is not sure."))
    let sure = try #require(BoardAnswer(try Boards.make(Boards.usual)))
    #expect(sure.notTold.isEmpty && sure.sureness(\.label).hasPrefix("That is sure"))
    let alone = try #require(BoardAnswer(try Boards.make("task=chat&model=Llama 3.1 8B&region=DE")))
    #expect(alone.sureness(\.label).hasPrefix("There is no other"))
  }

  @Test("Each bound stands on the page with the board that it would be without it")
  func bounds() throws {
    let board = try Boards.make(Boards.usual + "&filter=latency<=8s&filter=carbon<0.1 g&limit=1")
    let page = BoardPage(board, address: "/compare").html()
    #expect(page.contains("time at most 8 s") && page.contains("greenhouse gases below 100 mg"))
    #expect(page.contains("at most 1 option"))
    for index in board.query.filters.indices {
      var without = board.query
      without.filters.remove(at: index)
      #expect(page.contains("/compare?\(HTML.escaped(without.text))\">leave out"))
    }
    let nothing = try Boards.make(Boards.usual + "&filter=latency<=1ms")
    let words = BoardPage(nothing, address: "/compare").html()
    #expect(words.contains("No option is within the bounds you set. The nearest to time at most 1 ms is Llama 3.1 8B"))
    #expect(words.contains("Show all 4 without bounds"))
    let unknown = try Boards.make(Boards.usual + "&filter=cost<1")
    #expect(BoardPage(unknown, address: "/compare").html().contains("Cost: not known of any option."))
  }

  @Test("What one place shares with another is the same in both: time and electricity of one model")
  func alike() throws {
    let answer = try #require(BoardAnswer(try Boards.make(Boards.usual + "&sort=latency")))
    #expect(answer.alike.count == 1 && answer.alike[0].choice.model == answer.best.choice.model)
    #expect(answer.surelyWorse.isEmpty && answer.notTold.count == 2, "of two models the quicker one is not sure")
  }

  static let mistakes: [(query: String, words: String, corrected: String?)] = [
    ("task=chat&model=Llama 3.1 8B&region=Gemany,FR", "did you mean", "task=chat&model=Llama 3.1 8B&region=Germany,FR"),
    ("task=chat&model=Lama 3.1 8B&region=DE", "write Lama 3.1 8B=100:400", "task=chat&model=Llama 3.1 8B&region=DE"),
    ("task=chta&model=Llama 3.1 8B", "did you mean", "task=chat&model=Llama 3.1 8B"),
    ("task=chat&model=Llama 3.1 8B&gpu=H1000", "did you mean", "task=chat&model=Llama 3.1 8B&gpu=H100"),
    ("task=chat&model=Llama 3.1 8B&pue=0.2", "(PUE): &#39;0.2&#39; must be a number from 1 to 10", nil),
    ("task=chat", "Name at least one model", nil), ("model=Llama 3.1 8B", "Choose the task", nil),
    ("task=chat&model=Llama 3.1 8B&width=512", "Width and task chat contradict each other", nil),
  ]

  @Test("A mistake is told in the words of the form, with the same board under each near name", arguments: mistakes)
  func told(_ query: String, _ words: String, _ corrected: String?) throws {
    let items = QueryText.items(of: query)
    let error = try #require(throws: (any Error).self) { try Boards.make(query) }
    let page = BoardPage.problem(error, items: items, address: "/compare")
    let main = try #require(page.components(separatedBy: "<main").last)
    #expect(main.contains(words) && !main.contains(" --"), "\(BoardCorrection(error).words)")
    let links = BoardCorrection(error).queries(items).map { QueryText.query(of: $0.items) }
    guard let corrected else {
      #expect(links.isEmpty)
      return
    }
    #expect(links.contains(QueryText.query(of: QueryText.items(of: corrected))), "\(links)")
    #expect(throws: Never.self) { try Boards.make(corrected) }
  }

  @Test("A thousand values on each axis are refused before anything is made")
  func tooMany() throws {
    let many = (1...1000).map { "\(Double($0) / 1000)" }.joined(separator: ",")
    let batches = (1...1000).map(String.init).joined(separator: ",")
    #expect(throws: BoardError.tooMany(1_000_000)) {
      try Boards.make("task=chat&model=Llama 3.1 8B&region=DE&cached=\(many)&batch=\(batches)")
    }
    let places = Array(repeating: "DE", count: 1000).joined(separator: ",")
    let query = try BoardQuery("alias=digits&region=\(places)&time=now,%2B1h,%2B2h")
    #expect(throws: BoardError.tooMany(6000)) { try query.checkCount(of: 2) }
  }

  @Test("An order by what nobody knows is said, and every word on the page that a newcomer lacks is explained")
  func words() throws {
    let page = BoardPage(try Boards.make(Boards.usual + "&sort=cost"), address: "/compare").html()
    #expect(page.contains("Cost: not known of any option. So they stand by electricity."))
    for word in ["mWh", "µL", "mg", "PUE", "Batch", "Estimated", "Greenhouse gases (CO₂e)"] {
      #expect(page.contains("<dt>\(word)</dt>"), "\(word)")
    }
  }
}

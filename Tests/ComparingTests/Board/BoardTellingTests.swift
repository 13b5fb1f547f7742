import Foundation
import Quantities
import Reporting
import Testing

@testable import Comparing

@Suite("A board as text, JSON and page")
struct BoardTellingTests {
  private static let full =
    Boards.usual + "&pue=1.2&wue=0.3&price=0.3&currency=EUR&quality=Llama 3.1 8B=0.73&row=by hand: carbon=0.2 g"

  @Test("Text, JSON and page have the same numbers in the same order")
  func sameNumbers() throws {
    let board = try Boards.make(Self.full)
    let text = board.text().split(separator: "\n").map(String.init)
    let page = BoardPage(board).html()
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(board.json.text().utf8)) as? [String: Any])
    let options = try #require(json["options"] as? [[String: Any]])
    #expect(options.count == 5)
    let rows = page.components(separatedBy: "<li class=\"").filter { $0.contains("<dl class=\"numbers\">") }
    #expect(rows.count == 5)
    for (index, option) in board.shown.enumerated() {
      #expect(options[index]["option"] as? String == option.label)
      let line = try #require(text.first { $0.hasPrefix(option.label + " ") })
      for measure in Measure.allCases {
        let figure = try #require(options[index][measure.key] as? [String: Any])
        guard let value = option.value(measure) else {
          #expect(figure["value"] is NSNull && figure["reason"] is String)
          continue
        }
        // A parser of numbers may be off in the last digit.
        #expect(abs(try #require(figure["value"] as? Double) / value - 1) < 1e-12, "\(option.label) \(measure)")
        let printed = try #require(board.units[measure]).text(value)
        #expect(line.contains(printed), "\(printed) in \(line)")
        #expect(rows[index].contains("<b>\(printed)</b>"), "\(printed)")
      }
      let verdict = try #require(options[index]["carbon_versus_typical"] as? [String: Any])
      #expect(verdict["verdict"] as? String == option.verdict(.carbon).standing.rawValue)
      #expect(line.contains(option.verdict(.carbon).percentText ?? "?"))
      #expect(rows[index].hasPrefix(option.verdict(.carbon).standing.rawValue))
    }
  }

  @Test("Every figure in JSON has value, low, high, origin and method; unknown is null with a reason")
  func contract() throws {
    let board = try Boards.make("task=chat&model=Llama 3.1 8B,Llama 3.3 70B")
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(board.json.text().utf8)) as? [String: Any])
    let typical = try #require(json["typical"] as? [String: [String: Any]])
    #expect(typical["carbon_grams"]?["value"] is NSNull && typical["carbon_grams"]?["reason"] is String)
    for option in try #require(json["options"] as? [[String: Any]]) {
      let energy = try #require(option["energy_joules"] as? [String: Any])
      #expect(Set(energy.keys) == ["value", "low", "high", "origin", "method", "id"])
      let carbon = try #require(option["carbon_grams"] as? [String: Any])
      #expect(carbon["value"] is NSNull && carbon["reason"] is String)
    }
  }

  @Test("What a user wrote stands on the page as text and never as markup")
  func escaping() throws {
    let attack = "<script>alert(1)</script>\"'&"
    let query = QueryText.query(of: [
      ("task", "chat"), ("model", "\(attack)=1:2"), ("region", "DE"), ("row", "\(attack): carbon=1 g"),
      ("quality", "\(attack)=0.5"),
    ])
    let board = try Boards.make(query)
    for page in [
      BoardPage(board).html(), BoardPage(board, address: "/compare").html(),
      BoardPage.problem(
        BoardError.contradiction(attack), items: [("task", attack), ("model", attack), (attack, attack)],
        address: "/compare"),
    ] {
      #expect(!page.contains("<script>alert") && !page.contains("\"'&\""))
      #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    }
  }

  @Test("The page tells no options of the command line, and the file asks nobody for anything")
  func plainPage() throws {
    for query in [Self.full, Boards.usual, "task=chat&model=Llama 3.1 8B&region=DE&time=now,tonight"] {
      let board = try Boards.make(query)
      for page in [BoardPage(board).html(), BoardPage(board, address: "/compare").html()] {
        let body = try #require(page.components(separatedBy: "<main").last?.components(separatedBy: "</main>").first)
        #expect(!body.components(separatedBy: "<script>")[0].contains(" --"), "\(query)")
        #expect(!body.contains("src=") && !body.contains("http://"))
      }
    }
  }

  @Test("Sentences and brackets with options of the command line are left out of plain text, all else stays")
  func withoutFlags() {
    #expect("Idle is not counted (--utilisation)".withoutFlags == "Idle is not counted")
    #expect("It is not known; state one with --pue, for example --pue 1.2".withoutFlags == "It is not known")
    #expect("One thing. Name yours with --gpu".withoutFlags == "One thing.")
    #expect("No 1.5 here. A - b; c.".withoutFlags == "No 1.5 here. A - b; c.")
  }

  @Test("An address with a form carries all of the board, and each sorting link is the board under another order")
  func links() throws {
    let board = try Boards.make(Self.full + "&filter=latency<=30s&filter=carbon<1 g")
    let page = BoardPage(board, address: "/compare").html()
    #expect(page.contains("name=\"max_latency\" value=\"30\""))
    #expect(page.contains("name=\"filter\" value=\"carbon&lt;1g\""))
    #expect(page.contains("name=\"row\" value=\"by hand: carbon=0.2g\""))
    for measure in Measure.allCases where measure != .quality {
      var query = board.query
      query.sort = measure
      #expect(page.contains("/compare?\(HTML.escaped(query.text))"))
    }
  }
}

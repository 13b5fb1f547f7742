import Foundation
import Testing

@Suite("dimmer compare")
struct CompareTests {
  private static let usual = [
    "compare", "--task", "chat", "--model", "Llama 3.1 8B", "--model", "Llama 3.3 70B", "--region", "DE", "--region",
    "FR",
  ]

  @Test("A table for people, a document by contract with --json, a page with --html, all of one board")
  func board() async throws {
    try await Workspace.use { space in
      let page = space.file("board.html")
      let table = try await space.start(Self.usual + ["--html", page]).end()
      #expect(table.status == 0, "\(table.error)")
      #expect(table.output.contains("▼ lower") && table.output.contains("▲ higher"))
      let document = try JSON(try await space.start(Self.usual + ["--json"]).end().output)
      expectContractOfFigures(document, methods: try await space.methods())
      #expect(document["options"].array.count == 4)
      #expect(
        try document["functional_unit"].text() == "one answer: a prompt of 250 tokens and an answer of 400 tokens")
      for option in document["options"].array {
        #expect(table.output.contains(try option["option"].text()))
        #expect(["lower", "typical", "higher"].contains(try option["carbon_versus_typical"]["verdict"].text()))
      }
      #expect(try #require(space.text("board.html")).contains("<ol class=\"board\""))
    }
  }

  static let mistakes: [[String]] = [
    ["compare"], ["compare", "--task", "chta", "--model", "x"], ["compare", "--task", "chat", "--model", "Lama"],
    usual + ["--cached", "2"], usual + ["--time", "later"], usual + ["--gpu", "H1000"], usual + ["--pue", "0.5"],
    usual + ["--width", "512"], usual + ["--column", "x"], usual + ["--series", "a.csv", "--column", "x"],
    usual + ["--series", "a.csv", "--column", "x", "--config", "d.yaml"], usual + ["--limit", "0"],
    ["compare", "--alias", "nobody"],
  ]

  @Test("What cannot be compared ends with 64 and the fix", arguments: mistakes)
  func refused(_ arguments: [String]) async throws {
    try await Workspace.use { space in
      let ending = try await space.start(arguments).end()
      #expect(ending.status == 64 && ending.output.isEmpty && !ending.error.isEmpty, "\(ending.error)")
    }
  }

  @Test("With a series of the grid times are told apart; a file that is not there ends with 66, no intensity with 65")
  func times() async throws {
    try await Workspace.use { space in
      let series = try space.write(
        "ci.csv",
        """
        time,ci_lca_g_per_kwh,load_mw
        2023-06-03T10:00:00Z,500,1
        2023-06-03T11:00:00Z,500,1
        2023-06-03T12:00:00Z,100,1
        2023-06-03T13:00:00Z,100,1

        """)
      let times = [
        "compare", "--task", "chat", "--model", "Llama 3.1 8B", "--region", "DE", "--time", "now", "--time", "+1h",
        "--time", "+2h", "--series",
      ]
      let ending = try await space.start(times + [series, "--column", "ci_lca_g_per_kwh", "--json"]).end()
      #expect(ending.status == 0, "\(ending.error)")
      let options = try JSON(ending.output)["options"].array
      #expect(try options.map { try $0["intensity_grams_per_kwh"]["value"].number() } == [100, 500, 500])
      #expect(try options[0]["time"].text() == "+2h")
      #expect(try options[0]["carbon_versus_typical"]["verdict"].text() == "lower")
      let gone = try await space.start(times + [space.file("no.csv"), "--column", "x"]).end()
      #expect(gone.status == 66)
      let wrong = try await space.start(times + [series, "--column", "load_mw"]).end()
      #expect(wrong.status == 65, "\(wrong.error)")
    }
  }
}

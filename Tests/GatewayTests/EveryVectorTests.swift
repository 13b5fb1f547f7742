import Foundation
import Testing

@Suite("The vectors of variants, switching and the gateway: all of them")
struct EveryVectorTests {
  /// The seventeen, and what each is about.
  private static let vectors: [(number: Int, subject: String)] = [
    (1, "the lower convex hull"), (2, "three intervals and six floors"), (3, "weights of demand"),
    (4, "a constant intensity"), (5, "EfficientNet's ladder"), (6, "California in March"),
    (7, "what timing is worth, told beforehand"), (8, "two variants too far apart"), (9, "CLOVER's score"),
    (10, "error diffusion"), (11, "hysteresis and dwell"), (12, "the guard of the floor"),
    (13, "the carbon of a request"), (14, "SPROUT's programme"), (15, "a meter shared by two requests"),
    (16, "the splice of a body"), (17, "an event stream"),
  ]

  private static let tests = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The numbers that stand as `TV-` and one or two digits in the sentences of a file's tests.
  private static func numbers(in source: String) -> Set<Int> {
    var found: Set<Int> = []
    for part in source.split(separator: "@Test(", omittingEmptySubsequences: false).dropFirst() {
      let quoted = part.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
      guard quoted.count == 3, quoted[0].allSatisfy(\.isWhitespace) else { continue }
      for match in quoted[1].matches(of: /\bTV-(\d{1,2})\b/) { if let number = Int(match.1) { found.insert(number) } }
    }
    return found
  }

  @Test("each of the seventeen has a test that names it", arguments: vectors)
  func all(number: Int, subject: String) throws {
    let files = try #require(FileManager.default.enumerator(at: Self.tests, includingPropertiesForKeys: nil))
    for case let file as URL in files where file.pathExtension == "swift" {
      if Self.numbers(in: try String(contentsOf: file, encoding: .utf8)).contains(number) { return }
    }
    Issue.record("no test names TV-\(number), \(subject)")
  }

  @Test("only a sentence names a vector, and only a whole word")
  func sentences() {
    let mark = "@Test"
    let source = """
      \(mark)("TV-7, and TV-8: both")
      \(mark)(
        "TV-19: wide", arguments: ["TV-20"])
      let text = "TV-21"
      \(mark)("ATV-22 TV-2021 TV- TV-3x") // TV-23
      """
    #expect(Self.numbers(in: source) == [7, 8, 19])
  }
}

import Testing

@testable import Metering

@Suite("Reference vectors: all of them")
struct EveryVectorTests {
  /// The numbers that stand as a capital T and one or two digits, a word of their own, in the sentences of a file's
  /// tests.
  private func numbers(in source: String) -> Set<Int> {
    var found: Set<Int> = []
    for part in source.split(separator: "@Test(", omittingEmptySubsequences: false).dropFirst() {
      let quoted = part.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
      guard quoted.count == 3, quoted[0].allSatisfy(\.isWhitespace) else { continue }
      for word in quoted[1].split(whereSeparator: { !$0.isLetter && !$0.isNumber }) where word.first == "T" {
        if word.count <= 3, let number = Int(word.dropFirst()) { found.insert(number) }
      }
    }
    return found
  }

  private func numbers(below folder: String) -> Set<Int> {
    var found: Set<Int> = []
    for name in Folder.names(at: folder) ?? [] {
      let path = "\(folder)/\(name)"
      if name.hasSuffix(".swift") {
        found.formUnion(numbers(in: String(decoding: FileBuffer().copy(ofFileAt: path) ?? [], as: UTF8.self)))
      } else if !name.contains(".") {
        found.formUnion(numbers(below: path))
      }
    }
    return found
  }

  @Test("each of the fifty has a test that names it")
  func all() throws {
    let folders = #filePath.split(separator: "/")
    let tests = "/" + folders.prefix { $0 != "MeteringTests" }.joined(separator: "/")
    let missing = Set(1...50).subtracting(numbers(below: tests)).sorted()
    #expect(missing.isEmpty, "no test names the vectors \(missing)")
  }

  @Test("only a sentence names a vector, and only a whole word")
  func sentences() {
    let mark = "@Test"
    let source = """
      \(mark)("X7, X8: both")
      \(mark)(
        "X19: wide", arguments: ["X20"])
      let text = "X21"
      \(mark)("AX22 X2021 X X3x") // X23
      """
    let spelled = source.split(separator: "X", omittingEmptySubsequences: false).joined(separator: "T")
    #expect(numbers(in: spelled) == [7, 8, 19])
  }
}

import Linting
import Testing

@Suite("A finding of the linter")
struct LintFindingTests {
  @Test("Two slips on one line stay two findings")
  func distinct() {
    let first = LintFinding(file: "card.md", line: 3, field: "emissions", rule: "a", message: "x")
    let second = LintFinding(file: "card.md", line: 3, field: "emissions", rule: "b", message: "x")
    #expect(Set([first, second, first]).count == 2)
  }
}

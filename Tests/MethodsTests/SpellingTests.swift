import Methods
import Testing

@Suite("Near matches")
struct SpellingTests {
  private let names = ["Germany", "Ghana", "France", "United States", "DE", "GB"]

  @Test(
    "A slip of one letter finds the name", arguments: ["Gemany", "germany", "Grmany", "Gerrmany", "Germnay", "Germny"])
  func slips(_ text: String) { #expect(Spelling.nearest(to: text, in: names).first == "Germany") }

  @Test("A part of a name finds it")
  func parts() { #expect(Spelling.nearest(to: "states", in: names) == ["United States"]) }

  @Test("What is like nothing finds nothing", arguments: ["", "xyzzy", "Atlantis", "qqqqqqqqqqqq"])
  func nothing(_ text: String) { #expect(Spelling.nearest(to: text, in: names) == []) }

  @Test("The best comes first, and not more than asked for")
  func order() {
    let near = Spelling.nearest(
      to: "alpha1", in: ["alpha12", "alpha1", "alpha2", "alpha3", "alpha4", "alpha5"], limit: 3)
    #expect(near.count == 3)
    #expect(near.first == "alpha1")
  }

  @Test("A very long text is answered, not worked on")
  func longText() { #expect(Spelling.nearest(to: String(repeating: "x", count: 1_000_000), in: names) == []) }
}

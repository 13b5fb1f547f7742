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

  @Test(
    "A slip in a word of a longer name finds it",
    arguments: [
      ("H1000", ["NVIDIA H100 PCIe", "NVIDIA H100 SXM5"]), ("gtx4090", []), ("a10g0", ["NVIDIA A10G 24GB"]),
      ("NVIDA", ["NVIDIA A10G 24GB", "NVIDIA H100 PCIe", "NVIDIA H100 SXM5"]),
    ])
  func words(_ text: String, _ near: [String]) {
    let cards = ["NVIDIA H100 SXM5", "NVIDIA H100 PCIe", "NVIDIA A10G 24GB", "L4", "TPUv3 Chip"]
    #expect(Spelling.nearest(to: text, in: cards) == near)
  }

  @Test("Words come only where no whole name is near")
  func wholeFirst() {
    #expect(Spelling.nearest(to: "Llamma", in: ["Llama", "Llama 3.1 8B"]) == ["Llama"])
  }

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

import Foundation
import Linting
import TestSupport
import Testing

@Suite("Files that are not what they seem")
struct HostileFileTests {
  /// What linting may do with anything: findings or an error with its place, soon.
  private func lint(_ bytes: [UInt8], _ name: String) {
    do {
      for finding in try Linter.lint(bytes, file: name).findings { #expect(!finding.message.isEmpty) }
    } catch {
      #expect(!error.problem.isEmpty && error.file == name)
    }
  }

  private static let names = ["a.csv", "a.md", "a.yaml", "a.json", "a"]

  @Test("Random bytes are refused or read, and never stop the program")
  func random() {
    var random = Seeded(corpus: 5)
    for round in 0..<400 {
      let count = Int(random.next() % 400)
      let isText = random.chance(0.7)
      let alphabet = Array("{}[]:,-|#\"'\n\n \t0123456789.eE+%*&?!<>~`kgWhCO2ptimes".utf8)
      let bytes = (0..<count).map { _ in isText ? random.pick(alphabet) : UInt8(truncatingIfNeeded: random.next()) }
      lint(bytes, HostileFileTests.names[round % HostileFileTests.names.count])
    }
  }

  @Test("Files of the corpus with bytes changed, cut and doubled")
  func mutated() {
    var random = Seeded(corpus: 6)
    let files = Corpus.clean(15, seed: 900) + Corpus.slips(65, seed: 900)
    for round in 0..<600 {
      let file = files[round % files.count]
      var bytes = Array(file.text.utf8)
      for _ in 0...(random.next() % 6) {
        guard bytes.count > 4 else { break }
        let place = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 4 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int(random.next() % 40)))
        case 2: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 30)], at: place)
        default: bytes[place] = random.pick(Array("{}[]:,-|#\"\n 9".utf8))
        }
      }
      lint(bytes, random.pick(HostileFileTests.names))
    }
  }

  @Test(
    "Lines are counted as editors count them, whatever else looks like their end",
    arguments: ["\u{0C}", "\u{0B}", "\u{85}", "\u{2028}", "\u{2029}"])
  func lines(_ separator: String) throws {
    let text = "# Card\n\nOne\(separator)two.\r\nThree\rTraining used 650 kWh and emitted 400 gCO2e.\n"
    let finding = try #require(try Linter.lint(Array(text.utf8), file: "card.md").findings.first)
    #expect(finding.line == 5, "\(finding)")
  }

  @Test("Nesting, aliases and long lines are bounded")
  func bombs() {
    let clock = ContinuousClock()
    let took = clock.measure {
      lint(Array(String(repeating: "[", count: 100_000).utf8), "a.json")
      lint(Array(String(repeating: "{\"a\":", count: 100_000).utf8), "a.json")
      lint(Array(String(repeating: "- ", count: 100_000).utf8), "a.yaml")
      var laughs = "a0: &a0 [x, x, x]\n"
      for level in 1..<12 {
        laughs +=
          "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1), *a\(level - 1), *a\(level - 1)]\n"
      }
      lint(Array(laughs.utf8), "a.yaml")
      lint(Array(("energy_kwh,co2_kg\n" + String(repeating: "1,2\n", count: 20_000)).utf8), "a.csv")
      lint(Array(("# A\n" + String(repeating: "12 kWh and 3 kg CO2 at 400 g/kWh, ", count: 1000)).utf8), "a.md")
      lint(Array(("# A\n" + String(repeating: "9", count: 50_000)).utf8), "a.md")
      lint(Array(("a,b\n\"" + String(repeating: "x\n", count: 20_000)).utf8), "a.csv")
      lint(Array(String(repeating: "<", count: 20_000).utf8), "a.md")
      lint(Array(String(repeating: "| ", count: 20_000).utf8), "a.md")
    }
    #expect(took < .seconds(60), "\(took)")
  }

  @Test(
    "Malformed files name line and fix",
    arguments: [
      ("a.csv", "model,energy_kwh\na,1\nb,2,3\n", 3), ("a.csv", "model,note\na,\"open\n", 2),
      ("a.yaml", "a: 1\nb: [1, 2\nc: 3\n", 3), ("a.yaml", "a: 1\na: 2\n", 1), ("a.json", "{\"a\": 1,, }", 1),
      ("a.md", "---\nco2_eq_emissions: [1, 2]\n---\n", 2), ("a.md", "---\na: 1\nb: : 2\n---\n# T\n", 3),
    ])
  func malformed(name: String, text: String, line: Int) throws {
    let error = #expect(throws: LintError.self) { try Linter.lint(Array(text.utf8), file: name) }
    #expect(error?.line == line, "\(error.map(\.description) ?? "")")
  }
}

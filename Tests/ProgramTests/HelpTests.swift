import Foundation
import Testing

@Suite("What --help says can be read and run as it stands")
struct HelpTests {
  /// One command with its words, its help and the defaults of its options.
  private struct Command {
    let words: [String]
    let discussion: String
    let defaults: [String]
  }

  private static func commands(in json: JSON, _ words: [String] = []) -> [Command] {
    let own = words + [json["commandName"].string ?? ""]
    let command = Command(
      words: own, discussion: json["discussion"].string ?? "",
      defaults: json["arguments"].array.compactMap { $0["defaultValue"].string })
    return [command] + json["subcommands"].array.flatMap { commands(in: $0, own) }
  }

  private func all(_ space: Workspace) async throws -> [Command] {
    let dump = try JSON(try await space.dimmer("--experimental-dump-help").output)
    let commands = Self.commands(in: dump["command"])
    try #require(commands.count > 30)
    return commands
  }

  @Test("A default is written as a person writes it, never as the program's own type")
  func defaults() async throws {
    try await Workspace.use { space in
      for command in try await all(space) {
        for text in command.defaults {
          #expect(!text.contains("("), "\(command.words.joined(separator: " ")): \(text)")
        }
      }
    }
  }

  /// The commands of the accounts.
  private static let accounts: Set = [
    "estimate", "compare", "why", "reproduce", "lint", "equivalences", "label", "restate", "calc", "explain",
  ]

  @Test("No line of the accounts' help is broken on a terminal of 80 columns: a broken example does not run")
  func widths() async throws {
    try await Workspace.use { space in
      for command in try await all(space) where command.words.count > 1 && Self.accounts.contains(command.words[1]) {
        for line in command.discussion.split(separator: "\n", omittingEmptySubsequences: false) {
          #expect(line.count <= 80, "\(command.words.joined(separator: " ")): \(line)")
        }
      }
    }
  }

  @Test("Every example of estimate, equivalences, reproduce and calc runs as printed")
  func examples() async throws {
    try await Workspace.use { space in
      try space.write(
        "cycle.json", #"{"phases": [{"phase": "data", "energy": "120MWh", "embodied": "3t"}], "levers": ["caching=3"]}"#
      )
      let folder = (try Programs.path("dimmer") as NSString).deletingLastPathComponent
      let path = "\(folder):\(Programs.environment("PATH") ?? "/usr/bin:/bin")"
      try FileManager.default.createDirectory(atPath: space.file("docs"), withIntermediateDirectories: true)
      var count = 0
      for command in try await all(space) where command.words.count > 1 {
        guard ["estimate", "equivalences", "reproduce", "calc"].contains(command.words[1]) else { continue }
        for example in Self.examples(in: command.discussion) {
          count += 1
          let ending = try await space.start(program: ["sh", "-c", example], environment: ["PATH": path]).end()
          #expect(ending.status == 0, "\(example): \(ending.error)")
        }
      }
      #expect(count > 25, "only \(count) examples were found")
      // The example of a label rests on an estimate that is kept first.
      let label = try await all(space).first { $0.words == ["dimmer", "label"] }
      let kept = try #require(Self.examples(in: label?.discussion ?? "").first { $0.contains("> e.json") })
      #expect(try await space.start(program: ["sh", "-c", kept], environment: ["PATH": path]).end().status == 0)
      let card = try await space.dimmer("label", "--estimate-file", space.file("e.json"))
      #expect(card.status == 0 && card.output.contains("DE, 342 g/kWh (yearly mean of 2024)"), "\(card.output)")
    }
  }

  /// The examples of a help text: lines that begin with a program, with the lines that a backslash ties to them. What
  /// stands far behind one is a remark.
  private static func examples(in text: String) -> [String] {
    var found: [String] = []
    var isOpen = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let isFirst = line.hasPrefix("  dimmer ") || line.hasPrefix("  echo ")
      guard isFirst || isOpen else { continue }
      var words = line.drop { $0 == " " }
      if let remark = words.firstRange(of: "    ") { words = words[..<remark.lowerBound] }
      if isOpen { found[found.count - 1] += " " + words } else { found.append(String(words)) }
      isOpen = words.hasSuffix("\\")
      if isOpen { found[found.count - 1].removeLast() }
    }
    return found
  }
}

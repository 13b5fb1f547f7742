import Foundation
import Testing

@Suite("What a person sees on a terminal, and a program in a pipe")
struct TerminalTests {
  private static let escape = "\u{1B}"

  /// What a shell command shows on a terminal of its own.
  private func onTerminal(_ space: Workspace, _ command: String, environment: [String: String] = [:]) async throws
    -> String
  {
    let tool = try #require(Programs.system("script"))
    let variables = ["TERM": "xterm", "NO_COLOR": ""].merging(environment) { $1 }
    return try await space.start(program: [tool, "-qec", command, "/dev/null"], environment: variables).end().output
  }

  private static let second = "i=0; while [ $i -lt 500000 ]; do i=$((i+1)); done"

  @Test("dimmer run shows a live line with watts, energy and time, and clears it before the label")
  func liveLine() async throws {
    try await Workspace.use { space in
      let shown = try await onTerminal(
        space, "'\(try Programs.path("dimmer"))' run --period 100ms -- sh -c '\(Self.second)'")
      let line = #/\r\u{1B}\[Kdimmer: [0-9.]+ [mµ]?W  [0-9.]+ [mµ]?J  /#
      #expect(shown.contains(line), "\(shown)")
      #expect(shown.contains("energy"))
    }
  }

  @Test("Into a pipe or a file goes no escape sequence, from any command")
  func pipes() async throws {
    try await Workspace.use { space in
      let (ending, summary) = try await space.measure(Self.second, options: ["--period", "100ms", "--region", "DE"])
      #expect(!ending.error.contains(Self.escape) && !ending.error.contains("\r"))
      let id = try summary["run_id"].text()
      for arguments in [
        ["runs"], ["explain", id], ["runs", "show", id], ["methods"], ["methods", "sum"], ["--help"],
      ] {
        let ending = try await space.start(arguments, environment: ["TERM": "xterm-256color"]).end()
        #expect(ending.status == 0)
        #expect(!(ending.output + ending.error).contains(Self.escape), "\(arguments)")
      }
    }
  }

  @Test("NO_COLOR takes the colours, a dumb terminal everything")
  func noColour() async throws {
    try await Workspace.use { space in
      _ = try await space.measure(":")
      let dimmer = try Programs.path("dimmer")
      let commands =
        "'\(dimmer)' runs; '\(dimmer)' methods sum; '\(dimmer)' run --period 100ms -- sh -c '\(Self.second)'"
      let colour = #/\u{1B}\[[0-9;]*m/#
      #expect(try await onTerminal(space, commands).contains(colour), "there are no colours to take")
      #expect(try await !onTerminal(space, commands, environment: ["NO_COLOR": "1"]).contains(colour))
      #expect(try await !onTerminal(space, commands, environment: ["TERM": "dumb"]).contains(Self.escape))
    }
  }

  @Test("The help of every command shows an example of it")
  func help() async throws {
    try await Workspace.use { space in
      var waiting: [[String]] = [[]]
      var seen = 0
      while let command = waiting.popLast() {
        let ending = try await space.start(command + ["--help"]).end()
        #expect(ending.status == 0)
        let text = ending.output
        let name = (["dimmer"] + command).joined(separator: " ")
        let discussion = text.components(separatedBy: "USAGE:")[0]
        #expect(discussion.contains("Example") && discussion.contains(name), "\(name) --help has no example")
        seen += 1
        guard let list = text.components(separatedBy: "SUBCOMMANDS:").dropFirst().first else { continue }
        for match in list.matches(of: #/\n  ([a-z]+) /#) { waiting.append(command + [String(match.1)]) }
      }
      #expect(seen > 14)
      let meter = try await space.start(program: [Programs.path("dimmer-meter"), "--help"]).end()
      #expect(meter.output.contains("Examples:") && meter.status == 0)
    }
  }

  @Test("--version tells one, and an unknown command is refused with 64")
  func version() async throws {
    try await Workspace.use { space in
      let version = try await space.dimmer("--version").output
      #expect(version.wholeMatch(of: #/\d+\.\d+\.\d+\n/#) != nil)
      let wrong = try await space.dimmer("rum")
      #expect(wrong.status == 64)
      let wrongMeter = try await space.start(program: [Programs.path("dimmer-meter"), "sampel"]).end()
      #expect(wrongMeter.status == 64)
    }
  }

  @Test("The meter alone tells what it can read and measures a command")
  func meterAlone() async throws {
    try await Workspace.use { space in
      let meter = try Programs.path("dimmer-meter")
      let sources = try await space.start(program: [meter, "sources"]).end()
      #expect(sources.status == 0 && sources.output.contains("cpu:"), "\(sources.output)")
      let sample = try await space.start(program: [meter, "sample", "--period-ms", "200"]).end()
      #expect(sample.output.contains(#/cpu_watts=[0-9.]+/#), "\(sample.output)")
      let measured = try await space.start(
        program: [
          meter, "measure", "--journal", space.file("m.journal"), "--", "sh", "-c", "\(Self.second); echo out; exit 8",
        ]
      ).end()
      #expect(measured.status == 8 && measured.output == "out\n", "\(measured.error)")
      let journal = try JournalText(path: space.file("m.journal"))
      #expect(journal.leftOver == 0 && journal.first("end") != nil && (journal.runMicrojoules ?? 0) > 0)
    }
  }
}

import Foundation
import TestSupport
import Testing

@Suite("dimmer run leaves the command as it was")
struct RunTests {
  @Test("The command's exit status is Dimmer's", arguments: [0, 1, 3, 64, 127, 200, 255])
  func exitStatus(_ status: Int) async throws {
    try await Workspace.use { space in
      let (ending, summary) = try await space.measure("exit \(status)")
      #expect(ending.status == Int32(status))
      #expect(summary["exit_code"].int == status)
    }
  }

  @Test("A command that is not there is 127, one that can not be run is 126, and neither leaves a record")
  func cannotStart() async throws {
    try await Workspace.use { space in
      for name in ["no-such-command-anywhere", space.file("nothing-here")] {
        let ending = try await space.dimmer("run", "--", name)
        #expect(ending.status == 127)
        #expect(ending.error.contains(name))
      }
      try space.write("plain.txt", "no program\n")
      for name in [space.file("plain.txt"), space.folder] {
        let ending = try await space.dimmer("run", "--", name)
        #expect(ending.status == 126, "\(name): \(ending.error)")
        #expect(ending.error.contains("cannot be run"))
      }
      let runs = try JSON(try await space.dimmer("runs", "list", "--json").output)["runs"].array
      #expect(runs.isEmpty)
      let left = try FileManager.default.contentsOfDirectory(atPath: "\(space.dataFolder)/journal")
      #expect(left.isEmpty, "a journal or context of a command that never started was left: \(left)")
    }
  }

  @Test("Binary data go through the command's stdin and stdout byte for byte, and Dimmer adds nothing to stdout")
  func binaryRoundTrip() async throws {
    try await Workspace.use { space in
      var random = Seeded(7)
      let bytes = Data((0..<3_000_000).map { _ in UInt8(truncatingIfNeeded: random.next()) })
      try bytes.write(to: URL(fileURLWithPath: space.file("in.bin")))
      let ending = try await space.dimmer("run", "--", "cat", input: space.file("in.bin"))
      #expect(ending.status == 0)
      #expect(ending.outputBytes == bytes)
      #expect(ending.error.contains("energy"))
    }
  }

  @Test("The command's arguments, folder and environment are untouched, apart from the run's id for parts of it")
  func surroundings() async throws {
    try await Workspace.use { space in
      let odd = ["", " two words ", "--region", "'\"$HOME`", "é\n", "--"]
      let script = "import sys, os, json; print(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]))"
      let python = try #require(Programs.system("python3"))
      let command = [python, "-c", script] + odd
      let own = try await space.start(program: command, environment: ["MARK": "1"]).end()
      let measured = try await space.start(["run", "--"] + command, environment: ["MARK": "1"]).end()
      let (before, after) = (try JSON(own.output), try JSON(measured.output))
      #expect(after[0].array.map(\.string) == odd.map(Optional.some))
      #expect(after[1].string == space.folder)
      #expect(after[2].keys.subtracting(before[2].keys) == ["DIMMER_RUN_ID"])
      #expect(before[2].keys.subtracting(after[2].keys).isEmpty)
      for key in before[2].keys { #expect(after[2][key].string == before[2][key].string, "\(key)") }
    }
  }

  @Test("The command has the signal mask and the ignored signals that it would have had")
  func signalState() async throws {
    try await Workspace.use { space in
      let look = ["grep", "-E", "^Sig(Blk|Ign):", "/proc/self/status"]
      let own = try await space.start(program: look).end()
      let measured = try await space.start(["run", "--"] + look).end()
      #expect(measured.output == own.output)
      #expect(own.output.contains("SigBlk:\t0000000000000000"))
    }
  }

  @Test("A signal that Dimmer's caller ignores stays ignored in the command")
  func ignoredSignals() async throws {
    try await Workspace.use { space in
      let look = "trap '' HUP PIPE; exec \"$@\" grep SigIgn /proc/self/status"
      let own = try await space.start(program: ["sh", "-c", look, "sh"]).end()
      let measured = try await space.start(program: ["sh", "-c", look, "sh", Programs.path("dimmer"), "run", "--"])
        .end()
      #expect(measured.output == own.output)
      #expect(own.output.contains("1001"))
    }
  }

  @Test("The command gets no file of Dimmer's, only the three it would have had")
  func noExtraDescriptors() async throws {
    try await Workspace.use { space in
      // The tests' own process may lend its children files that it has open just then, so those are closed first. `ls`
      // itself holds one more while it reads the folder.
      let close = "import os, sys; os.closerange(3, 1 << 20); os.execvp(sys.argv[1], sys.argv[1:])"
      let bare = [try #require(Programs.system("python3")), "-c", close]
      let ending = try await space.start(program: bare + [Programs.path("dimmer"), "run", "--", "ls", "/proc/self/fd"])
        .end()
      let own = try await space.start(program: bare + ["ls", "/proc/self/fd"]).end()
      #expect(ending.output == own.output)
    }
  }

  @Test(
    "A command without '--' or with a bad option is refused with status 64 and never started",
    arguments: [
      ["run"], ["run", "--"], ["run", "--pue", "0.5", "--", "touch", "ran"],
      ["run", "--pue", "nan", "--", "touch", "ran"],
      ["run", "--pue", "much", "--", "touch", "ran"], ["run", "--period", "1ms", "--", "touch", "ran"],
      ["run", "--period", "soon", "--", "touch", "ran"], ["run", "--tag", "novalue", "--", "touch", "ran"],
      ["run", "--region", "Gemany", "--", "touch", "ran"], ["run", "--no-such-option", "--", "touch", "ran"],
    ])
  func refusals(_ arguments: [String]) async throws {
    try await Workspace.use { space in
      let ending = try await space.start(arguments).end()
      #expect(ending.status == 64, "\(ending.error)")
      #expect(ending.outputBytes.isEmpty)
      #expect(!ending.error.isEmpty)
      #expect(space.text("ran") == nil)
    }
  }

  @Test("An unknown region names near ones", arguments: [("Gemany", "Germany"), ("aws:us-est-1", "us-east-1")])
  func nearRegions(_ wrong: String, _ near: String) async throws {
    try await Workspace.use { space in
      let flag = try await space.dimmer("run", "--region", wrong, "--", "true")
      #expect(flag.status == 64)
      #expect(flag.error.contains(wrong) && flag.error.contains(near), "\(flag.error)")
      let variable = try await space.dimmer("run", "--", "true", environment: ["DIMMER_REGION": wrong])
      #expect(variable.status == 64 && variable.error.contains(near), "\(variable.error)")
    }
  }
}

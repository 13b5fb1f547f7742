import Foundation
import Testing

@Suite("In bad surroundings the command still runs, and the user is told what to do")
struct SurroundingsTests {
  /// Words before a program that take root's power over file modes from it; none for other users.
  private static let asNobody =
    Programs.isRoot ? ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"] : []

  /// Stops the test where the unprivileged user can not reach the built program.
  private func requireReachable(_ space: Workspace) async throws {
    let look = try await space.start(program: Self.asNobody + ["test", "-x", Programs.path("dimmer")]).end()
    if look.status != 0 { try Test.cancel("an unprivileged user can not reach \(Programs.binaries)") }
  }

  @Test("A data folder that can not be written: the command runs, its status passes, one line tells the fix")
  func lockedFolder() async throws {
    try await Workspace.use { space in
      try await requireReachable(space)
      let locked = space.file("locked")
      try FileManager.default.createDirectory(
        atPath: locked, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o555])
      let variables = ["DIMMER_DATA_DIR": "\(locked)/data"]
      let run = try space.start(
        program: Self.asNobody + [Programs.path("dimmer"), "run", "--", "sh", "-c", "echo out; exit 5"],
        environment: variables)
      let ending = try await run.end()
      #expect(ending.status == 5, "\(ending.error)")
      #expect(ending.output == "out\n")
      #expect(ending.error.contains("\(locked)/data") && ending.error.contains("DIMMER_DATA_DIR"), "\(ending.error)")
      // The fix is told once, not by every part that stumbles over the folder.
      #expect(ending.error.split(separator: "\n").count == 1, "\(ending.error)")
      let list = try space.start(
        program: Self.asNobody + [Programs.path("dimmer"), "runs", "list"], environment: variables)
      let listed = try await list.end()
      #expect(listed.status == 77, "\(listed.error)")
      #expect(listed.error.contains("DIMMER_DATA_DIR"), "\(listed.error)")
    }
  }

  @Test("Without any place for data the run is refused before the command starts, with the fix")
  func noHome() async throws {
    try await Workspace.use { space in
      let bare = ["env", "-i", "PATH=\(Programs.environment("PATH") ?? "/usr/bin:/bin")", try Programs.path("dimmer")]
      let ending = try await space.start(program: bare + ["run", "--", "sh", "-c", "echo out; exit 5"]).end()
      #expect(ending.status == 78, "\(ending.error)")
      #expect(ending.error.contains("DIMMER_DATA_DIR"), "\(ending.error)")
      #expect(ending.outputBytes.isEmpty, "the command ran")
    }
  }

  @Test("Without its meter Dimmer runs the command and says that nothing was measured", arguments: ["absent", "false"])
  func noMeter(_ name: String) async throws {
    try await Workspace.use { space in
      let meter = Programs.system(name) ?? space.file(name)
      let ending = try await space.dimmer(
        "run", "--", "sh", "-c", "echo out; exit 5", environment: ["DIMMER_METER": meter])
      #expect(ending.status == 5)
      #expect(ending.output == "out\n")
      #expect(ending.error.contains(meter) && ending.error.contains("nothing was measured"), "\(ending.error)")
    }
  }

  @Test("A ledger that is damaged is said with its path; the command runs and its journal is kept")
  func damagedLedger() async throws {
    try await Workspace.use { space in
      _ = try await space.measure(":")
      let ledger = "\(space.dataFolder)/ledger.sqlite"
      for tail in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: ledger + tail) }
      try Data(String(repeating: "no database at all ", count: 2000).utf8).write(to: URL(fileURLWithPath: ledger))
      let (ending, summary) = try await space.measure("exit 6")
      #expect(ending.status == 6)
      #expect(ending.error.contains("journal is kept"), "\(ending.error)")
      #expect(summary["exit_code"].int == 6)
      let journal = "\(space.dataFolder)/journal/\(try summary["run_id"].text()).journal"
      #expect(try JournalText(path: journal).first("end") != nil)
      let listed = try await space.dimmer("runs", "list")
      #expect(listed.status == 74 || listed.status == 65, "\(listed.status ?? -1) \(listed.error)")
      #expect(listed.error.contains(ledger), "\(listed.error)")
    }
  }

  @Test("On a full disk the command goes on, the error names the fix, and the record is taken in once there is room")
  func fullDisk() async throws {
    try await Workspace.use { space in
      let tool = try #require(Programs.system("unshare"))
      let namespaces = Programs.isRoot ? ["-m"] : ["-rm"]
      let disk = space.file("disk")
      try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
      let mount = "mount -t tmpfs -o size=1000k none '\(disk)'"
      let tried = try await space.start(program: [tool] + namespaces + ["sh", "-c", mount]).end()
      if tried.status != 0 { try Test.cancel("no private mount namespace here: \(tried.error)") }
      let dimmer = try Programs.path("dimmer")
      try space.write(
        "full.sh",
        """
        set -u
        \(mount)
        mkdir -p '\(disk)/data/journal'
        export DIMMER_DATA_DIR='\(disk)/data'
        # All but some pages are taken, so that the journal can begin and the ledger can not.
        head -c 988k /dev/zero > '\(disk)/filler'
        '\(dimmer)' run --name squeezed --period 20ms -- sh -c 'i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done; echo done; exit 5'
        echo "status $?"
        '\(dimmer)' runs list > full.list 2> full.list.err; echo "list $?"
        rm '\(disk)/filler'
        '\(dimmer)' runs list --json > room.json 2> room.err; echo "list $?"
        """)
      let ending = try await space.start(program: [tool] + namespaces + ["sh", space.file("full.sh")]).end()
      #expect(ending.output.hasPrefix("done\nstatus 5\n"), "\(ending.output) \(ending.error)")
      #expect(ending.error.contains("full") || ending.error.contains("no space left"), "\(ending.error)")
      #expect(
        ending.error.contains("DIMMER_DATA_DIR") || ending.error.contains("free"), "no fix is told: \(ending.error)")
      #expect(ending.output.contains("list 74"), "\(ending.output) \(space.text("full.list.err") ?? "")")
      #expect(ending.output.hasSuffix("list 0\n"), "\(ending.output) \(space.text("room.err") ?? "")")
      let runs = try JSON(file: space.file("room.json"))["runs"].array
      #expect(runs.map { $0["name"].string } == ["squeezed"], "\(space.text("room.err") ?? "")")
    }
  }

  @Test("A reader that goes away early does not make a command crash")
  func brokenPipe() async throws {
    try await Workspace.use { space in
      let dimmer = try Programs.path("dimmer")
      let script = "{ '\(dimmer)' methods --json; echo $? > status; } | head -c 10"
      let ending = try await space.start(program: ["sh", "-c", script]).end()
      #expect(ending.outputBytes.count == 10)
      #expect(space.text("status") == "0\n")
    }
  }
}

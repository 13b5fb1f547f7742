import Foundation
import Testing

@Suite("One meter serves a host")
struct MeterServiceTests {
  /// A meter that serves at a socket of the test's own.
  private static func serve(_ space: Workspace, _ name: String = "m") async throws -> (
    program: StartedProgram, socket: String
  ) {
    let socket = space.file("\(name).sock")
    let service = try space.start(program: [Programs.path("dimmer-meter"), "serve", "--socket", socket])
    try await eventually("the meter serves") { FileManager.default.fileExists(atPath: socket) }
    return (service, socket)
  }

  /// Python that talks with a meter line by line; `ask(text, end)` gives the lines up to one that begins with `end`.
  private static let talk = """
    import array, os, socket, subprocess, sys, time
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(20)
    s.connect(sys.argv[1])
    f = s.makefile("r")
    def ask(text, *ends, fd=None):
        data = (text + "\\n").encode()
        if fd is None: s.sendall(data)
        else: s.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))])
        lines = []
        while True:
            line = f.readline()
            if not line: raise SystemExit("the meter hung up after " + repr(lines))
            lines.append(line.strip())
            if lines[-1].split()[0] in ends: return lines
    def terms(line):
        return {k: v for k, v in (w.split("=", 1) for w in line.split()[1:])}
    def spin(seconds):
        limit = time.process_time() + seconds
        while time.process_time() < limit: pass

    """

  private static func talk(_ space: Workspace, _ socket: String, _ script: String) async throws -> Ending {
    let python = try #require(Programs.system("python3"))
    let file = try space.write("talk-\(UUID().uuidString).py", talk + script)
    return try await space.start(program: [python, file, socket]).end(within: .seconds(60))
  }

  private static let burner = "i=0; while [ $i -lt 600000 ]; do i=$((i+1)); done"

  @Test("Two runs share one meter; each has its own work, and each account is whole")
  func twoRuns() async throws {
    try await Workspace.use(.alone) { space in
      let (service, socket) = try await Self.serve(space)
      let runs = try (0..<2).map { number in
        try space.start(
          ["run", "--summary", space.file("\(number).json"), "--period", "200ms", "--", "sh", "-c", Self.burner],
          environment: ["DIMMER_METER_SOCKET": socket])
      }
      for run in runs {
        let ending = try await run.end()
        #expect(ending.status == 0, "\(ending.error)")
      }
      // Nobody has started a meter beside the one that serves.
      #expect(ProcessEntry.naming(space.folder).filter { $0.name == "dimmer-meter" }.map(\.pid) == [service.pid])
      for number in 0..<2 {
        let summary = try JSON(file: space.file("\(number).json"))
        let journal = try JournalText(
          path: "\(space.dataFolder)/journal/\(try summary["run_id"].text()).journal")
        let exit = try #require(journal.first("exit"))
        let used = try ["utime_us", "stime_us"].reduce(0.0) {
          try $0 + Double(#require(exit.fields[$1]))! / 1e6
        }
        let counted = try summary["cpu_seconds"]["run"].number()
        #expect(abs(counted - used) <= 0.01 * used + 0.04, "counted \(counted) s, used \(used) s")
        let terms = summary["conservation"]
        let parts = ["attributed", "idle", "self", "unattributed"].compactMap { terms["\($0)_microjoules"].int }
        #expect(parts.count == 4 && parts.reduce(0, +) == terms["host_microjoules"].int)
      }
      service.signal(SIGTERM)
      #expect(try await service.end().status == 0)
      #expect(!FileManager.default.fileExists(atPath: socket))
    }
  }

  @Test("The meter is killed while a command runs: the run goes on with one of its own and all is on record")
  func killedService() async throws {
    try await Workspace.use { space in
      let (service, socket) = try await Self.serve(space)
      let script = "while [ ! -e '\(space.file("stop"))' ]; do i=$((i+1)); done; exit 3"
      let run = try space.start(
        ["run", "--summary", space.file("s.json"), "--period", "100ms", "--", "sh", "-c", script],
        environment: ["DIMMER_METER_SOCKET": socket])
      try await eventually("samples are written") { try space.journalBytes() > 2000 }
      service.signal(SIGKILL)
      let written = try space.journalBytes()
      try await eventually("another meter takes over") { try space.journalBytes() > written + 2000 }
      try space.write("stop", "")
      let ending = try await run.end()
      #expect(ending.status == 3)
      #expect(ending.error.contains("the meter was stopped while the command ran"))
      let summary = try JSON(file: space.file("s.json"))
      let journal = try JournalText(path: "\(space.dataFolder)/journal/\(try summary["run_id"].text()).journal")
      let exit = try #require(journal.first("exit"))
      let used = try ["utime_us", "stime_us"].reduce(0.0) { try $0 + Double(#require(exit.fields[$1]))! / 1e6 }
      let counted = try summary["cpu_seconds"]["run"].number()
      #expect(abs(counted - used) <= 0.01 * used + 0.04, "counted \(counted) s, used \(used) s")
    }
  }

  @Test("A client that is killed leaves its run to the meter, which sees it to its end")
  func killedClient() async throws {
    try await Workspace.use { space in
      let (_, socket) = try await Self.serve(space)
      let script = "while [ ! -e '\(space.file("stop"))' ]; do sleep 0.05; done; exit 3"
      let run = try space.start(
        ["run", "--name", "left", "--period", "100ms", "--", "sh", "-c", script],
        environment: ["DIMMER_METER_SOCKET": socket])
      try await eventually("samples are written") { try space.journalBytes() > 1500 }
      run.signal(SIGKILL)
      let written = try space.journalBytes()
      try await eventually("the meter goes on") { try space.journalBytes() > written + 1000 }
      let early = try JSON(try await space.dimmer("runs", "list", "--json").output)["runs"].array
      #expect(early.isEmpty, "a run that is still measured was closed: \(early)")
      try space.write("stop", "")
      try await eventually("the journal has its end") {
        let folder = "\(space.dataFolder)/journal"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".journal") }
        return try names.allSatisfy { try JournalText(path: "\(folder)/\($0)").first("end") != nil }
      }
      let runs = try JSON(try await space.dimmer("runs", "list", "--json").output)["runs"].array
      #expect(runs.count == 1 && runs[0]["name"].string == "left" && runs[0]["status"].string == "done")
    }
  }

  @Test("Two meters never serve at one place, and one that was killed leaves the place free")
  func twoServices() async throws {
    try await Workspace.use { space in
      let (service, socket) = try await Self.serve(space)
      let meter = try Programs.path("dimmer-meter")
      let second = try await space.start(program: [meter, "serve", "--socket", socket]).end()
      #expect(second.status == 69)
      #expect(second.error.contains("another meter serves at \(socket)"))
      service.signal(SIGKILL)
      _ = try await service.end()
      #expect(FileManager.default.fileExists(atPath: socket))
      let third = try space.start(program: [meter, "serve", "--socket", socket])
      try await eventually("the next one serves") { third.errorText.contains("serving at") }
      let talked = try await Self.talk(space, socket, "print(ask('sources', 'done')[-1])")
      #expect(talked.output == "done\n", "\(talked.error)")
    }
  }

  @Test("A second lease in a tree that is measured already is told whose part it is; its joules are in both")
  func nested() async throws {
    try await Workspace.use(.alone) { space in
      let (_, socket) = try await Self.serve(space)
      let ending = try await Self.talk(
        space, socket,
        """
        first = ask(f"open run=run_a pid={os.getpid()}", "opened", "error")[-1]
        second = ask(f"open run=run_b pid={os.getpid()} period_ms=100", "opened", "error")[-1]
        child = subprocess.Popen(["sleep", "60"])
        third = ask(f"open run=run_c pid={child.pid}", "opened", "error")[-1]
        other = ask(f"open run=run_d pid={os.getppid()}", "opened", "error")[-1]
        spin(0.5)
        for line in (first, second, third, other): print(terms(line).get("parent"))
        for line in (second, first, third):
            sample = ask(f"close lease={terms(line)['lease']}", "closed", "error")[0]
            print(int(terms(sample)["time"].split(",")[1]) / 1e9)
        child.kill()
        """)
      let lines = ending.output.split(separator: "\n").map(String.init)
      try #require(lines.count == 7, "\(ending.output) \(ending.error)")
      #expect(Array(lines[..<4]) == ["None", "run_a", "run_b", "None"])
      let seconds = lines[4...].compactMap { Double($0) }
      #expect(seconds[1] >= seconds[0] && seconds[0] >= 0.45, "\(seconds)")
      #expect(seconds[2] < 0.1, "\(seconds)")
    }
  }

  @Test("Another user is told of their own share only, and may not have others measured")
  func otherUser() async throws {
    guard Programs.isRoot, let drop = Programs.system("setpriv") else {
      print("skipped: only root can serve another user")
      return
    }
    try await Workspace.use { space in
      let (_, socket) = try await Self.serve(space)
      // The other user reads neither our build nor our folder.
      let folder = "/tmp/dimmer-other-\(UUID().uuidString.prefix(8))"
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o777])
      defer { try? FileManager.default.removeItem(atPath: folder) }
      chmod(folder, 0o777)
      chmod(space.folder, 0o755)
      for name in ["dimmer", "dimmer-meter"] {
        // By another process: a program that somebody holds open for writing cannot be started.
        #expect(try await space.start(program: ["cp", Programs.path(name), folder]).end().status == 0)
      }
      let run = try space.start(
        program: [
          drop, "--reuid=65534", "--regid=65534", "--clear-groups", "\(folder)/dimmer", "run", "--summary",
          "\(folder)/s.json", "--", "sh", "-c", Self.burner,
        ], environment: ["DIMMER_METER_SOCKET": socket, "DIMMER_DATA_DIR": "\(folder)/data", "HOME": folder])
      let ending = try await run.end()
      #expect(ending.status == 0, "\(ending.error)")
      let summary = try JSON(file: "\(folder)/s.json")
      #expect(try summary["energy_joules"]["value"].number() > 0)
      #expect(summary["conservation"]["host_microjoules"].int == nil)
      #expect(summary["conservation_reason"].string?.contains("own share only") == true)
      let journal = try JournalText(path: "\(folder)/data/journal/\(try summary["run_id"].text()).journal")
      #expect(journal.first("begin")?.fields["scope"] == "share")
      #expect(journal.samples.last?.fields["cpu"] != nil)
      for sample in journal.samples {
        #expect(sample.fields.keys.allSatisfy { !$0.hasPrefix("at.") }, "raw counters are shown")
        guard let terms = sample.fields["cpu"]?.split(separator: ",") else { continue }
        #expect(terms[0] == terms[1] && terms[2...].allSatisfy { $0 == "0" })
      }
      // A Python of root's own is of no use to another user.
      let python = "/usr/bin/python3"
      guard FileManager.default.isExecutableFile(atPath: python) else {
        print("skipped: what another user may ask for, without \(python)")
        return
      }
      let script = try space.write(
        "other.py",
        Self.talk + """
          print(ask("open run=run_x pid=1", "opened", "error")[-1])
          fd = os.open("/proc/self/status", os.O_RDONLY)
          print(ask("open run=run_y", "opened", "error", fd=fd)[-1])
          """)
      chmod(script, 0o644)
      let talked = try await space.start(
        program: [drop, "--reuid=65534", "--clear-groups", python, script, socket]
      ).end()
      let answers = talked.output.split(separator: "\n").map { $0.removingPercentEncoding ?? "" }
      try #require(answers.count == 2, "\(talked.error)")
      #expect(answers[0].hasPrefix("error") && answers[0].contains("another user's"))
      #expect(answers[1].hasPrefix("error") && answers[1].contains("journal"))
    }
  }

  @Test("Whatever a client says, the others are served on")
  func hostile() async throws {
    try await Workspace.use { space in
      let (service, socket) = try await Self.serve(space)
      let ending = try await Self.talk(
        space, socket,
        """
        import random
        mine = terms(ask(f"open run=run_a pid={os.getpid()}", "opened", "error")[-1])["lease"]
        random.seed(7)
        for kind in range(60):
            bad = socket.socket(socket.AF_UNIX)
            bad.settimeout(5)
            bad.connect(sys.argv[1])
            try:
                if kind == 0: bad.sendall(b"x" * 200000)
                elif kind == 1: bad.sendall(b"open run=r pid=-1\\nopen\\nopen run=r period_ms=1\\nread lease=999\\n")
                elif kind == 2: bad.sendall(b"close lease=" + mine.encode() + b"\\n")
                elif kind == 3: bad.sendall(b"open run=r\\n")
                elif kind == 4: bad.sendall(b"open run=r pid=99999999\\n" * 500)
                else: bad.sendall(bytes(random.randrange(256) for _ in range(random.randrange(3000))) + b"\\n")
            except OSError: pass
            bad.close()
        crowd = []
        for _ in range(300):
            one = socket.socket(socket.AF_UNIX)
            one.connect(sys.argv[1])
            crowd.append(one)
        print(ask(f"read lease={mine}", "sample", "error")[-1].split()[0])
        path = os.path.join(os.path.dirname(sys.argv[1]), "full")
        with open(path, "w") as file: file.write("precious")
        for flags in (os.O_RDWR, os.O_RDWR | os.O_APPEND, os.O_WRONLY | os.O_APPEND):
            fd = os.open(path, flags)
            print(ask("open run=run_j", "opened", "error", fd=fd)[-1].split()[0])
            os.close(fd)
        print(open(path).read())
        """)
      #expect(ending.output == "sample\nerror\nerror\nerror\nprecious\n", "\(ending.error)")
      #expect(service.isRunning)
    }
  }
}

extension MeterServiceTests {
  @Test("Processes that run already are measured from then on, and notice nothing")
  func attached() async throws {
    try await Workspace.use(.alone) { space in
      let python = try #require(Programs.system("python3"))
      try space.write(
        "work.py",
        """
        import time
        limit = time.process_time() + 1.5
        while time.process_time() < limit: pass
        time.sleep(0.3)
        """)
      let work = try space.start(program: [python, space.file("work.py")])
      let run = try await space.dimmer(
        "run", "--attach", "\(work.pid)", "--summary", space.file("s.json"), "--period", "100ms",
        environment: ["DIMMER_RUN_ID": "run_01k00000000000000000000000"])
      #expect(run.status == 0, "\(run.error)")
      let summary = try JSON(file: space.file("s.json"))
      #expect(summary["status"].string == "done")
      // It is no part of the run that it was attached from.
      let begin = try #require(
        JournalText(path: "\(space.dataFolder)/journal/\(try summary["run_id"].text()).journal").first("begin"))
      #expect(begin.fields["parent"] == nil)
      #expect(summary["exit_code"].int == nil)
      let used = try await work.end().cpuSeconds
      let counted = try summary["cpu_seconds"]["run"].number()
      #expect(counted > 0.5 && counted <= used + 0.03, "counted \(counted) s, used \(used) s")
      #expect(summary["command"].array.compactMap(\.string).last?.hasSuffix("work.py") == true)
    }
  }

  @Test("A control group is measured by its own counter until it is removed")
  func group() async throws {
    let folder = "/sys/fs/cgroup/cpuacct/dimmer-\(UUID().uuidString.prefix(8))"
    guard mkdir(folder, 0o755) == 0 else {
      print("skipped: no control group can be made at \(folder)")
      return
    }
    defer { rmdir(folder) }
    try await Workspace.use(.alone) { space in
      let script = """
        echo $$ > \(folder)/cgroup.procs; echo > \(space.file("in"))
        while [ ! -e '\(space.file("go"))' ]; do sleep 0.02; done
        k=0; while [ $k -lt 300 ]; do /bin/true; k=$((k+1)); done
        """
      let work = try space.start(program: ["sh", "-c", script])
      try await eventually("the group has its process") { space.text("in") != nil }
      let run = try space.start([
        "run", "--cgroup", folder, "--summary", space.file("s.json"), "--period", "100ms",
      ])
      try await eventually("samples are written") { try space.journalBytes() > 1000 }
      let before = try #require(Double(String(contentsOfFile: "\(folder)/cpuacct.usage", encoding: .utf8).dropLast()))
      try space.write("go", "")
      _ = try await work.end()
      let used = try #require(Double(String(contentsOfFile: "\(folder)/cpuacct.usage", encoding: .utf8).dropLast()))
      let written = try space.journalBytes()
      try await eventually("two looks are taken after its end") { try space.journalBytes() > written + 700 }
      #expect(rmdir(folder) == 0)
      #expect(try await run.end().status == 0)
      let summary = try JSON(file: space.file("s.json"))
      #expect(summary["status"].string == "done")
      let counted = try summary["cpu_seconds"]["run"].number()
      // Nothing of what its children did is missing; the little before the baseline is not the run's.
      #expect(counted >= 0.99 * (used - before) / 1e9 && counted <= used / 1e9, "counted \(counted) s of \(used / 1e9)")
    }
  }

  @Test("Ctrl-C ends the measurement, not what is measured")
  func detached() async throws {
    try await Workspace.use { space in
      let work = try space.start(program: ["sleep", "600"])
      let run = try space.start([
        "run", "--attach", "\(work.pid)", "--summary", space.file("s.json"), "--period", "50ms",
      ])
      try await eventually("samples are written") { try space.journalBytes() > 1500 }
      run.signal(SIGINT)
      #expect(try await run.end().status == 0)
      #expect(work.isRunning)
      let summary = try JSON(file: space.file("s.json"))
      #expect(summary["status"].string == "done")
      #expect(summary["reason"].string == "measured until it was told to stop")
    }
  }

  @Test("What cannot be attached to is told with the fix")
  func notThere() async throws {
    try await Workspace.use { space in
      let gone = try await space.dimmer("run", "--attach", "99999999")
      #expect(gone.status == 66)
      #expect(gone.error.contains("there is no process 99999999"))
      let both = try await space.dimmer("run", "--attach", "1", "--", "true")
      #expect(both.status == 64)
    }
  }
}

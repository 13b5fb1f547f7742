import Foundation
import Testing

@Suite("Signals to dimmer run reach the command, and both end alike")
struct RunSignalTests {
  @Test(
    "A signal sent to Dimmer ends the command and then Dimmer by the same signal",
    arguments: [SIGTERM, SIGINT, SIGHUP, SIGUSR1])
  func defaultAction(_ number: Int32) async throws {
    try await Workspace.use { space in
      let run = try space.start(
        ["run", "--summary", space.file("s.json"), "--", "python3", "-c", Self.waiting(ready: space.file("ready"))])
      try await eventually("the command is there") { space.text("ready") == "x" }
      run.signal(number)
      let ending = try await run.end()
      #expect(ending.signal == number)
      let summary = try JSON(file: space.file("s.json"))
      #expect(summary["exit_code"].int == 128 + Int(number))
      #expect(summary["status"].string == "failed")
      #expect(ProcessEntry.naming(space.folder).isEmpty)
    }
  }

  @Test("A command that handles the signal decides the ending", arguments: [SIGTERM, SIGINT])
  func handled(_ number: Int32) async throws {
    try await Workspace.use { space in
      let script = """
        import signal, sys, time
        signal.signal(\(number), lambda *_: sys.exit(9))
        with open("\(space.file("ready"))", "w") as file: file.write("x")
        while True: time.sleep(0.05)
        """
      let run = try space.start(["run", "--", "python3", "-c", script])
      try await eventually("the command is there") { space.text("ready") == "x" }
      run.signal(number)
      #expect(try await run.end().status == 9)
    }
  }

  @Test("A terminal's Ctrl-C, which reaches the whole group, is given to the command once")
  func group() async throws {
    try await Workspace.use { space in
      let script = """
        import signal, sys, time
        caught = 0
        def catch(*_):
            global caught
            caught += 1
        signal.signal(signal.SIGINT, catch)
        with open("\(space.file("ready"))", "w") as file: file.write("x")
        while caught == 0: time.sleep(0.01)
        for _ in range(30): time.sleep(0.01)
        sys.exit(40 + caught)
        """
      // The terminal driver sends as the kernel does; `script` gives a terminal, and typing ETX is Ctrl-C.
      let tool = try #require(Programs.system("script"))
      let python = try #require(Programs.system("python3"))
      try space.write("c.py", script)
      let keys = space.file("keys")
      #expect(mkfifo(keys, 0o600) == 0)
      // Without `exec` a shell may stay between, and it answers an interrupt with its own status.
      let command = "exec \(try Programs.path("dimmer")) run -- \(python) \(space.file("c.py"))"
      // A FIFO opened for both directions does not wait for the other side.
      let writer = open(keys, O_RDWR | O_CLOEXEC)
      defer { close(writer) }
      let run = try space.start(program: [tool, "-qec", command, space.file("typescript")], input: keys)
      try await eventually("the command is there") { space.text("ready") == "x" }
      _ = write(writer, "\u{3}", 1)
      #expect(try await run.end().status == 41)
    }
  }

  @Test("Signals that end nobody go through, too")
  func passedOn() async throws {
    try await Workspace.use { space in
      let script = """
        import signal, sys, time
        def got(*_):
            with open("\(space.file("got"))", "w") as file: file.write("x")
        signal.signal(signal.SIGUSR2, got)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        with open("\(space.file("ready"))", "w") as file: file.write("x")
        while True: time.sleep(0.01)
        """
      let run = try space.start(["run", "--", "python3", "-c", script])
      try await eventually("the command is there") { space.text("ready") == "x" }
      run.signal(SIGUSR2)
      try await eventually("the command has the signal") { space.text("got") != nil }
      run.signal(SIGTERM)
      #expect(try await run.end().status == 0)
    }
  }

  @Test("A command that kills itself makes Dimmer end by that signal")
  func ownSignal() async throws {
    try await Workspace.use { space in
      let (ending, summary) = try await space.measure("kill -SEGV $$")
      #expect(ending.signal == SIGSEGV)
      #expect(summary["exit_code"].int == 128 + Int(SIGSEGV))
    }
  }

  private static func waiting(ready: String) -> String {
    """
    import signal, time
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with open("\(ready)", "w") as file: file.write("x")
    time.sleep(600)
    """
  }
}

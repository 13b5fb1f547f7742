import Foundation
import Testing

@Suite("Each process gets the CPU time that it used, and nobody else's", .serialized)
struct AttributionTests {
  /// CPU seconds that the kernel counts for a process and its waited-for children, and busy and idle seconds of the
  /// machine over the same time, written by the command itself.
  private struct Usage {
    let own: Double
    let idle: Double
    let capacity: Double

    init(_ path: String) throws {
      let document = try JSON(file: path)
      own = try document["own"].number()
      idle = try document["idle"].number()
      capacity = try document["capacity"].number()
    }
  }

  /// Python that runs `work` in a child and then writes a ``Usage`` to `path`: the kernel's count for itself and for
  /// the child and whatever that waited for, its own start and end included.
  private static func counting(_ work: String, to path: String) -> String {
    """
    import json, os, resource, subprocess, sys, time

    def machine():
        ticks = [int(word) for word in open("/proc/stat").readline().split()[1:9]]
        return sum(ticks) / os.sysconf("SC_CLK_TCK"), (ticks[3] + ticks[4]) / os.sysconf("SC_CLK_TCK")

    def spin(seconds):
        limit = time.process_time() + seconds
        while time.process_time() < limit:
            sum(range(20000))

    if len(sys.argv) > 1:
    \(work.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))
    else:
        before = machine()
        subprocess.run([sys.executable, __file__, "work"], check=True)
        after = machine()
        both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        own = sum(usage.ru_utime + usage.ru_stime for usage in both)
        document = {"own": own, "capacity": after[0] - before[0], "idle": after[1] - before[1]}
        with open("\(path)", "w") as file: file.write(json.dumps(document))
    """
  }

  /// 1 % and a clock tick for each of the processes, which is as fine as the kernel tells.
  private func expectOwn(
    _ summary: JSON, _ usage: Usage, processes: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let run = try summary["cpu_seconds"]["run"].number()
    #expect(
      abs(run - usage.own) <= 0.01 * usage.own + 0.02 * processes, "counted \(run) s, used \(usage.own) s",
      sourceLocation: sourceLocation)
  }

  private func expectMachine(_ summary: JSON, _ usage: Usage, sourceLocation: SourceLocation = #_sourceLocation) throws
  {
    let cpu = summary["cpu_seconds"]
    let (idle, capacity) = (try cpu["idle"].number(), try cpu["capacity"].number())
    // The meter's window contains Python's: what it adds (the start of Python) is somewhere between busy and idle.
    // Both counts come in clock ticks for each processor, so four ticks at either end are nobody's fault.
    let slack = 0.08
    #expect(
      idle >= usage.idle - slack && idle <= usage.idle + (capacity - usage.capacity) + slack,
      "idle \(idle) of \(capacity) s, \(usage.idle) of \(usage.capacity) s",
      sourceLocation: sourceLocation)
    // Below a clock tick for each of two processors and the process, nobody can tell.
    let (unattributed, busy) = (try cpu["unattributed"].number(), try cpu["busy"].number())
    #expect(
      unattributed <= 0.01 * busy + 0.03, "\(unattributed) of \(busy) busy seconds belong to nobody",
      sourceLocation: sourceLocation)
  }

  private func start(_ space: Workspace, _ name: String, work: String, python: String) throws -> StartedProgram {
    try space.write("\(name).py", Self.counting(work, to: space.file("\(name).usage")))
    return try space.start([
      "run", "--summary", space.file("\(name).json"), "--period", "500ms", "--", python, space.file("\(name).py"),
    ])
  }

  @Test("Two runs at once beside an unrelated busy process each get their own")
  func neighbours() async throws {
    try await Workspace.use(.alone) { space in
      let python = try #require(Programs.system("python3"))
      let unrelated = try space.start(program: ["sh", "-c", "while :; do :; done"])
      let first = try start(space, "first", work: "spin(5)", python: python)
      let second = try start(space, "second", work: "spin(2)\ntime.sleep(1)\nspin(2)", python: python)
      #expect(try await first.end().status == 0)
      #expect(try await second.end().status == 0)
      unrelated.signalGroup(SIGKILL)
      for name in ["first", "second"] {
        let summary = try JSON(file: space.file("\(name).json"))
        let usage = try Usage(space.file("\(name).usage"))
        try expectOwn(summary, usage, processes: 2)
        try expectMachine(summary, usage)
        // The others were two busy processes on this machine, so they had at least half of what the run had.
        #expect(try summary["cpu_seconds"]["others"].number() > usage.own / 2)
      }
    }
  }

  @Test("On a machine left alone, most time is idle and stays so")
  func mostlyIdle() async throws {
    try await Workspace.use(.alone) { space in
      let python = try #require(Programs.system("python3"))
      let run = try start(
        space, "sleeper", work: "for _ in range(5):\n    spin(0.1)\n    time.sleep(0.4)", python: python)
      #expect(try await run.end().status == 0)
      let summary = try JSON(file: space.file("sleeper.json"))
      let usage = try Usage(space.file("sleeper.usage"))
      try expectOwn(summary, usage, processes: 2)
      try expectMachine(summary, usage)
    }
  }

  @Test("Children, grandchildren and hundreds of short-lived processes count to their run")
  func tree() async throws {
    try await Workspace.use(.alone) { space in
      let python = try #require(Programs.system("python3"))
      let work = """
        import subprocess
        for _ in range(150): subprocess.run(["true"])
        subprocess.run(["sh", "-c", "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done; (sh -c 'j=0; while [ $j -lt 400000 ]; do j=$((j+1)); done')"])
        spin(1)
        """
      let run = try start(space, "tree", work: work, python: python)
      #expect(try await run.end().status == 0)
      let (summary, usage) = (try JSON(file: space.file("tree.json")), try Usage(space.file("tree.usage")))
      try expectOwn(summary, usage, processes: 4)
    }
  }

  @Test("A child that outlives its parent still counts while the run lasts")
  func orphan() async throws {
    try await Workspace.use(.alone) { space in
      let script = """
        (sh -c 'i=0; while [ $i -lt 900000 ]; do i=$((i+1)); done; times > \(space.file("orphan.times"))' &)
        while [ ! -s \(space.file("orphan.times")) ]; do sleep 0.05; done
        """
      let (ending, summary) = try await space.measure(script, options: ["--period", "200ms"])
      #expect(ending.status == 0)
      let line = try #require(space.text("orphan.times")?.split(separator: "\n").first)
      let used = line.split(separator: " ").reduce(0.0) { sum, word in
        let parts = word.dropLast().split(separator: "m")
        return sum + (Double(parts[0]) ?? 0) * 60 + (Double(parts[1]) ?? 0)
      }
      #expect(used > 0.2)
      // The script's own waiting comes on top of what the orphan used.
      #expect(try summary["cpu_seconds"]["run"].number() >= used * 0.99 - 0.02)
    }
  }

  @Test(
    "A training of scikit-learn over several processes is counted whole",
    .enabled(if: Programs.python != nil, "no Python with scikit-learn: set DIMMER_TEST_PYTHON, or run 'make demo' once")
  )
  func training() async throws {
    try await Workspace.use(.alone) { space in
      let python = try #require(Programs.python)
      let work = """
        os.environ["OMP_NUM_THREADS"] = "1"
        import multiprocessing
        from sklearn.datasets import load_digits
        from sklearn.ensemble import RandomForestClassifier
        def train(seed):
            images, labels = load_digits(return_X_y=True)
            return RandomForestClassifier(n_estimators=250, random_state=seed).fit(images, labels).score(images, labels)
        with multiprocessing.get_context("fork").Pool(3) as pool:
            scores = pool.map(train, range(6))
            pool.close()
            pool.join()
        assert min(scores) > 0.99
        """
      let run = try start(space, "train", work: work, python: python)
      let ending = try await run.end()
      #expect(ending.status == 0, "\(ending.error)")
      let (summary, usage) = (try JSON(file: space.file("train.json")), try Usage(space.file("train.usage")))
      #expect(usage.own > 1)
      try expectOwn(summary, usage, processes: 5)
      try expectMachine(summary, usage)
    }
  }
}

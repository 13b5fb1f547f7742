import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

/// How far the meter's account of a real process may be off: times of processes with several threads and of reaped
/// children come in ticks of user and of system time, for each process that reaps.
private let allowedTicks: UInt64 = 6
private var allowedNanoseconds: UInt64 { allowedTicks * Clocks.nanosecondsPerTick }

/// Shell text that burns CPU time.
private func burn(_ rounds: Int) -> String { "i=0; while [ $i -lt \(rounds) ]; do i=$((i+1)); done" }

private func distance(_ a: UInt64, _ b: UInt64) -> UInt64 { a > b ? a - b : b - a }

@Suite("Real processes, metered in this process")
struct HostMeterTests {
  @Test("a busy process is given what the kernel says it used")
  func one() throws {
    let meter = HostMeter()
    try meter.start()
    let pid = try Programs.start(["/bin/sh", "-c", burn(200_000)])
    meter.add(root: pid)
    Programs.waitUntilEnded(pid)
    let sample = try meter.read()
    let used = Programs.wait(pid).nanoseconds
    #expect(used > 10 * Clocks.nanosecondsPerTick)
    #expect(distance(sample.cpu.run, used) <= allowedNanoseconds)
    #expect(sample.total.isConserved)
    #expect(sample.total.host > .zero)
    #expect(sample.cpu.busy <= sample.cpu.run + sample.cpu.others + sample.cpu.own + sample.cpu.unattributed)
  }

  @Test("a tree of processes, some ended between readings and some never seen, is given it all once")
  func tree() throws {
    let meter = HostMeter()
    try meter.start()
    let script = """
      (\(burn(60_000))) & (\(burn(60_000))) & wait
      for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do (\(burn(3_000))); done
      for n in 1 2 3; do (\(burn(30_000)); (\(burn(10_000)))) & done; wait
      """
    let pid = try Programs.start(["/bin/sh", "-c", script])
    meter.add(root: pid)
    // Readings as fast as they come: children are met in every state of their lives.
    var ended = false
    var before = try meter.read()
    while !ended {
      ended = processHasEnded(pid)
      let sample = try meter.read(isComplete: false)
      #expect(sample.cpu.run >= before.cpu.run)
      before = sample
    }
    let sample = try meter.read()
    let used = Programs.wait(pid).nanoseconds
    #expect(distance(sample.cpu.run, used) <= allowedNanoseconds)
  }

  @Test("a process that ran before counts from the start on")
  func running() throws {
    let folder = try TemporaryFolder()
    let gate = "\(folder.path)/gate"
    try #require(mkfifo(gate, 0o600) == 0)
    // Opening the gate waits for the other side.
    let script =
      "\(burn(80_000)); cat /proc/$$/schedstat > '\(folder.path)/before'; : > '\(gate)'; read x < '\(gate)'; \(burn(80_000))"
    let pid = try Programs.start(["/bin/sh", "-c", script])
    close(open(gate, O_RDONLY))
    let text = try #require(FileBuffer().text(at: "\(folder.path)/before"))
    let earlier = try #require(UInt64(text.prefix { $0 != " " }))
    let meter = HostMeter()
    try meter.start(roots: [pid])
    let writer = open(gate, O_WRONLY)
    _ = write(writer, "\n", 1)
    close(writer)
    Programs.waitUntilEnded(pid)
    let sample = try meter.read()
    let used = Programs.wait(pid).nanoseconds
    #expect(distance(sample.cpu.run, used - earlier) <= allowedNanoseconds)
  }

  @Test("a second meter goes on where a first one stopped, with what was used in between")
  func resumed() throws {
    let folder = try TemporaryFolder()
    let gate = "\(folder.path)/gate"
    try #require(mkfifo(gate, 0o600) == 0)
    let pid = try Programs.start(
      ["/bin/sh", "-c", "\(burn(60_000)); : > '\(gate)'; read x < '\(gate)'; \(burn(100_000)); (\(burn(50_000)))"])
    let first = HostMeter()
    try first.start()
    first.add(root: pid)
    close(open(gate, O_RDONLY))
    let before = try first.read()
    let state = first.state
    let writer = open(gate, O_WRONLY)
    _ = write(writer, "\n", 1)
    close(writer)
    Programs.waitUntilEnded(pid)
    let second = HostMeter()
    try second.resume(roots: [pid], from: before, state: state)
    let sample = try second.read()
    let used = Programs.wait(pid).nanoseconds
    // The first part ran before or after the first baseline; the rest is all there.
    #expect(sample.cpu.run > before.cpu.run + used / 2)
    #expect(sample.cpu.run <= used + allowedNanoseconds)
    #expect(sample.cpu.busy - before.cpu.busy + allowedNanoseconds >= sample.cpu.run - before.cpu.run)
    #expect(sample.cpu.busy <= sample.cpu.run + sample.cpu.others + sample.cpu.own + sample.cpu.unattributed)
    #expect(sample.total.isConserved)
    #expect(sample.monotonic > before.monotonic)
  }

  @Test("a meter that was not started says so")
  func notStarted() {
    #expect(throws: MeteringError.self) { try HostMeter().read() }
  }

  private func processHasEnded(_ pid: Int32) -> Bool {
    FileBuffer().text(at: "/proc/\(pid)/stat").flatMap { ProcessStat($0) }?.state == UInt8(ascii: "Z")
  }
}

@Suite(
  "The built meter runs commands", .enabled(if: Programs.meter != nil, "dimmer-meter is not built beside the tests"))
struct MeasureTests {
  let folder: TemporaryFolder
  let meter: String
  var journalPath: String { "\(folder.path)/run.journal" }

  init() throws {
    folder = try TemporaryFolder()
    meter = try #require(Programs.meter)
  }

  private func measure(_ script: String, period: Int = 50) throws -> (status: Int32, output: String) {
    try Programs.run(arguments(["/bin/sh", "-c", script], period: period), in: folder)
  }

  private func arguments(_ command: [String], period: Int = 50) -> [String] {
    [meter, "measure", "--journal", journalPath, "--period-ms", "\(period)", "--"] + command
  }

  private func journal() throws -> Journal { try Journal(path: journalPath) }

  /// Shell text that names the process of the meter: the other child of the shell's parent.
  private let meterProcess = "for p in $(cat /proc/$PPID/task/$PPID/children); do [ $p = $$ ] || m=$p; done"

  @Test("a command's output, status and CPU time are its own; the journal tells all of it")
  func whole() throws {
    let (status, output) = try measure("\(burn(200_000)); echo hello; exit 3")
    #expect(status == 3)
    #expect(output.hasPrefix("hello\n"))
    let journal = try journal()
    #expect(journal.ending == .whole)
    #expect(journal.endReason == "exited")
    #expect(journal.exit?.code == 3)
    #expect(journal.begin?.command.first == "/bin/sh")
    #expect(journal.sources.contains { $0.component == .cpu })
    let exit = try #require(journal.exit)
    let used = (exit.userMicroseconds + exit.systemMicroseconds) * 1000
    let last = try #require(journal.last)
    #expect(distance(last.cpu.run, used) <= allowedNanoseconds)
    for sample in journal.samples { #expect(sample.total.isConserved) }
    #expect(journal.samples.count >= 2)
    #expect(last.total.run > .zero)
  }

  @Test("a command ended by a signal ends Dimmer with the shell's status for it")
  func signalled() throws {
    #expect(try measure("kill -TERM $$").status == 143)
    #expect(try journal().exit?.signal == SIGTERM)
  }

  @Test("a command that is not there is 127, one that cannot be run is 126, each in one line and without a journal")
  func refused() throws {
    let missing = try Programs.run(arguments(["no-such-command-here"]), in: folder)
    #expect(missing.status == 127)
    #expect(missing.output == "dimmer-meter: the command no-such-command-here is not in PATH")
    try folder.write("text", "no program", mode: 0o644)
    let text = try Programs.run(arguments(["\(folder.path)/text"]), in: folder)
    #expect(text.status == 126)
    #expect(text.output.split(separator: "\n").count == 1)
    #expect(!Folder.exists(journalPath))
  }

  @Test("hundreds of children that live less than a period are counted, each once")
  func storm() throws {
    let (status, _) = try measure("n=0; while [ $n -lt 200 ]; do (\(burn(400))); n=$((n+1)); done")
    #expect(status == 0)
    let exit = try #require(try journal().exit)
    let used = (exit.userMicroseconds + exit.systemMicroseconds) * 1000
    let run = try #require(try journal().last?.cpu.run)
    #expect(distance(run, used) <= allowedNanoseconds)
  }

  @Test("a process that leaves its session and its parent stays the run's")
  func escaped() throws {
    let orphan =
      "\(burn(150_000)); cat /proc/self/stat > /dev/null; cat /proc/$$/schedstat > \(folder.path)/part; mv \(folder.path)/part \(folder.path)/used"
    // Two forks and a session of its own; the command waits for its word, not for the process.
    let (status, _) = try measure(
      "(setsid sh -c '\(orphan)' &); while [ ! -e \(folder.path)/used ]; do sleep 0.01; done")
    #expect(status == 0)
    let text = try #require(FileBuffer().text(at: "\(folder.path)/used"))
    let orphanUsed = try #require(UInt64(text.prefix { $0 != " " }))
    let journal = try journal()
    let exit = try #require(journal.exit)
    let commandUsed = (exit.userMicroseconds + exit.systemMicroseconds) * 1000
    #expect(orphanUsed > commandUsed / 4)
    #expect(try #require(journal.last).cpu.run + allowedNanoseconds >= orphanUsed + commandUsed)
  }

  @Test("a meter that is killed is started again and loses nothing")
  func meterKilled() throws {
    let (status, output) = try measure(
      "\(burn(150_000)); \(meterProcess); kill -9 $m; \(burn(150_000)); exit 5")
    #expect(status == 5)
    #expect(output.contains("the meter was stopped while the command ran"))
    let journal = try journal()
    #expect(journal.notes.contains { $0.text.hasPrefix("the meter was stopped and started again") })
    #expect(journal.endReason == "exited")
    let exit = try #require(journal.exit)
    let used = (exit.userMicroseconds + exit.systemMicroseconds) * 1000
    #expect(distance(try #require(journal.last).cpu.run, used) <= 2 * allowedNanoseconds)
    for sample in journal.samples { #expect(sample.total.isConserved) }
  }

  @Test("when Dimmer itself is killed the meter goes on until the command ends")
  func parentKilled() throws {
    // First some work, so that the meter has been told whom to measure.
    let (status, _) = try measure(
      "\(burn(50_000)); kill -9 $PPID; \(burn(100_000)); cat /proc/$$/schedstat > \(folder.path)/used")
    #expect(status == 128 + SIGKILL)
    waitForMeter()
    let journal = try journal()
    #expect(journal.endReason == "parent-gone")
    #expect(journal.exit == nil)
    let text = try #require(FileBuffer().text(at: "\(folder.path)/used"))
    let used = try #require(UInt64(text.prefix { $0 != " " }))
    #expect(try #require(journal.last).cpu.run + allowedNanoseconds >= used)
  }

  @Test("T50: when everything is killed at once the journal holds all but the last period")
  func allKilled() throws {
    let script = "\(burn(100_000)); \(meterProcess); kill -9 $PPID; kill -9 $m; kill -9 $$"
    _ = try measure(script, period: 20)
    waitForMeter()
    let journal = try journal()
    #expect(journal.endReason == nil)
    #expect(journal.begin != nil)
    #expect(journal.samples.count >= 2)
    #expect(try #require(journal.last).total.run > .zero)
    #expect(Journal.isAbandoned(path: journalPath))
  }

  @Test("a full disk is said once and does not touch the command; the journal stays whole up to there")
  func fullDisk() throws {
    // Files may grow to two or four kilobytes, by the shell's block size.
    let words = arguments(["/bin/sh", "-c", "\(burn(400_000)); exit 4"], period: 10)
    let script = "ulimit -f 4; exec \"$@\""
    let (status, output) = try Programs.run(["/bin/sh", "-c", script, "sh"] + words, in: folder)
    #expect(status == 4)
    #expect(output.split(separator: "\n").filter { $0.contains("cannot be written") }.count == 1)
    let journal = try journal()
    #expect(journal.ending == .whole)
    #expect(journal.begin != nil)
    #expect(journal.endReason == nil)
  }

  @Test("a signal that a process sends to Dimmer reaches the command once")
  func forwarded() throws {
    let gate = "\(folder.path)/gate"
    try #require(mkfifo(gate, 0o600) == 0)
    let script =
      "n=0; trap 'n=$((n+1))' TERM; : > '\(gate)'; while [ $n = 0 ]; do sleep 0.01; done; sleep 0.05; exit $((40+n))"
    let pid = try Programs.start(arguments(["/bin/sh", "-c", script]))
    close(open(gate, O_RDONLY))
    kill(pid, SIGTERM)
    #expect(Programs.wait(pid).status >> 8 == 41)
    #expect(try journal().endReason == "exited")
  }

  @Test("wrong arguments are named, with status 64, and help has examples")
  func usage() throws {
    let wrong = try Programs.run([meter, "sample", "--periods", "5"], in: folder)
    #expect(wrong.status == 64)
    #expect(wrong.output.contains("'--periods'"))
    #expect(try Programs.run([meter, "run", "--run", "x"], in: folder).status == 64)
    #expect(try Programs.run([meter], in: folder).status == 64)
    let help = try Programs.run([meter, "--help"], in: folder)
    #expect(help.status == 0)
    #expect(help.output.contains("Examples:"))
  }

  @Test("the sources are listed with what they rest on, for another machine, too")
  func sources() throws {
    let machine = try RecordedMachine()
    try machine.zone("intel-rapl:0", "package-0", energy: 5)
    let (status, output) = try Programs.run(
      [meter, "sources", "--proc", machine.root.proc, "--sys", machine.root.sys, "--gpu-library", "/nowhere"],
      in: folder)
    #expect(status == 0)
    #expect(output.contains("cpu: RAPL package-0 [measured, rapl-counter@1"))
    #expect(output.contains("memory: watts per gigabyte [modelled, memory-power@1"))
    #expect(output.contains("gpu: none"))
  }

  @Test("with another's models asked for, the record of a run names them, and a meter for all is refused them")
  func otherModels() throws {
    let words = [meter, "measure", "--model", "codecarbon", "--journal", journalPath, "--", "/bin/true"]
    #expect(try Programs.run(words, in: folder).status == 0)
    let memory = try journal().sources.first { $0.component == .memory }
    #expect(memory?.method == "codecarbon-memory@1")
    let machine = try RecordedMachine()
    let listed = try Programs.run(
      [
        meter, "sources", "--model", "codecarbon-process", "--proc", machine.root.proc, "--sys", machine.root.sys,
        "--gpu-library", "/nowhere",
      ], in: folder)
    #expect(listed.output.contains("[modelled, codecarbon-process-load@1"))
    let served = try Programs.run(
      [meter, "serve", "--model", "codecarbon", "--socket", "\(folder.path)/s"], in: folder)
    #expect(served.status == 64)
    #expect(served.output.contains("give --model to the run"))
  }

  @Test("a GPU is metered through the driver library")
  func gpu() throws {
    let driver = try FakeDriver()
    try driver.set(["energy 0 1000000"])
    let (status, output) = try Programs.run(
      [meter, "sample", "--period-ms", "20", "--gpu-library", driver.library], in: folder)
    #expect(status == 0)
    #expect(output.contains("gpu_watts=0 gpu_idle_watts=0"))
  }

  /// Waits until no meter holds the journal.
  private func waitForMeter() {
    let descriptor = open(journalPath, O_RDONLY)
    flock(descriptor, LOCK_SH)
    close(descriptor)
  }
}

@Suite("A run without a meter")
struct UnmeteredTests {
  @Test("the command runs untouched and the outcome says why nothing was measured")
  func noMeter() throws {
    let folder = try TemporaryFolder()
    var request = RunRequest(
      run: "r", command: ["/bin/sh", "-c", "exit 9"], journal: "\(folder.path)/j", meterProgram: "/nowhere/dimmer-meter"
    )
    request.adoptsOrphans = false
    let outcome = try RunSession(request).run()
    #expect(outcome.termination == .exited(9))
    #expect(outcome.journal == nil)
    #expect(outcome.unmeasuredReason == "the meter /nowhere/dimmer-meter cannot be started: No such file or directory")
  }

  @Test("a meter that ends at once does not keep the command from running")
  func badMeter() throws {
    let folder = try TemporaryFolder()
    var request = RunRequest(
      run: "r", command: ["/bin/sh", "-c", "exit 8"], journal: "\(folder.path)/j", meterProgram: "/bin/false")
    request.adoptsOrphans = false
    let outcome = try RunSession(request).run()
    #expect(outcome.termination == .exited(8))
    #expect(outcome.unmeasuredReason == "the meter /bin/false ended before it was ready")
  }

  @Test("a journal that cannot be made is the reason")
  func noJournal() throws {
    let program = try #require(Programs.meter)
    let folder = try TemporaryFolder()
    try folder.write("j", "precious")
    var request = RunRequest(
      run: "r", command: ["/bin/sh", "-c", "exit 7"], journal: "\(folder.path)/j", meterProgram: program)
    request.adoptsOrphans = false
    let outcome = try RunSession(request).run()
    #expect(outcome.termination == .exited(7))
    #expect(outcome.unmeasuredReason?.hasSuffix("cannot be made: File exists") == true)
    #expect(FileBuffer().text(at: "\(folder.path)/j") == "precious")
  }
}

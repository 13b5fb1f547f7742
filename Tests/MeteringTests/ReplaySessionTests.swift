import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("A recorded machine measured as a run")
struct ReplaySessionTests {
  private static let zone = "intel-rapl:0"
  private static let group = "/work.slice/train.scope"

  /// A machine of a processor counter, process 42 in a control group, and another process.
  private final class Fixture {
    let machine: RecordedMachine
    let folder: TemporaryFolder
    private var seconds = 0

    init() throws {
      machine = try RecordedMachine()
      folder = try TemporaryFolder()
      try machine.zone(ReplaySessionTests.zone, "package-0", energy: 0)
      try machine.folder.write("proc/sys/kernel/random/boot_id", "aaaa-bbbb\n")
      try machine.folder.write("proc/loadavg", "0.00 0.00 0.00 1/100 42\n")
      try machine.folder.write("proc/self/mountinfo", "41 31 0:38 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw\n")
      try machine.folder.write("proc/42/cgroup", "0::\(ReplaySessionTests.group)\n")
      try go()
    }

    /// A second goes by: 50 J, of four processors one is busy by 42, a quarter by 7.
    func go() throws {
      let files = machine.folder
      let (run, other) = (seconds * 100, seconds * 25)
      try machine.set(ReplaySessionTests.zone, UInt64(seconds) * 50_000_000)
      try files.write("proc/stat", "cpu  \(150 + run + other) 0 0 800 50 0 0 0 0 0\n")
      for (pid, ticks) in [(7, other), (42, run)] {
        try files.write(
          "proc/\(pid)/stat", "\(pid) (t) S 1 1 1 0 -1 0 0 0 0 0 \(ticks) 0 0 0 20 0 1 0 500 1000 3 0 0\n")
      }
      let top = "sys/fs/cgroup\(ReplaySessionTests.group)"
      // Of a thousandth more than its processes tell: short children.
      try files.write("\(top)/cpu.stat", "usage_usec \(run * 10_010)\nuser_usec 1\n")
      try files.write("\(top)/cgroup.procs", "")
      try files.write("\(top)/worker/cgroup.procs", "42\n")
      seconds += 1
    }

    func end() {
      // Whoever has the kernel's file open reads nothing from it.
      truncate("\(machine.root.proc)/42/stat", 0)
      for file in ["stat", "cgroup"] { unlink("\(machine.root.proc)/42/\(file)") }
      rmdir("\(machine.root.proc)/42")
    }

    var recording: String { "\(folder.path)/recording" }
    func journal(_ name: String) -> String { "\(folder.path)/\(name).journal" }
  }

  /// Measures a subject live for some seconds and records the machine beside; gives the live journal.
  private func live(_ fixture: Fixture, _ subject: MeasuredSubject, seconds: Int, ends: Bool) throws -> Journal {
    let stepped = try SteppedService(fixture.machine)
    let client = try stepped.client(user: 0)
    let file = try JournalFile(making: fixture.journal("live"))
    let recorder = MachineRecorder(
      machine: fixture.machine.root, to: fixture.recording, access: SourceAccess(gpuLibrary: "/nowhere"),
      measuring: subject, clock: stepped.time.clock)
    try recorder.begin()
    var request = LeaseRequest(run: "run_x")
    request.name = "night"
    request.command = ["train", "--fast"]
    switch subject {
    case .process(let pid): request.pid = pid
    case .group(let path): request.group = path
    }
    client.send(.open(request), descriptor: file.descriptor)
    for second in 1...seconds {
      stepped.time.advance(seconds: 1)
      try fixture.go()
      if ends, second == seconds { fixture.end() }
      stepped.service.step()
      try recorder.frame()
    }
    if !ends { client.send(.close(lease: 1)) }
    return try Journal(path: fixture.journal("live"))
  }

  private func request(_ fixture: Fixture) -> RunRequest {
    var request = RunRequest(
      run: "run_x", command: ["train", "--fast"], journal: fixture.journal("replayed"), meterProgram: "/nowhere")
    request.name = "night"
    return request
  }

  private func expectSame(_ replayed: Journal, _ live: Journal) throws {
    #expect(replayed.ending == .whole)
    #expect(replayed.sources == live.sources)
    #expect(replayed.samples == live.samples)
    #expect(replayed.state == live.state)
    #expect(replayed.gaps == live.gaps)
    #expect(replayed.notes == live.notes)
    #expect(replayed.exit == nil)
    #expect(replayed.endReason == live.endReason)
    var begin = try #require(live.begin)
    begin.machine = "a recorded machine"
    #expect(replayed.begin == begin)
  }

  @Test(
    "its journal has the records of the live run's, sample by sample: a process, a group, one that ends meanwhile",
    arguments: [
      (MeasuredSubject.process(42), false), (.process(42), true), (.group(ReplaySessionTests.group), false),
    ])
  func sameJournal(subject: MeasuredSubject, ends: Bool) throws {
    let fixture = try Fixture()
    let live = try live(fixture, subject, seconds: 5, ends: ends)
    let replay = try MachineReplay(fixture.recording, in: fixture.folder.path)
    #expect(replay.subject == subject)
    #expect(replay.periodMilliseconds == 1000)
    var streamed: [CumulativeSample] = []
    let outcome = ReplaySession(request(fixture), of: replay).run { streamed.append($0) }
    #expect(outcome.unmeasuredReason == nil && outcome.faults.isEmpty)
    #expect(outcome.endedByItself == ends)
    let replayed = try Journal(path: try #require(outcome.journal))
    try expectSame(replayed, live)
    #expect(streamed == Array(replayed.samples.dropFirst()))
    let last = try #require(replayed.last)
    #expect(last.total.isConserved)
    #expect(last.components[.cpu]?.host == .joules(250))
    #expect(last.cpu.run == (subject == .process(42) ? ends ? 4_000_000_000 : 5_000_000_000 : 5_005_000_000))
    #expect(last.wall == replay.moment.wall)
  }

  @Test("a recording that names nobody, a process that is not in it, a group that is not: said, and no journal is left")
  func nobody() throws {
    let fixture = try Fixture()
    let clock = TestClock().clock
    try MachineRecorder(
      machine: fixture.machine.root, to: fixture.recording, access: SourceAccess(gpuLibrary: "/nowhere"), clock: clock
    ).begin()
    let wrong: [(MeasuredSubject?, String)] = [
      (nil, "does not say who was measured"), (.process(4711), "process 4711"), (.group("/no.slice"), "'/no.slice'"),
    ]
    for (subject, reason) in wrong {
      let replay = try MachineReplay(fixture.recording, in: fixture.folder.path)
      let outcome = ReplaySession(request(fixture), of: replay, measuring: subject).run()
      #expect(outcome.unmeasuredReason?.contains(reason) == true, "\(outcome)")
      #expect(outcome.journal == nil)
    }
  }

  @Test("where a recording is damaged the run's journal ends whole, and the outcome says why it is not all")
  func damaged() throws {
    let fixture = try Fixture()
    let live = try live(fixture, .process(42), seconds: 4, ends: false)
    truncate("\(fixture.recording)/frames/0003", 20)
    let replay = try MachineReplay(fixture.recording, in: fixture.folder.path)
    var faults: [String] = []
    let outcome = ReplaySession(request(fixture), of: replay).run(onFault: { faults.append($0) })
    #expect(outcome.unmeasuredReason?.contains("frame 3") == true)
    #expect(faults == [try #require(replay.fault)])
    let journal = try Journal(path: try #require(outcome.journal))
    #expect(journal.samples == Array(live.samples.prefix(3)))
    #expect(journal.endReason == "closed" && journal.ending == .whole)
  }
}

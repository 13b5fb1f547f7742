import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

private func burn(_ rounds: Int) -> String { "i=0; while [ $i -lt \(rounds) ]; do i=$((i+1)); done" }

private func distance(_ a: UInt64, _ b: UInt64) -> UInt64 { a > b ? a - b : b - a }

/// Real processes that do what is hard to follow, each metered without anybody who adopts orphans.
@Suite("Processes that are hard to follow")
struct HardProcessTests {
  let folder: TemporaryFolder
  var gate: String { "\(folder.path)/gate" }
  /// Shell text that says it has come so far, and waits to be told to go on.
  var wait: String { ": > '\(gate)'; read x < '\(gate)'" }

  init() throws {
    folder = try TemporaryFolder()
    try #require(mkfifo(gate, 0o600) == 0)
  }

  private func waitForProgram() { close(open(gate, O_RDONLY)) }

  private func letGo() {
    let writer = open(gate, O_WRONLY)
    _ = write(writer, "\n", 1)
    close(writer)
  }

  private func start(_ script: String, _ meter: HostMeter) throws -> Int32 {
    try meter.start()
    let pid = try Programs.start(["/bin/sh", "-c", script])
    meter.add(root: pid)
    return pid
  }

  private func used(_ name: String) throws -> UInt64 {
    let text = try #require(FileBuffer().text(at: "\(folder.path)/\(name)"))
    return try #require(UInt64(text.prefix { $0 != " " }))
  }

  private let ticks = Clocks.nanosecondsPerTick

  @Test("another program in the same process is the same process")
  func exec() throws {
    let meter = HostMeter()
    let pid = try start("\(burn(60_000)); exec /bin/sh -c '\(burn(60_000))'", meter)
    Programs.waitUntilEnded(pid)
    let sample = try meter.read()
    let used = Programs.wait(pid).nanoseconds
    #expect(used > 4 * ticks)
    #expect(distance(sample.cpu.run, used) <= 2 * ticks)
  }

  @Test("a process that forked twice, left its session and was adopted by init stays the run's")
  func daemon() throws {
    let meter = HostMeter()
    let orphan = "\(wait); \(burn(150_000)); cat /proc/$$/schedstat > \(folder.path)/used; \(wait)"
    let second = "\(folder.path)/second"
    try #require(mkfifo(second, 0o600) == 0)
    let orphaned = orphan.replacing("$", with: "\\$")
    let pid = try start("(setsid /bin/sh -c \"\(orphaned)\" & read x < '\(second)'); exit 0", meter)
    waitForProgram()
    // It is seen while its parents are known; then they end.
    _ = try meter.read()
    close(open(second, O_WRONLY))
    Programs.waitUntilEnded(pid)
    letGo()
    waitForProgram()
    let sample = try meter.read()
    Programs.wait(pid)
    let used = try used("used")
    #expect(used > 10 * ticks)
    #expect(sample.cpu.run >= used)
    #expect(sample.cpu.run <= used + 4 * ticks)
    letGo()
  }

  @Test("a child that ended and that nobody waits for keeps what it used, once")
  func zombie() throws {
    let meter = HostMeter()
    let pid = try start("(\(burn(150_000)); echo $$ > /dev/null) & c=$!; echo $c > '\(gate)'; exec sleep 1000", meter)
    let reader = open(gate, O_RDONLY)
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = read(reader, &bytes, 32)
    close(reader)
    let child = try #require(Int32(String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).trimmed))
    while state(child) != UInt8(ascii: "Z") { usleep(5_000) }
    let first = try meter.read()
    for _ in 0..<3 { _ = try meter.read(isComplete: false) }
    let second = try meter.read()
    #expect(first.cpu.run > 10 * ticks)
    #expect(second.cpu.run - first.cpu.run <= ticks)
    kill(pid, SIGKILL)
    let used = Programs.wait(pid).nanoseconds
    // Its own time never came to the parent, who did not wait.
    #expect(second.cpu.run > used)
  }

  @Test("children whose end their parent ignores count as far as they were seen, and never more")
  func ignored() throws {
    let meter = HostMeter()
    let child =
      "\(burn(100_000)); cat /proc/self/stat > /dev/null; cat /proc/$$/schedstat > \(folder.path)/used; \(wait)"
    let pid = try start(
      "trap '' CHLD; /bin/sh -c \"\(child.replacing("$", with: "\\$"))\"; \(wait); \(burn(50_000))", meter)
    waitForProgram()
    let before = try meter.read()
    #expect(before.cpu.run >= (try used("used")))
    letGo()
    waitForProgram()
    let after = try meter.read()
    #expect(after.cpu.run - before.cpu.run <= 3 * ticks)
    letGo()
    Programs.waitUntilEnded(pid)
    let last = try meter.read()
    let parent = Programs.wait(pid).nanoseconds
    #expect(last.cpu.run <= before.cpu.run + parent + 3 * ticks)
    #expect(last.cpu.run >= before.cpu.run)
  }

  private static let hasNamespaces: Bool = {
    guard let pid = try? Programs.start(["unshare", "--pid", "--fork", "true"]) else { return false }
    return Programs.wait(pid).status == 0
  }()

  @Test(
    "processes of another process namespace have numbers here, too, and count",
    .enabled(if: hasNamespaces, "no process namespace can be made here: it needs root"))
  func namespace() throws {
    let meter = HostMeter()
    try meter.start()
    let pid = try Programs.start(["unshare", "--pid", "--fork", "/bin/sh", "-c", "(\(burn(60_000))); \(burn(60_000))"])
    meter.add(root: pid)
    Programs.waitUntilEnded(pid)
    let sample = try meter.read()
    let used = Programs.wait(pid).nanoseconds
    #expect(used > 4 * ticks)
    #expect(distance(sample.cpu.run, used) <= 4 * ticks)
  }

  @Test("two side by side are each given what the kernel says, to a hundredth")
  func twoBurners() throws {
    let meters = [HostMeter(), HostMeter()]
    let pids = try meters.enumerated().map { try start(burn(500_000 + 100_000 * $0.offset), $0.element) }
    var ended: Set<Int32> = []
    while ended.count < 2 {
      for (meter, pid) in zip(meters, pids) {
        if state(pid) == UInt8(ascii: "Z") { ended.insert(pid) }
        _ = try meter.read(isComplete: false)
      }
      usleep(50_000)
    }
    for (meter, pid) in zip(meters, pids) {
      let sample = try meter.read()
      let used = Programs.wait(pid).nanoseconds
      #expect(used > 20 * ticks)
      #expect(distance(sample.cpu.run, used) <= used / 100 + ticks)
      #expect(sample.total.isConserved)
    }
  }

  @Test("the table of real processes names the burner, and makes up the host to the microjoule")
  func table() throws {
    let meter = HostMeter()
    try meter.start()
    meter.tracksProcesses = true
    let before = try meter.read()
    #expect(meter.table == nil)
    let pid = try Programs.start(["/bin/sh", "-c", "\(wait); \(burn(200_000)); \(wait)"])
    waitForProgram()
    letGo()
    waitForProgram()
    let sample = try meter.read()
    let table = try #require(meter.table)
    let row = try #require(table.rows.first { $0.identity.pid == pid })
    #expect(row.nanoseconds > 10 * ticks)
    let details = try #require(ProcessDetailsReader().details(of: row.identity))
    #expect(details.command == "sh")
    #expect(details.user == getuid())
    for component in sample.components.keys {
      let terms = try #require(table.terms[component])
      let rows = table.rows.reduce(Microjoules.zero) { $0 + ($1.energy[component] ?? .zero) }
      let host = sample.components[component]!.host - (before.components[component]?.host ?? .zero)
      #expect(rows + terms.idle + terms.own + terms.unattributed == host)
    }
    letGo()
    Programs.wait(pid)
  }

  private func state(_ pid: Int32) -> UInt8? {
    FileBuffer().text(at: "/proc/\(pid)/stat").flatMap { ProcessStat($0) }?.state
  }
}

extension String {
  fileprivate func replacing(_ character: Character, with text: String) -> String {
    map { $0 == character ? text : String($0) }.joined()
  }
}

/// Machines on which something unusual happens, recorded, with clocks that the test moves.
@Suite("Machines on which something unusual happens")
struct HardMachineTests {
  /// Clocks that stand until they are moved.
  final class Hands: @unchecked Sendable {
    var monotonic: UInt64 = 1_000_000_000_000
    var asleep: UInt64 = 0
    var wallMilliseconds: Int64 = 1_700_000_000_000

    func pass(_ seconds: Double) {
      monotonic += UInt64(seconds * 1e9)
      wallMilliseconds += Int64(seconds * 1000)
    }

    var clock: MeterClock {
      MeterClock(
        monotonic: { MonotonicInstant(nanoseconds: self.monotonic) },
        wall: { Timestamp(milliseconds: self.wallMilliseconds) }, sinceBoot: { self.monotonic + self.asleep })
    }
  }

  let machine: RecordedMachine
  let hands = Hands()
  let meter: HostMeter

  init() throws {
    machine = try RecordedMachine()
    meter = HostMeter(machine: machine.root, period: .seconds(1), gpuLibrary: "/nowhere", clock: hands.clock)
    try process(1, parent: 0, ticks: 0)
    try process(42, parent: 1, ticks: 0)
  }

  private func process(
    _ pid: Int, parent: Int, ticks: Int, state: String = "S", threads: Int = 1, start: UInt64 = 500
  ) throws {
    try machine.folder.write(
      "proc/\(pid)/stat",
      "\(pid) (p) \(state) \(parent) 1 1 0 -1 0 0 0 0 0 \(ticks) 0 0 0 20 0 \(threads) 0 \(start) 1000 3 0 0\n")
  }

  private func busy(_ ticks: Int) throws {
    try machine.folder.write("proc/stat", "cpu  \(100 + ticks) 0 50 800 50 0 0 0 0 0\n")
  }

  private func energy(_ sample: CumulativeSample, since before: CumulativeSample) -> EnergyTerms {
    sample.total - before.total
  }

  @Test("processors that are switched off give no more from then on; use never exceeds the machine")
  func hotplug() throws {
    let first = try meter.start(roots: [42])
    hands.pass(1)
    try busy(200)
    try process(42, parent: 1, ticks: 200)
    let second = try meter.read()
    #expect(second.cpu.capacity - first.cpu.capacity == 4_000_000_000)
    #expect(second.cpu.usage(since: first.cpu) == 0.5)
    try machine.folder.write("sys/devices/system/cpu/online", "0\n")
    hands.pass(1)
    try busy(320)
    try process(42, parent: 1, ticks: 320)
    let third = try meter.read()
    #expect(third.cpu.capacity - second.cpu.capacity == 1_000_000_000)
    // It was busier than what is left could be, for it was there for a part of the time.
    #expect(third.cpu.usage(since: second.cpu) == 1)
    #expect(third.total.isConserved)
    #expect(third.cpu.run == 3_200_000_000)
  }

  @Test("the machine's sleep is no time for energy; what runs on is not counted anew, what is born after it is new")
  func suspended() throws {
    try meter.start(roots: [42])
    hands.pass(1)
    let first = try meter.read()
    hands.pass(1)
    let second = try meter.read()
    // An hour passes that only the clock since boot and the wall clock see.
    hands.asleep += 3_600_000_000_000
    hands.wallMilliseconds += 3_600_000
    hands.pass(1)
    try busy(7)
    try process(42, parent: 1, ticks: 3)
    try process(43, parent: 42, ticks: 4, start: hands.clock.sinceBoot() / 10_000_000 - 5)
    let third = try meter.read()
    #expect(third.monotonic - second.monotonic == second.monotonic - first.monotonic)
    #expect(third.cpu.run - second.cpu.run == 70_000_000)
    #expect(third.cpu.unattributed == second.cpu.unattributed)
    let memory = { (sample: CumulativeSample) in sample.components[.memory]?.host.count ?? 0 }
    #expect(abs((memory(third) - memory(second)) - (memory(second) - memory(first))) <= 1)
    #expect(memory(third) > 0)
    #expect(meter.takeGaps().contains { $0.reason.contains("the wall clock moved by 3600 s") })
    #expect(third.total.isConserved)
  }

  @Test("a wall clock that is set back moves no energy and no CPU time, and is noted")
  func wallStep() throws {
    let first = try meter.start(roots: [42])
    hands.pass(1)
    let second = try meter.read()
    hands.pass(1)
    hands.wallMilliseconds -= 3_600_000
    let third = try meter.read()
    #expect(third.wall < second.wall)
    #expect(third.monotonic > second.monotonic)
    let early = energy(second, since: first)
    let late = energy(third, since: second)
    #expect(abs(early.host.count - late.host.count) <= 2)
    #expect(late.host > .zero)
    #expect(meter.takeGaps().map(\.reason) == ["the wall clock moved by -3600 s against the monotonic one"])
  }

  @Test("a process whose first thread has ended runs on in its others")
  func threadsOnly() throws {
    try machine.folder.write("proc/self/schedstat", "99 0 1\n")
    try machine.folder.write("proc/1/schedstat", "0 0 1\n")
    try machine.folder.write("proc/42/schedstat", "5000 0 1\n")
    let meter = HostMeter(machine: machine.root, gpuLibrary: "/nowhere", clock: hands.clock)
    try process(42, parent: 1, ticks: 10, threads: 3)
    try meter.start(roots: [42])
    hands.pass(1)
    try process(42, parent: 1, ticks: 90, state: "Z", threads: 2)
    try busy(80)
    let sample = try meter.read()
    #expect(sample.cpu.run == 800_000_000)
    #expect(sample.cpu.unattributed == 0)
  }

  @Test("a number that is given out again within one period is not the run's")
  func recycled() throws {
    try meter.start(roots: [42])
    hands.pass(1)
    try process(42, parent: 1, ticks: 50, start: hands.clock.sinceBoot() / 10_000_000 - 60)
    try busy(50)
    let sample = try meter.read()
    #expect(sample.cpu.run == 0)
    #expect(sample.cpu.others + sample.cpu.unattributed == 500_000_000)
    #expect(meter.population == ByConsumer(run: 0, others: 2))
  }
}

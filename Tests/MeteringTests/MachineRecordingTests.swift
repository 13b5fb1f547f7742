import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("A machine recorded and replayed")
struct MachineRecordingTests {
  /// Burns, and starts short-lived children besides.
  private let burner = [
    "/bin/sh", "-c", "while :; do n=0; while [ $n -lt 3000 ]; do n=$((n+1)); done; /bin/true; done",
  ]

  @Test("a replay of this machine gives a meter the samples that one had of the same files, to the microjoule, twice")
  func thisMachine() throws {
    let child = try Programs.start(burner)
    defer {
      kill(child, SIGKILL)
      Programs.wait(child)
    }
    let mirror = try MirroredMachine()
    let time = TestClock()
    let access = SourceAccess(gpuLibrary: "/nowhere")
    let meter = HostMeter(machine: mirror.root, access: access, clock: time.clock)
    try meter.start(roots: [child])
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/recording"
    let recorder = MachineRecorder(machine: mirror.root, to: path, access: access, clock: time.clock)
    try recorder.begin()
    var live: [CumulativeSample] = []
    for _ in 1...5 {
      usleep(50_000)
      try mirror.update()
      time.advance(seconds: 0.05)
      live.append(try meter.read())
      try recorder.frame()
    }
    #expect(live.last.map { $0.cpu.busy > 0 && $0.total.host.count > 0 && $0.total.isConserved } == true)
    for _ in 1...2 {
      let replay = try MachineReplay(path, in: folder.path)
      #expect(try replay.samples(roots: [child]).samples == live)
      #expect(replay.fault == nil)
    }
  }

  @Test("what a replay says of a child lies between what was seen live before and after each look")
  func between() throws {
    let child = try Programs.start(["/bin/sh", "-c", "while :; do :; done"])
    defer {
      kill(child, SIGKILL)
      Programs.wait(child)
    }
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/recording"
    let access = SourceAccess(gpuLibrary: "/nowhere")
    let recorder = MachineRecorder(to: path, access: access)
    let wide = HostMeter(access: access)
    let narrow = HostMeter(access: access)
    try wide.start(roots: [child])
    try recorder.begin()
    try narrow.start(roots: [child])
    var bounds: [ClosedRange<UInt64>] = []
    while bounds.count < 5 || (bounds.last?.lowerBound ?? 0) < 30_000_000, bounds.count < 100 {
      usleep(50_000)
      let least = try narrow.read().cpu.run
      try recorder.frame()
      bounds.append(least...max(least, try wide.read().cpu.run))
    }
    let samples = try MachineReplay(path, in: folder.path).samples(roots: [child]).samples
    #expect(samples.count == bounds.count)
    for (sample, bound) in zip(samples, bounds) {
      // Process times come in ticks, and each look may round another way.
      #expect(sample.cpu.run + 10_000_000 >= bound.lowerBound)
      #expect(sample.cpu.run <= bound.upperBound + 10_000_000)
    }
    #expect((samples.last?.cpu.run ?? 0) > 0)
  }

  @Test("counters that wrap replay to the joules they had")
  func wraps() throws {
    let machine = try RecordedMachine()
    let range: UInt64 = 1_000_000_000
    var value: UInt64 = 900_000_000
    try machine.zone("intel-rapl:0", "package-0", energy: value, range: range)
    try machine.zone("intel-rapl:0:0", "dram", energy: 500_000_000)
    try machine.folder.write("sys/class/powercap/intel-rapl:0/constraint_0_max_power_uw", "350000000\n")
    let run = try RecordedRun(machine)
    for step in 1...10 {
      value = (value + 200_000_000) % range
      try machine.set("intel-rapl:0", value)
      try machine.set("intel-rapl:0:0", 500_000_000 + UInt64(step) * 12_000_000)
      try run.look()
    }
    let (meter, samples) = try MachineReplay(run.path, in: run.folder.path).samples(roots: [42])
    #expect(samples == run.live)
    #expect(samples.last?.joules(.cpu) == 2000)
    #expect(samples.last?.joules(.memory) == 120)
    #expect(meter.takeFaults().isEmpty)
  }

  @Test("a file that could not be read is there, closed, with its mode and reason, whoever replays")
  func refused() throws {
    let machine = try RecordedMachine()
    try machine.folder.write("sys/class/powercap/intel-rapl:0/name", "package-0\n")
    mkdir("\(machine.root.sys)/class/powercap/intel-rapl:0/energy_uj", 0o400)
    let run = try RecordedRun(machine)
    let here = MachineSources(machine: machine.root, gpuLibrary: "/nowhere").probes
    let replay = try MachineReplay(run.path, in: run.folder.path)
    let there = HostMeter(replaying: replay).probes
    let plain = { (text: String, root: String) in text.split(separator: root).joined() }
    let root = String(replay.machine.sys.dropLast(4))
    #expect(there.map { plain($0.reason, root) } == here.map { plain($0.reason, machine.folder.path) })
    #expect(there.map(\.mode) == here.map(\.mode))
    #expect(there.first { $0.kind == .powercap }?.reason.contains("(mode 0400): Is a directory") == true)
    // The same for a file that only root may read, which the tests cannot make when they run as root.
    let list = "\(run.path)/machine.txt"
    let text = String(decoding: try RecordingFolder.read(list, atMost: 1 << 20), as: UTF8.self)
    let closed = text.split(separator: " 21 ").joined(separator: " 13 ")
    unlink(list)
    try RecordingFolder.write(Array(closed.utf8), to: list, below: run.path)
    let denied = HostMeter(replaying: try MachineReplay(run.path, in: run.folder.path)).probes
    let powercap = try #require(denied.first { $0.kind == .powercap })
    #expect(powercap.reason.contains("(mode 0400): Permission denied"))
    #expect(powercap.fix?.hasPrefix("chmod a+r ") == true)
    #expect(powercap.mode == "0400")
  }

  @Test("files that were opened before a look show what it says; one of a process that is gone shows nothing")
  func keptDescriptors() throws {
    let run = try RecordedRun(try RecordedMachine())
    try run.look()
    try run.machine.folder.write("proc/42/stat", "")
    unlink("\(run.machine.root.proc)/42/stat")
    rmdir("\(run.machine.root.proc)/42")
    try run.recorder.frame()
    let replay = try MachineReplay(run.path, in: run.folder.path)
    let file = KeptFile("\(replay.machine.proc)/42/stat")
    let buffer = FileBuffer()
    let text = { buffer.contents(of: file.descriptor).map { String(decoding: $0, as: UTF8.self) } }
    #expect(text()?.hasPrefix("42 (p42) S 1 1 1 0 -1 0 0 0 0 0 0 0 ") == true)
    #expect(replay.advance())
    #expect(text()?.hasPrefix("42 (p42) S 1 1 1 0 -1 0 0 0 0 0 200 0 ") == true)
    #expect(replay.advance())
    #expect(text() == "")
    #expect(Folder.names(at: replay.machine.proc)?.contains("42") == false)
    #expect(!replay.advance())
    #expect(replay.fault == nil)
  }

  @Test("a recording holds no command line, no environment, and no process name unless it is wanted")
  func secrets() throws {
    let folder = try TemporaryFolder()
    let program = "\(folder.path)/tellnobody"
    try #require(symlink("/bin/sleep", program) == 0)
    setenv("DIMMER_TEST_TOKEN", "s3cretenvironment", 1)
    defer { unsetenv("DIMMER_TEST_TOKEN") }
    let child = try Programs.start([program, "4242.4242"])
    defer {
      kill(child, SIGKILL)
      Programs.wait(child)
    }
    // Until it has become the program that it was started as.
    for _ in 0..<500 where FileBuffer().text(at: "/proc/\(child)/comm") != "tellnobody" { usleep(10_000) }
    for keepsNames in [false, true] {
      let path = "\(folder.path)/\(keepsNames)"
      let access = SourceAccess(gpuLibrary: "/nowhere")
      try MachineRecorder(to: path, keepsNames: keepsNames, access: access).begin()
      let files = everyFile(below: path)
      #expect(files["\(path)/machine/proc/\(child)/stat"] != nil)
      #expect(files.values.contains { holds($0, "tellnobody") } == keepsNames)
      #expect(!files.values.contains { holds($0, "4242.4242") || holds($0, "s3cretenvironment") })
    }
  }

  @Test("what a GPU's driver said is recorded and said again; a machine without one is without one in its replay")
  func gpu() throws {
    let lines =
      ["# dimmer-gpu-recording 1 synthetic", "0 GPU-1 device 0 9 NVIDIA%20H100"]
      + (0...5).map { "\($0) GPU-1 energy \($0 * $0 * 50_000)" } + ["5 GPU-1 energy !15"]
    let spoken = try GPURecording(lines.joined(separator: "\n"))
    let machine = try RecordedMachine()
    let start = MonotonicInstant(nanoseconds: 1_000_000_000_000)
    let time = TestClock()
    var access = SourceAccess()
    access.gpuDriver = { () throws(MeteringError) in
      RecordedGPUDriver(spoken, start: start) { time.clock.monotonic() }
    }
    let meter = HostMeter(machine: machine.root, access: access, clock: time.clock)
    try meter.start()
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/recording"
    let recorder = MachineRecorder(machine: machine.root, to: path, access: access, clock: time.clock)
    try recorder.begin()
    var live: [CumulativeSample] = []
    for _ in 1...5 {
      time.advance(seconds: 1)
      live.append(try meter.read())
      try recorder.frame()
    }
    let (player, samples) = try MachineReplay(path, in: folder.path).samples(roots: [])
    #expect(samples == live)
    #expect(samples.last?.joules(.gpu) == 800)
    #expect(player.takeFaults() == meter.takeFaults())
    #expect(
      player.descriptions.first { $0.component == .gpu } == meter.descriptions.first { $0.component == .gpu })
    let without = try RecordedRun(try RecordedMachine())
    let replay = try MachineReplay(without.path, in: without.folder.path)
    #expect(HostMeter(replaying: replay).gpuReason == without.meter.meter.gpuReason)
  }

  @Test("counts of power events are recorded and count again; a refusal is refused again")
  func perf() throws {
    let machine = try RecordedMachine()
    let unit = "sys/bus/event_source/devices/power"
    try machine.folder.write("\(unit)/type", "9\n")
    try machine.folder.write("\(unit)/cpumask", "0\n")
    for (file, text) in [("", "event=0x02\n"), (".scale", "2.3283064365386962890625e-10\n"), (".unit", "Joules\n")] {
      try machine.folder.write("\(unit)/events/energy-pkg\(file)", text)
    }
    let kernel = FakePerf()
    kernel.set(2, 0, 77)
    let run = try RecordedRun(machine, access: kernel.access)
    for second in 1...3 {
      kernel.set(2, 0, 77 + UInt64(second) << 38)
      try run.look()
    }
    let samples = try MachineReplay(run.path, in: run.folder.path).samples(roots: [42]).samples
    #expect(samples.map { $0.joules(.cpu) } == [64, 128, 192])
    let closed = try RecordedRun(machine, access: FakePerf(refusing: { _ in EACCES }).access)
    let probes = HostMeter(replaying: try MachineReplay(closed.path, in: closed.folder.path)).probes
    #expect(probes.first { $0.kind == .perf }?.reason.contains("Permission denied") == true)
  }
}

import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Exporters, load profiles and control groups in a recording")
struct RecordedSourcesTests {
  /// The first look's files of a recording, as one text.
  private func text(_ run: RecordedRun) -> String {
    everyFile(below: run.path).values.map { String(decoding: $0, as: UTF8.self) }.joined()
  }

  /// What a meter's sources are, without their reasons, which name the folders of the kernel's files.
  private func facts(_ meter: HostMeter) -> [String] {
    meter.descriptions.map { "\($0.component) \($0.name) \($0.origin) \($0.method) \($0.relative)" }
  }

  @Test("an exporter's page replays to the same source, samples and faults, also while it does not come")
  func exporter() throws {
    let page = { (joules: Int) in
      """
      # HELP kepler_node_cpu_joules_total of a node
      kepler_node_cpu_joules_total{node="secret-host",zone="package-0"} \(joules)
      kepler_node_cpu_joules_total{node="secret-host",zone="package-1"} \(2 * joules)
      kepler_node_cpu_joules_total{node="secret-host",zone="core-0"} 999
      kepler_pod_cpu_joules_total{pod="tellnobody"} 5
      """
    }
    let exporter = FakeExporter(page(1000))
    let run = try RecordedRun(try RecordedMachine(), access: try exporter.access())
    for step in 1...12 {
      exporter.set((4...7).contains(step) ? nil : page(step == 10 ? 7 : 1000 + 20 * step))
      try run.look(after: step == 8 ? 61 : 1)
    }
    let requests = exporter.requests
    let (meter, samples) = try MachineReplay(run.path, in: run.folder.path).samples(roots: [42])
    #expect(samples == run.live)
    // Those that name a series have its number in the place of its labels.
    let faults = meter.takeFaults()
    #expect(faults.count == run.meter.faults.count && faults.count >= 4)
    #expect(faults.filter { !$0.contains("{") } == run.meter.faults.filter { !$0.contains("{") })
    #expect(facts(meter) == facts(run.meter.meter))
    #expect(meter.descriptions.first { $0.component == .cpu }?.origin == .measured)
    #expect((samples.last?.joules(.cpu) ?? 0) > 100)
    // A replay asks nobody.
    #expect(exporter.requests == requests)
    for secret in ["secret-host", "tellnobody", "kepler_pod"] { #expect(!text(run).contains(secret)) }
  }

  @Test(
    "a power distribution unit stays beside; a key in its address is not recorded; an exporter that is away stays so")
  func platform() throws {
    let exporter = FakeExporter("outlet_watts{outlet=\"3\"} 120\n")
    let options = "http://pdu/metrics?key=s3cret,metric=outlet_watts,unit=W,component=platform"
    let run = try RecordedRun(try RecordedMachine(), access: try exporter.access(options))
    for _ in 1...3 { try run.look() }
    let samples = try MachineReplay(run.path, in: run.folder.path).samples(roots: [42]).samples
    #expect(samples == run.live)
    #expect(samples.last?.platform["outlet_watts"] == .joules(360))
    #expect(!text(run).contains("s3cret"))
    let away = try RecordedRun(try RecordedMachine(), access: try FakeExporter(nil).access())
    let probes = HostMeter(replaying: try MachineReplay(away.path, in: away.folder.path)).probes
    #expect(probes.first { $0.kind == .prometheus } == away.meter.meter.probes.first { $0.kind == .prometheus })
    #expect(probes.first { $0.kind == .prometheus }?.reason.contains("no answer within 300 ms") == true)
  }

  @Test(
    "what was learned of a machine model replays to the same model; of another file in its place nothing is recorded")
  func loadProfile() throws {
    let info = TaughtMachine.cpuInfo()
    let folder = try TemporaryFolder()
    let store = LoadProfileStore(folder: folder.path)
    let counter = SourceDescription(
      component: .cpu, name: "RAPL package-0", origin: .measured, method: MeteringMethods.raplCounter, reason: "",
      relative: -0.05...0.05)
    let readings = LoadBins(LoadBins.everywhere, disturbance: 0.02, of: TrueCurve().watts)
    #expect(try store.save(readings, of: .two, source: counter, at: Timestamp(milliseconds: 1)))
    let run = try RecordedRun(try RecordedMachine(cpuInfo: info), access: SourceAccess(profiles: store))
    for _ in 1...3 { try run.look() }
    let replay = try MachineReplay(run.path, in: run.folder.path)
    let (meter, samples) = try replay.samples(roots: [42])
    #expect(samples == run.live)
    #expect(facts(meter) == facts(run.meter.meter))
    #expect(meter.descriptions.first { $0.component == .cpu }?.method == MeteringMethods.calibratedLoad)
    // A run's journal has the interval of the loads that the run had, which is known at its end only.
    let before = HostMeter(replaying: try MachineReplay(run.path, in: run.folder.path))
    let request = RunRequest(
      run: "run_x", command: [], journal: "\(run.folder.path)/run.journal", meterProgram: "/nowhere")
    let session = ReplaySession(
      request, of: try MachineReplay(run.path, in: run.folder.path), measuring: .process(42))
    let journal = try Journal(path: try #require(session.run().journal))
    let interval = { (sources: [SourceDescription]) in sources.first { $0.component == .cpu }?.relative }
    #expect(interval(journal.sources) == interval(meter.descriptions))
    #expect(interval(journal.sources) != interval(before.descriptions))
    // A replay teaches nothing.
    #expect(replay.access.profiles.folder == nil)
    // A profile of another machine model, and what is no profile, are not recorded.
    let other = try RecordedRun(try RecordedMachine(), access: SourceAccess(profiles: store))
    #expect(!text(other).contains("dimmer-load-profile"))
    try folder.write(MachineModel.two.fileName, "s3cret\npassword 1\n")
    let damaged = try RecordedRun(try RecordedMachine(cpuInfo: info), access: SourceAccess(profiles: store))
    #expect(!text(damaged).contains("s3cret") && !text(damaged).contains("password"))
  }

  @Test("the groups of the process that is named are recorded with their members, others are not; both versions")
  func groups() throws {
    let mounts = [
      "41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
      "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n",
    ]
    for (version, mount) in mounts.enumerated() {
      let machine = try RecordedMachine()
      let tree = version == 0 ? "sys/fs/cgroup" : "sys/fs/cgroup/cpu"
      let count = { (path: String, nanoseconds: Int) in
        try machine.folder.write("\(tree)\(path)/cpuacct.usage", "\(nanoseconds)\n")
        try machine.folder.write("\(tree)\(path)/cpu.stat", "usage_usec \(nanoseconds / 1000)\nsecret 1\n")
        try machine.folder.write("\(tree)\(path)/cgroup.procs", path == "/a/b" ? "42\n0\n" : "")
      }
      try machine.folder.write("proc/self/mountinfo", mount)
      try machine.folder.write("proc/42/cgroup", version == 0 ? "0::/a\n" : "3:cpu,cpuacct:/a\n")
      for path in ["/a", "/a/b", "/other"] { try count(path, 5000) }
      let meter = try RecordedMeter(machine)
      let group = try ControlGroup("/a", machine: machine.root)
      let byGroup = HostMeter(
        machine: machine.root, access: SourceAccess(gpuLibrary: "/nowhere"), clock: meter.time.clock)
      try byGroup.start(group: group)
      let folder = try TemporaryFolder()
      let path = "\(folder.path)/recording"
      let recorder = MachineRecorder(
        machine: machine.root, to: path, access: SourceAccess(gpuLibrary: "/nowhere"), measuring: .process(42),
        clock: meter.time.clock)
      try recorder.begin()
      var live: [CumulativeSample] = []
      for second in 1...4 {
        try count("/a", second * 700_000_000)
        _ = try meter.read(after: 1, usage: 0.5)
        if second == 4 {
          for below in ["/a/b", "/a"] {
            for file in ["cpuacct.usage", "cpu.stat", "cgroup.procs"] {
              unlink("\(machine.folder.path)/\(tree)\(below)/\(file)")
            }
            rmdir("\(machine.folder.path)/\(tree)\(below)")
          }
        }
        live.append(try byGroup.read())
        try recorder.frame()
      }
      let replay = try MachineReplay(path, in: folder.path)
      let there = HostMeter(replaying: replay)
      try there.start(group: try ControlGroup("/a", machine: replay.machine))
      #expect(there.population.run == 1)
      var samples: [CumulativeSample] = []
      while replay.advance() { samples.append(try there.read()) }
      #expect(samples == live)
      #expect(there.isGone && byGroup.isGone)
      #expect((samples.last?.cpu.run ?? 0) > 2_000_000_000)
      #expect(!everyFile(below: path).contains { $0.key.contains("/other/") || holds($0.value, "secret") })
    }
  }

  @Test(
    "who was measured stands in the recording, and nonsense there is nobody", arguments: ["process 0", "group x", "1"])
  func subject(wrong: String) throws {
    for subject in [MeasuredSubject.process(42), .group("/a b/%41")] {
      #expect(MeasuredSubject(subject.text) == subject)
    }
    #expect(MeasuredSubject(wrong) == nil)
    #expect(throws: MeteringError.self) {
      let machine = try RecordedMachine()
      let folder = try TemporaryFolder()
      try MachineRecorder(machine: machine.root, to: "\(folder.path)/r", measuring: .group("/none")).begin()
    }
  }
}

import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("A machine whose counter was read once teaches the load model")
struct CalibrationTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var files: [String] { (Folder.names(at: folder.path) ?? []).filter { $0.hasSuffix(".profile") } }

  /// A session on a machine that can be read, to its end.
  private func teach(
    _ curve: TrueCurve, loads: [Double], seed: UInt64 = 1, cpuInfo: String = TaughtMachine.cpuInfo()
  ) throws {
    let machine = try TaughtMachine(curve, seed: seed, isReadable: true, folder: folder.path, cpuInfo: cpuInfo)
    #expect(try machine.source.origin == .measured)
    for load in loads { try machine.look(load) }
    machine.recorded.meter.keepProfile()
    #expect(machine.recorded.meter.takeFaults().isEmpty)
  }

  @Test(
    "the same machine with its counters closed is modelled within an interval that holds the truth", arguments: 0..<8)
  func randomCurves(seed: UInt64) throws {
    var random = SeededNumbers(seed + 1)
    let curve = TrueCurve(&random)
    try teach(curve, loads: (0..<200).map { _ in Double(random.below(401)) / 400 }, seed: seed)
    #expect(files.count == 1)
    let machine = try TaughtMachine(curve, seed: seed + 7, isReadable: false, folder: folder.path)
    var sample = CumulativeSample(monotonic: .seconds(0), wall: Timestamp(milliseconds: 0))
    // First all over the range, then long at one load, which may lie anywhere.
    let steady = Double(random.below(401)) / 400
    for look in 0..<60 { sample = try machine.look(look < 30 ? Double(random.below(401)) / 400 : steady) }
    let (joules, interval) = try machine.said(sample)
    #expect(interval.contains(machine.truth), "\(curve): \(joules) J said, \(machine.truth) J true")
    // What is not measured is not known better than the counter that taught it, and much better than by the table.
    #expect(interval.upperBound / joules - 1 >= 0.05)
    #expect(interval.upperBound / joules - 1 < 0.25, "\(curve)")
    let source = try machine.source
    #expect(source.origin == .modelled)
    #expect(source.method == "load-fit@2")
  }

  @Test("the source's line says when and from what it learned, and how far off it is")
  func line() throws {
    try teach(TrueCurve(), loads: LoadBins.everywhere)
    let machine = try TaughtMachine(TrueCurve(), isReadable: false, folder: folder.path)
    let source = try machine.source
    #expect(source.name == "fitted curve for \(MachineModel.two.name)")
    #expect(source.reason.hasPrefix("calibrated on 2023-11-14 from RAPL package-0, package-1, ±"))
    #expect(source.reason.contains("201 readings of this machine model"))
    #expect(source.reason.contains("not measured: "))
    let probe = try #require(machine.recorded.meter.probes.first { $0.kind == .loadModel })
    #expect(probe.isUsed && probe.reason == source.reason)
    let percent = try #require(probe.expectedErrorPercent)
    #expect(percent > 5 && percent < 20)
    #expect(source.reason.contains("±\(Decimals.significant(percent, digits: 2)) %"))
    // Where it is read, the model is not needed, and doctor says what it would be worth.
    let readable = try TaughtMachine(TrueCurve(), isReadable: true, folder: folder.path)
    let spare = try #require(readable.recorded.meter.probes.first { $0.kind == .loadModel })
    #expect(!spare.isUsed && spare.expectedErrorPercent == percent)
  }

  @Test("beyond the loads that were seen the interval is the published model's, and the curve does not jump")
  func unseen() throws {
    try teach(TrueCurve(), loads: (0..<120).map { Double($0) / 300 })
    let machine = try TaughtMachine(TrueCurve(), isReadable: false, folder: folder.path)
    // Nothing was used yet, and it may be anything.
    #expect(try machine.source.relative == MeteringMethods.loadModelRelative)
    try machine.look(0.2)
    let seen = try machine.source.relative
    #expect(seen.upperBound < 0.15 && seen.lowerBound > -0.15)
    // As much energy again at a load that was never seen: the interval is between the two.
    for _ in 0..<2 { try machine.look(0.9) }
    let mixed = try machine.source.relative
    #expect(mixed.upperBound > 0.25 && mixed.upperBound < 0.4)
    let model = MachineModel.two
    let profile = try #require(LoadProfileStore(folder: folder.path).profile(of: model).profile)
    let published = PublishedLoad(model: .curve(thermalDesignPower: .watts(400)), relative: -0.4...0.4)
    let calibrated = try #require(CalibratedLoad(profile, published: published))
    #expect(calibrated.relative(load: 0.9) == -0.4...0.4)
    #expect(calibrated.relative(load: .nan).upperBound.isFinite)
    let watts = (0...1000).map { calibrated.power(load: Double($0) / 1000).watts }
    for (below, above) in zip(watts, watts.dropFirst()) { #expect(above >= below && above - below < 3) }
  }

  @Test("between two loads that were seen, power is between theirs, and so is the interval")
  func between() throws {
    let curve = TrueCurve(idle: 100, full: 500, exponent: 1.1)
    try teach(curve, loads: (0..<80).map { $0 % 2 == 0 ? 0.01 : 0.98 })
    let machine = try TaughtMachine(curve, isReadable: false, folder: folder.path)
    let sample = try machine.look(0.5, seconds: 10)
    let (joules, interval) = try machine.said(sample)
    #expect(interval.contains(machine.truth))
    #expect(interval.upperBound / joules - 1 >= 0.3)
    // At a load that was seen it is narrow.
    let other = try TaughtMachine(curve, isReadable: false, folder: folder.path)
    let full = try other.look(0.98, seconds: 10)
    #expect(try other.said(full).interval.upperBound / other.said(full).joules < 1.1)
  }

  @Test(
    "a profile is for one machine model: another processor, more threads, a virtual machine or other memory go without")
  func otherModels() throws {
    try teach(TrueCurve(), loads: LoadBins.everywhere)
    let infos = [
      TaughtMachine.cpuInfo(name: "Intel(R) Xeon(R) Platinum 8380H CPU @ 2.90GHz"),
      TaughtMachine.cpuInfo(flags: "fpu hypervisor"),
      TaughtMachine.cpuInfo() + "\nprocessor : 4\nphysical id : 1\n",
    ]
    for (info, memory) in infos.map({ ($0, 16_000_000) }) + [(TaughtMachine.cpuInfo(), 64_000_000)] {
      let machine = try TaughtMachine(
        TrueCurve(), isReadable: false, folder: folder.path, cpuInfo: info, memoryKibibytes: memory)
      #expect(try machine.source.method != "load-fit@2")
    }
    // Also not when its file has the name of this machine's.
    let other = MachineModel(
      vendor: "GenuineIntel", name: "other", sockets: 2, cores: 2, threads: 4, memoryClass: 16, isVirtual: false)
    rename("\(folder.path)/\(MachineModel.two.fileName)", "\(folder.path)/\(other.fileName)")
    #expect(LoadProfileStore(folder: folder.path).profile(of: other).profile == nil)
    // A little less memory is the same machine.
    rename("\(folder.path)/\(other.fileName)", "\(folder.path)/\(MachineModel.two.fileName)")
    let same = try TaughtMachine(TrueCurve(), isReadable: false, folder: folder.path, memoryKibibytes: 15_800_000)
    #expect(try same.source.method == "load-fit@2")
  }

  @Test("a damaged profile is said once, in the source's line, and the published model is used")
  func damaged() throws {
    try teach(TrueCurve(), loads: LoadBins.everywhere)
    let path = "\(folder.path)/\(MachineModel.two.fileName)"
    var text = try #require(FileBuffer().text(at: path))
    text.replaceSubrange(text.startIndex...text.startIndex, with: "D")
    try folder.write(MachineModel.two.fileName, text)
    let machine = try TaughtMachine(TrueCurve(), isReadable: false, folder: folder.path)
    let source = try machine.source
    #expect(source.method == "load-curve@1")
    #expect(source.relative == MeteringMethods.loadModelRelative)
    #expect(source.reason.contains("\(path) is not used: "))
    try machine.look(0.5)
    #expect(machine.recorded.faults.isEmpty)
    // The next session that can read writes it anew.
    try teach(TrueCurve(), loads: LoadBins.everywhere)
    #expect(LoadProfileStore(folder: folder.path).profile(of: .two).profile != nil)
  }

  @Test("with no place to keep it nothing is written and nothing is said; a place that cannot be written is said once")
  func noPlace() throws {
    let machine = try TaughtMachine(TrueCurve(), isReadable: true, folder: nil)
    for load in LoadBins.everywhere { try machine.look(load) }
    machine.recorded.meter.keepProfile()
    #expect(machine.recorded.meter.takeFaults().isEmpty)
    try folder.write("file", "")
    let closed = try TaughtMachine(TrueCurve(), isReadable: true, folder: "\(folder.path)/file/below")
    for load in LoadBins.everywhere { try closed.look(load) }
    closed.recorded.meter.keepProfile()
    closed.recorded.meter.keepProfile()
    let faults = closed.recorded.meter.takeFaults()
    #expect(faults.count == 1 && faults[0].contains("set DIMMER_STATE_DIR"))
  }

  @Test("a counter that had trouble teaches nothing")
  func trouble() throws {
    let machine = try TaughtMachine(TrueCurve(), isReadable: true, folder: folder.path)
    for load in LoadBins.everywhere { try machine.look(load) }
    // It is set back, as a firmware does.
    try machine.recorded.machine.set("intel-rapl:0", 1)
    _ = try machine.recorded.read(after: 1)
    #expect(!machine.recorded.faults.isEmpty)
    machine.recorded.meter.keepProfile()
    #expect(files.isEmpty)
  }

  @Test("short runs add up: too few readings are kept and said, and used when there are enough")
  func addingUp() throws {
    let loads = [0.1, 0.3, 0.6, 0.9, 0.5, 0.5]
    try teach(TrueCurve(), loads: loads)
    let early = try TaughtMachine(TrueCurve(), isReadable: false, folder: folder.path)
    #expect(try early.source.method == "load-curve@1")
    #expect(try early.source.reason.contains("6 readings of a counter are too few to learn from"))
    for _ in 0..<9 { try teach(TrueCurve(), loads: loads) }
    let late = try TaughtMachine(TrueCurve(), isReadable: false, folder: folder.path)
    #expect(try late.source.reason.contains("60 readings"))
  }

  @Test("a meter of one client learns from its looks and keeps it when the client has gone")
  func service() throws {
    let machine = try RecordedMachine(cpuInfo: TaughtMachine.cpuInfo())
    try machine.zone("intel-rapl:0", "package-0", energy: 0)
    let me = getpid()
    let time = TestClock()
    func write(busy: Int, joules: Int) throws {
      try machine.folder.write("proc/stat", "cpu  \(busy) 0 0 800 50 0 0 0 0 0\n")
      try machine.folder.write("proc/loadavg", "0.00 0.00 0.00 1/100 42\n")
      try machine.folder.write(
        "proc/\(me)/stat", "\(me) (train) S 1 1 1 0 -1 0 0 0 0 0 \(busy) 0 0 0 20 0 1 0 500 1000 3 0 0\n")
      try machine.set("intel-rapl:0", UInt64(joules) * 1_000_000)
    }
    try write(busy: 0, joules: 0)
    let (ours, theirs) = try #require(ControlChannel.pair())
    let channel = ControlChannel(descriptor: ours)
    let service = ServiceThread(
      MeterService(
        machine: machine.root, gpuLibrary: "/nowhere",
        access: SourceAccess(profiles: LoadProfileStore(folder: folder.path)), clock: time.clock, inherited: theirs))
    // Several answers may come at once.
    var heard: [ControlChannel.Event] = []
    func answer() throws -> MeterAnswer {
      while heard.isEmpty {
        _ = Descriptors.wait([ours], milliseconds: 1000)
        heard = channel.receive()
      }
      guard case .line(let line) = heard.removeFirst() else { throw MeteringError("the meter is gone") }
      return try #require(MeterAnswer(line))
    }
    var request = LeaseRequest(run: "run-1")
    request.pid = me
    request.periodMilliseconds = 60_000
    channel.send(MeterRequest.open(request).text)
    guard case .opened(let lease, _) = try answer() else { throw MeteringError("no lease") }
    var (busy, joules) = (0, 0)
    for look in 1...44 {
      time.advance(seconds: 1)
      let load = look % 4
      busy += load * 100
      joules += 100 + load * 50
      try write(busy: busy, joules: joules)
      channel.send(MeterRequest.read(lease: lease).text)
      let word = try answer()
      guard case .sample = word else { throw MeteringError("no sample but \(word)") }
    }
    #expect(files.isEmpty)
    channel.send(MeterRequest.close(lease: lease).text)
    while try answer() != .closed(lease: lease) {}
    channel.hangUp()
    service.join()
    let profile = try #require(LoadProfileStore(folder: folder.path).profile(of: .two).profile)
    #expect(profile.readings.count >= 44)
    let fit = try #require(profile.fit)
    for load in [0, 0.25, 0.5, 0.75] {
      #expect(abs(fit.power(load: load).watts - (100 + load * 200)) < 1)
    }
  }
}

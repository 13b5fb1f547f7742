import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Recordings that are cut, damaged or made to harm")
struct MachineRecordingHostileTests {
  private func put(_ bytes: some Sequence<UInt8>, _ file: String) throws {
    unlink(file)
    try RecordingFolder.append(Array(bytes), to: file)
  }

  @Test("a recording whose index or last frame is cut at any byte plays up to its last whole frame")
  func cuts() throws {
    let run = try RecordedRun(try RecordedMachine())
    for _ in 1...2 { try run.look() }
    for file in ["\(run.path)/recording.txt", "\(run.path)/frames/0002"] {
      let whole = try RecordingFolder.read(file, atMost: 1 << 20)
      for length in 0..<whole.count {
        try put(whole.prefix(length), file)
        guard let replay = try? MachineReplay(run.path, in: run.folder.path) else { continue }
        let samples = try replay.samples(roots: [42]).samples
        #expect(samples == Array(run.live.prefix(samples.count)) && samples.count < 2)
        #expect((replay.fault != nil) == (file.hasSuffix("0002")))
      }
      try put(whole, file)
    }
    #expect(try MachineReplay(run.path, in: run.folder.path).samples(roots: [42]).samples == run.live)
  }

  @Test(
    "a frame that would leave the folder, or announces what is not there, is refused whole",
    arguments: [
      "file 0644 1 proc/../../out\nx\n", "file 0644 1 /tmp/out\nx\n", "file 0644 1 proc//out\nx\n", "gone ..\n",
      "gone proc/..\n", "refused 0400 13 ../out\n", "refused 0400 0 proc/x\n", "file 0644 1 etc/out\nx\n",
      "file 0644 9223372036854775807 proc/x\nx\n", "file 0644 -1 proc/x\nx\n", "file 0644 99 proc/x\nx\n",
      "file 0644 1 proc/%2e%2e/%2e%2e/out\nx\n", "file 0644 1 proc/dimmer-refused:13:0400\nx\n", "what proc/x\n",
      "file 0644 1 proc/x\nx\nfile 0644 1 proc/../../out\nx\n", "gone proc/42/stat",
      "file 0644 1 exporter/../../out\nx\n", "file 0644 1 exporter\nx\n", "file 0644 1 profile/../../out\nx\n",
      "refused 0400 13 profile/../../../out\n", "file 0644 1 exporters/page\nx\n",
    ])
  func frames(text: String) throws {
    let run = try RecordedRun(try RecordedMachine())
    try run.look()
    let bytes = Array(text.utf8)
    try put(bytes, "\(run.path)/frames/0001")
    let index = String(decoding: try RecordingFolder.read("\(run.path)/recording.txt", atMost: 1 << 20), as: UTF8.self)
    var words = index.split(separator: "\n").last?.split(separator: " ").map(String.init) ?? []
    words[5] = "\(bytes.count)"
    words[6] = String(decoding: CRC32C.hexadecimal(CRC32C.checksum(bytes)), as: UTF8.self)
    let head = index.split(separator: "\n").dropLast().joined(separator: "\n")
    try put("\(head)\n\(words.joined(separator: " "))\n".utf8, "\(run.path)/recording.txt")
    let replay = try MachineReplay(run.path, in: run.folder.path)
    let before = everyFile(below: run.folder.path)
    #expect(!replay.advance())
    #expect(replay.fault != nil)
    #expect(everyFile(below: run.folder.path) == before)
  }

  @Test("a list that names a file outside, and a link in the place of a file, are refused before anything is written")
  func links() throws {
    let run = try RecordedRun(try RecordedMachine())
    let list = "\(run.path)/machine.txt"
    let whole = try RecordingFolder.read(list, atMost: 1 << 20)
    try put("file 0644 proc/../../out\nend 1\n".utf8, list)
    #expect(throws: MeteringError.self) { try MachineReplay(run.path, in: run.folder.path) }
    try put(whole, list)
    unlink("\(run.path)/machine/proc/stat")
    symlink("/etc/passwd", "\(run.path)/machine/proc/stat")
    #expect(throws: MeteringError.self) { try MachineReplay(run.path, in: run.folder.path) }
    #expect(Folder.names(at: run.folder.path) == ["recording"])
  }

  /// A recording with these files besides, as if its recorder had written them.
  private func recording(with files: [String: String], cpuInfo: String = "processor : 0\n") throws -> RecordedRun {
    let run = try RecordedRun(try RecordedMachine(cpuInfo: cpuInfo))
    try run.look()
    let list = "\(run.path)/machine.txt"
    let text = String(decoding: try RecordingFolder.read(list, atMost: 1 << 20), as: UTF8.self)
    var lines = text.split(separator: "\n").dropLast().map(String.init)
    for (name, content) in files {
      try RecordingFolder.write(Array(content.utf8), to: "\(run.path)/machine/\(name)", below: run.path)
      lines.append("file 0444 \(name)")
    }
    try put("\(lines.joined(separator: "\n"))\nend \(lines.count)\n".utf8, list)
    return run
  }

  @Test(
    "an exporter's description that names no page is refused, and nothing is left behind",
    arguments: ["", "file:///etc/passwd", "http://", "http://a/b,metric=x", "http://a/b,what=x", "\u{0}"])
  func exporterSource(text: String) throws {
    let run = try recording(with: ["exporter/source": text])
    let error = #expect(throws: MeteringError.self) { try MachineReplay(run.path, in: run.folder.path) }
    #expect(error?.description.contains("exporter/source") == true)
    #expect(Folder.names(at: run.folder.path) == ["recording"])
  }

  @Test("an exporter's page of any bytes, or none, is no energy that the machine never took, and no address is asked")
  func exporterPage() throws {
    // Nobody may be asked at the address of this machine itself.
    let source = "http://127.0.0.1:1/metrics,metric=m,unit=J,component=cpu"
    let pages = ["", "m", "m -5\n", "m NaN\nm{a=\"1\"} +Inf\n", "m 9e300\n", "\u{0}\u{1}\nm{\n", "m{a=\"\\\"} 1\n"]
    for page in pages {
      let run = try recording(with: ["exporter/source": source, "exporter/page": page])
      let (meter, samples) = try MachineReplay(run.path, in: run.folder.path).samples(roots: [42])
      #expect(samples.count == 1 && samples.allSatisfy { $0.total.isConserved && $0.total.host.count >= 0 })
      #expect((samples.last?.joules(.cpu) ?? 0) < 1000)
      #expect(!meter.probes.contains { $0.reason.contains("refused") })
    }
    let without = try recording(with: ["exporter/source": source])
    let probes = HostMeter(replaying: try MachineReplay(without.path, in: without.folder.path)).probes
    #expect(probes.first { $0.kind == .prometheus }?.reason.contains("the recording has no page") == true)
  }

  @Test("a load profile that is none is passed over with its reason; a subject that is none names nobody")
  func others() throws {
    for text in [
      "", "dimmer-load-profile 1\nmodel X\n", "dimmer-load-profile 2\nwatts nan\ncrc32c 00000000\n", "\u{0}",
    ] {
      let run = try recording(with: ["profile/load": text], cpuInfo: TaughtMachine.cpuInfo())
      let (meter, samples) = try MachineReplay(run.path, in: run.folder.path).samples(roots: [42])
      #expect(samples == run.live)
      #expect(meter.descriptions.first { $0.component == .cpu }?.reason.contains("load profile") == true)
    }
    let run = try recording(with: [:])
    let index = "\(run.path)/recording.txt"
    let text = String(decoding: try RecordingFolder.read(index, atMost: 1 << 20), as: UTF8.self)
    for line in ["measures group ../../x", "measures process -1", "measures ", "measures process 99999999999"] {
      try put(text.split(separator: "start ").joined(separator: "\(line)\nstart ").utf8, index)
      let replay = try MachineReplay(run.path, in: run.folder.path)
      #expect(replay.subject == nil)
    }
  }
}

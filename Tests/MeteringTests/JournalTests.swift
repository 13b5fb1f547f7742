import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("The journal")
struct JournalTests {
  private static let begin = JournalBegin(
    run: "run_01k00000000000000000000000", pid: 4711, startTicks: 109_886,
    wall: Timestamp(milliseconds: 1_780_000_000_123),
    monotonic: .seconds(77), periodMilliseconds: 1000, ticksPerSecond: 100, machine: "node 1", boot: "b-1",
    command: ["python3", "-c", "print('a = 100 %')\n", "", "Grüße"], name: "two words", region: "DE", parent: nil)

  private static func sample(_ step: Int) -> JournalRecord {
    var sample = CumulativeSample(
      monotonic: .seconds(77 + Double(step)), wall: Timestamp(milliseconds: 1_780_000_000_123 + 1000 * Int64(step)))
    let unit = Int64(step) * 1_000_003
    sample.components[.cpu] = EnergyTerms(
      host: Microjoules(15 * unit), run: Microjoules(unit), others: Microjoules(2 * unit), idle: Microjoules(4 * unit),
      own: Microjoules(8 * unit), unattributed: .zero)
    sample.components[.memory] = EnergyTerms(host: Microjoules(unit), idle: Microjoules(unit))
    sample.cpu = CPUTerms(busy: 11, run: 1, others: 2, own: 3, unattributed: 5, capacity: UInt64(step) * 2_000_000_000)
    if step > 0 {
      sample.parked = Microjoules(unit)
      sample.platform = ["RAPL psys": Microjoules(17 * unit), "battery = BAT0": .zero]
    }
    let counters = ["busy": UInt64(step), "package-0/dram": 12, "GPU-1 = x": 9]
    return .sample(
      sample, HostMeter.State(counters: counters, potential: ByConsumer(run: 7, others: 8, own: 9), meter: 10))
  }

  private static let records: [JournalRecord] = [
    .begin(begin),
    .source(
      SourceDescription(
        component: .cpu, name: "a model", origin: .modelled, method: "vcpu-load@1", reason: "no counters: 100 % sure",
        relative: -0.49056603773584906...1.6627358490566033)),
    sample(0), sample(1),
    .gap(Gap(from: .seconds(78), to: .seconds(90), reason: "asleep")), sample(13),
    .note(JournalNote(monotonic: .seconds(91), text: "a source = gone")),
    .exit(JournalExit(code: nil, signal: 9, userMicroseconds: 5, systemMicroseconds: 6, peakResidentBytes: 7)),
    .end(reason: "exited"),
  ]

  private static let bytes: [UInt8] = records.enumerated().flatMap { index, record in
    record.line.bytes(sequence: UInt64(index))
  }

  /// What of a journal can be compared between a whole one and its beginning.
  private static func contents(_ journal: Journal) -> [JournalRecord] {
    var result: [JournalRecord] = journal.begin.map { [.begin($0)] } ?? []
    result += journal.sources.map { .source($0) }
    result += journal.gaps.map { .gap($0) }
    result += journal.notes.map { .note($0) }
    if let exit = journal.exit { result.append(.exit(exit)) }
    if let reason = journal.endReason { result.append(.end(reason: reason)) }
    return result
  }

  @Test("the checksum is CRC-32C")
  func checksum() {
    // The check value of the polynomial, and 32 zero bytes of RFC 3720 appendix B.4.
    #expect(CRC32C.checksum("123456789".utf8) == 0xE306_9283)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(String(decoding: CRC32C.hexadecimal(0x0A91_36AA), as: UTF8.self) == "0a9136aa")
  }

  @Test("what is written is read back, with every kind of text")
  func roundTrip() {
    let journal = Journal(parsing: Self.bytes)
    #expect(journal.ending == .whole)
    #expect(journal.begin == Self.begin)
    #expect(journal.samples.count == 3)
    #expect(journal.records == UInt64(Self.records.count))
    #expect(journal.wholeBytes == Self.bytes.count)
    #expect(Self.contents(journal) == Self.records.filter { if case .sample = $0 { false } else { true } })
    guard case .sample(let last, let state) = Self.sample(13) else { return }
    #expect(journal.last == last)
    #expect(journal.state == state)
  }

  @Test("a sample's line is its fields in order, whatever the numbers")
  func sampleLine() {
    var sample = CumulativeSample(
      monotonic: MonotonicInstant(nanoseconds: .max), wall: Timestamp(milliseconds: -1_010),
      cpu: CPUTerms(busy: .max, run: 0, others: 9, own: 10, unattributed: 99, capacity: 100))
    sample.components[.memory] = EnergyTerms(host: Microjoules(.max), run: Microjoules(.min), idle: Microjoules(-10))
    sample.parked = Microjoules(1_000_000)
    sample.platform = ["b = 1": Microjoules(2), "a": Microjoules(3)]
    let state = HostMeter.State(
      counters: ["z": 1, "GPU 0": 20], potential: ByConsumer(run: 1, others: 2, own: 3), meter: 4)
    var line = JournalLine("sample")
    line.set("mono", UInt64.max)
    line.set("wall", -1_010)
    line.set("memory", "\(Int64.max),\(Int64.min),0,-10,0,0")
    line.set("parked", 1_000_000)
    line.set("beside.a", 3)
    line.set("beside.b = 1", 2)
    line.set("time", "\(UInt64.max),0,9,10,99,100")
    line.set("potential", "1,2,3")
    line.set("meter", 4)
    line.set("at.GPU 0", 20)
    line.set("at.z", 1)
    var text = ByteText()
    JournalRecord.sample(sample, state).append(to: &text, sequence: 1_234_567_890)
    #expect(
      String(decoding: text.bytes, as: UTF8.self)
        == String(decoding: line.bytes(sequence: 1_234_567_890), as: UTF8.self))
    #expect(JournalRecord.sample(sample, state).line == line)
    #expect(String(decoding: text.bytes.dropFirst(9).prefix(18), as: UTF8.self) == "1234567890 sample ")
  }

  @Test("a journal cut at any byte is its whole records before the cut")
  func cut() {
    let ends = Self.bytes.indices.filter { Self.bytes[$0] == UInt8(ascii: "\n") }
    for length in 0...Self.bytes.count {
      let journal = Journal(parsing: Array(Self.bytes[..<length]))
      let whole = ends.filter { $0 < length }.count
      #expect(journal.records == UInt64(whole), "cut at \(length)")
      #expect(journal.ending == (journal.wholeBytes == length ? .whole : .cut))
    }
  }

  @Test("a journal with any byte changed is its records before the damage")
  func flipped() {
    for position in Self.bytes.indices {
      // One bit, another one at each place, and all of them; 0x20 would make capital letters of a checksum.
      for mask in [1 << UInt8(position % 8), 0x20, 0xFF] as [UInt8] {
        var damaged = Self.bytes
        damaged[position] ^= mask
        let before = Self.bytes[..<position].filter { $0 == UInt8(ascii: "\n") }.count
        let journal = Journal(parsing: damaged)
        #expect(journal.records == UInt64(before), "byte \(position) with \(mask)")
        #expect(journal.ending != .whole)
      }
    }
  }

  @Test("bytes of no journal at all never make a record")
  func noise() {
    var state: UInt64 = 7
    for _ in 0..<2000 {
      let bytes = (0..<200).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(state >> 56)
      }
      #expect(Journal(parsing: bytes).records == 0)
    }
    #expect(Journal(parsing: [UInt8](repeating: 0, count: 4096)).ending == .cut)
  }

  @Test("a record that is missing in the middle ends the journal there")
  func sequence() {
    let bytes = [0, 1, 3].flatMap { Self.records[$0].line.bytes(sequence: UInt64($0)) }
    let journal = Journal(parsing: bytes)
    #expect(journal.records == 2)
    #expect(journal.ending == .damaged)
  }

  @Test("kinds and keys of a later format are passed over")
  func later() {
    var line = JournalLine("weather")
    line.set("sky", "grey")
    let bytes =
      Self.records[0].line.bytes(sequence: 0) + line.bytes(sequence: 1) + Self.sample(1).line.bytes(sequence: 2)
    let journal = Journal(parsing: bytes)
    #expect(journal.records == 3)
    #expect(journal.samples.count == 1)
  }

  @Test("a writer goes on behind the last whole record of a journal whose meter was killed")
  func reopen() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/a/b/run.journal"
    do {
      let writer = try JournalWriter.create(path)
      writer.append(Self.records[0])
      writer.append(Self.sample(1))
      try writer.sync()
      #expect(!Journal.isAbandoned(path: path))
      #expect(throws: MeteringError.self) { try JournalWriter.reopen(path) }
    }
    #expect(Journal.isAbandoned(path: path))
    // The killed meter's last line was cut.
    let half = Self.sample(2).line.bytes(sequence: 2).prefix(60)
    let descriptor = open(path, O_WRONLY | O_APPEND)
    try #require(write(descriptor, Array(half), half.count) == half.count)
    close(descriptor)
    #expect(try Journal(path: path).ending == .cut)
    let (writer, journal) = try JournalWriter.reopen(path)
    #expect(journal.samples.count == 1)
    writer.append(Self.sample(3))
    writer.append(.end(reason: "exited"))
    try writer.sync()
    let whole = try Journal(path: path)
    #expect(whole.ending == .whole)
    #expect(whole.records == 4)
    #expect(whole.last?.monotonic == .seconds(80))
  }

  @Test("a journal that is there already is not written over")
  func exists() throws {
    let folder = try TemporaryFolder()
    try folder.write("run.journal", "precious\n")
    #expect(throws: MeteringError.self) { try JournalWriter.create("\(folder.path)/run.journal") }
    #expect(FileBuffer().text(at: "\(folder.path)/run.journal") == "precious")
  }

  @Test("a file with permissions for nobody else, for command lines hold secrets")
  func mode() throws {
    let folder = try TemporaryFolder()
    _ = try JournalWriter.create("\(folder.path)/run.journal")
    #expect(Folder.mode(of: "\(folder.path)/run.journal") == "0600")
  }
}

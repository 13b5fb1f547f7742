import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Profiles of machine models")
struct LoadProfileTests {
  private static let day: Int64 = 86_400_000

  private func profile(
    _ curve: TrueCurve = TrueCurve(), day: Int64 = 20_000, error: Double = 0.05, loads: [Double] = LoadBins.everywhere
  ) throws -> LoadProfile {
    try LoadProfile(
      model: .two, made: Timestamp(milliseconds: day * Self.day), source: "RAPL package-0, package-1",
      sourceError: error, readings: LoadBins(loads, disturbance: 0.02, of: curve.watts))
  }

  private func source(error: Double = 0.05) -> SourceDescription {
    SourceDescription(
      component: .cpu, name: "RAPL package-0", origin: .measured, method: MeteringMethods.raplCounter, reason: "",
      relative: -error...error)
  }

  @Test("a profile's text reads as the same profile, and a person finds in it machine, date, counter, curve and error")
  func text() throws {
    let profile = try profile()
    #expect(try LoadProfile(text: profile.text) == profile)
    #expect(profile.text.utf8.count < LoadProfile.mostBytes)
    for part in [
      "processor Intel(R) Xeon(R) Platinum 8380", "sockets 2", "memory-gib 16", "made 2024-10-04", "source RAPL",
      "# The curve: 0 %: 9", "# Held-out readings: root mean square ",
    ] {
      #expect(profile.text.contains(part), "\(part)")
    }
  }

  @Test("no damage goes unseen: every text with one byte changed, cut or doubled is refused")
  func anyByte() throws {
    let bytes = Array(try profile(loads: [0.1, 0.5, 0.9]).text.utf8)
    var random = SeededNumbers(3)
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= UInt8(1 + random.below(255))
      let texts = [changed, Array(bytes[..<index]), Array(bytes[..<index] + bytes[index...index] + bytes[index...])]
      for text in texts {
        #expect(throws: MeteringError.self, "at \(index)") {
          try LoadProfile(text: String(decoding: text, as: UTF8.self))
        }
      }
    }
  }

  @Test("a text whose checksum is right may still say anything: it is refused, or gives finite figures")
  func anyText() throws {
    let whole = try profile().text
    let body = whole.split(separator: "\n").dropLast().map(String.init)
    let words = ["nan", "inf", "-1", "1e400", "0", "1e17", "99", "", "fit", "-0.0", "0x1p3", "½", "1e-300", "true"]
    var random = SeededNumbers(11)
    var accepted = 0
    for _ in 0..<1500 {
      var lines = body
      for _ in 0...random.below(3) {
        let index = 1 + random.below(lines.count - 1)
        var fields = lines[index].split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        fields[random.below(fields.count)] = random.pick(words)
        lines[index] = fields.joined(separator: " ")
        if random.below(6) == 0 { lines.remove(at: index) }
        if random.below(6) == 0 { lines.append(random.pick(body)) }
      }
      let text = lines.joined(separator: "\n") + "\n"
      let sum = String(decoding: CRC32C.hexadecimal(CRC32C.checksum(text.utf8)), as: UTF8.self)
      guard let profile = try? LoadProfile(text: text + "crc32c \(sum)\n") else { continue }
      accepted += 1
      let published = PublishedLoad(model: .curve(thermalDesignPower: .watts(400)), relative: -0.4...0.4)
      guard let load = CalibratedLoad(profile, published: published) else { continue }
      for step in 0...20 {
        let watts = load.power(load: Double(step) / 20).watts
        let relative = load.relative(load: Double(step) / 20)
        #expect(watts.isFinite && watts >= 0 && relative.lowerBound >= -1 && relative.upperBound.isFinite)
      }
      #expect(!load.reason.isEmpty)
      #expect(try LoadProfile(text: profile.text) == profile)
    }
    #expect(accepted > 20 && accepted < 1400)
  }

  @Test("newer readings are added to older ones, and older ones fade: a machine that has changed wins")
  func merging() throws {
    let old = try profile(TrueCurve(idle: 90, full: 400))
    let newer = LoadBins(LoadBins.everywhere, of: TrueCurve(idle: 60, full: 250).watts)
    let sameDay = try #require(old.merged(with: newer, sourceError: 0.05, at: old.made))
    #expect(sameDay.count == old.readings.count + newer.count)
    let later = try #require(
      old.merged(with: newer, sourceError: 0.05, at: Timestamp(milliseconds: old.made.milliseconds + 180 * Self.day)))
    #expect(abs(later.count - (old.readings.count / 4 + newer.count)) < 1)
    #expect(try LoadCurveFit(later).power(load: 1).watts < LoadCurveFit(sameDay).power(load: 1).watts)
    // Hours at one load are no more than the last quarter of an hour against what comes.
    var kept = old.readings
    for _ in 0..<10_000 { kept.add(load: 0.5, power: .watts(300)) }
    let long = try LoadProfile(model: .two, made: old.made, source: "x", sourceError: 0.05, readings: kept)
    let merged = try #require(long.merged(with: LoadBins(), sourceError: 0.05, at: old.made))
    let bin = try #require(LoadBins.edges.lastIndex { $0 <= 0.5 })
    #expect(merged.bins[bin].fit.count == LoadProfile.mostKept && merged.bins[bin].test.count == LoadProfile.mostKept)
    // A clock that went back makes nothing younger.
    let back = try #require(old.merged(with: newer, sourceError: 0.05, at: Timestamp(milliseconds: 0)))
    #expect(back.count == sameDay.count)
    // At last nothing is left.
    let never = Timestamp(milliseconds: old.made.milliseconds + 40_000 * Self.day)
    #expect(try #require(old.merged(with: LoadBins(), sourceError: 0.05, at: never)).count == 0)
  }

  @Test("a better counter's readings stand alone, and a worse one's are not mixed in")
  func otherCounter() throws {
    let old = try profile()
    let newer = LoadBins([0.5, 0.6], of: TrueCurve().watts)
    #expect(old.merged(with: newer, sourceError: 0.02, at: old.made) == newer)
    #expect(old.merged(with: newer, sourceError: 0.1, at: old.made) == nil)
  }

  @Test("sessions are kept in one file a machine model, and the newest of several places is read")
  func store() throws {
    let folder = try TemporaryFolder()
    let store = LoadProfileStore(folder: "\(folder.path)/a/b")
    let bins = LoadBins(LoadBins.everywhere, of: TrueCurve().watts)
    #expect(try store.save(bins, of: .two, source: source(), at: Timestamp(milliseconds: 5)))
    #expect(try store.save(bins, of: .two, source: source(), at: Timestamp(milliseconds: 6)))
    #expect(Folder.names(at: "\(folder.path)/a/b") == [MachineModel.two.fileName])
    #expect(Folder.mode(of: "\(folder.path)/a/b/\(MachineModel.two.fileName)") == "0644")
    let profile = try #require(store.profile(of: .two).profile)
    #expect(abs(profile.readings.count - 2 * bins.count) < 1e-6 && profile.made == Timestamp(milliseconds: 6))
    let second = LoadProfileStore(folder: "\(folder.path)/c", alsoReads: ["\(folder.path)/a/b"])
    #expect(second.profile(of: .two).profile == profile)
    #expect(try second.save(bins, of: .two, source: source(), at: Timestamp(milliseconds: 7)))
    #expect(second.profile(of: .two).profile?.made == Timestamp(milliseconds: 7))
    // What was not written to the end does not stand in the way.
    try folder.write("c/\(MachineModel.two.fileName).new", "half")
    #expect(try second.save(bins, of: .two, source: source(), at: Timestamp(milliseconds: 8)))
    #expect(second.profile(of: .two).profile?.made == Timestamp(milliseconds: 8))
  }

  @Test("a meter that ends while another writes waits for nobody and keeps its readings")
  func twoMeters() throws {
    let folder = try TemporaryFolder()
    let store = LoadProfileStore(folder: folder.path)
    let bins = LoadBins(LoadBins.everywhere, of: TrueCurve().watts)
    let other = open(folder.path, O_RDONLY | O_DIRECTORY)
    #expect(flock(other, LOCK_EX) == 0)
    #expect(try !store.save(bins, of: .two, source: source(), at: Timestamp(milliseconds: 5)))
    close(other)
    #expect(try store.save(bins, of: .two, source: source(), at: Timestamp(milliseconds: 5)))
    #expect(try !store.save(LoadBins(), of: .two, source: source(), at: Timestamp(milliseconds: 5)))
  }

  @Test(
    "where profiles are kept follows the environment; root writes into nobody's home; nothing named is nothing kept",
    arguments: [
      (["HOME": "/h"], false, "/h/.local/state/dimmer"), (["HOME": "/h"], true, "/var/lib/dimmer-meter"),
      (["HOME": "/h", "XDG_STATE_HOME": "/s"], false, "/s/dimmer"),
      (["HOME": "/h", "XDG_STATE_HOME": "s"], false, "/h/.local/state/dimmer"),
      (["STATE_DIRECTORY": "/var/lib/a:/var/lib/b"], true, "/var/lib/a"),
      (["DIMMER_STATE_DIR": "/d", "HOME": "/h"], true, "/d"), (["DIMMER_STATE_DIR": "", "HOME": "/h"], false, nil),
      ([:], false, nil),
    ] as [([String: String], Bool, String?)])
  func places(environment: [String: String], isRoot: Bool, folder: String?) {
    let store = LoadProfileStore(environment: { environment[$0] }, isRoot: isRoot)
    #expect(store.folder == folder)
    #expect(store.reads.contains(LoadProfileStore.ofMachine) == (environment["DIMMER_STATE_DIR"] != ""))
  }

  @Test("what a source says in the end stands for what it said at the beginning, and older readers find the first")
  func restated() throws {
    let wide = source(error: 0.4)
    let narrow = wide.with(relative: -0.1...0.1)
    let sample = CumulativeSample(monotonic: .seconds(1), wall: Timestamp(milliseconds: 1))
    let state = HostMeter.State(counters: [:], potential: ByConsumer(), meter: 0)
    let records: [JournalRecord] = [
      .source(wide), .source(wide), .sample(sample, state), .source(narrow), .end(reason: "exited"),
    ]
    let bytes = records.enumerated().flatMap { $1.line.bytes(sequence: UInt64($0)) }
    // Two of one name, both from the beginning, are two.
    #expect(Journal(parsing: bytes).sources == [narrow, wide])
  }
}

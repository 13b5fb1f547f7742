import Quantities
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Lays a recorded machine out in a folder and lets it go on, look by look: a meter that reads there sees what was seen
/// where it was recorded.
///
/// What a recording says is believed only as far as it is whole: each frame is checked before any of it is applied, and
/// nothing is ever written outside the folder that this makes.
public final class MachineReplay {
  private final class Now: Sendable {
    let moment: Mutex<RecordedMoment>
    init(_ moment: RecordedMoment) { self.moment = Mutex(moment) }
  }

  private let source: RecordingFolder
  private let folder: ReplayFolder
  private let index: RecordingIndex
  private let now: Now
  private var next = 0

  /// Why the last ``advance()`` did not go on, when it was not the end.
  public private(set) var fault: String?
  /// The GPU driver, the performance events, the exporter and the load profile of the recording, for the meter that reads
  /// the replay.
  public let access: SourceAccess

  /// Lays out the first look.
  ///
  /// - Parameters:
  ///   - path: the recording's folder.
  ///   - temporary: an existing folder, in which one is made that is removed with this.
  /// - Throws: ``MeteringError`` when it is no recording, is of another kind of machine, or cannot be laid out.
  public init(_ path: String, in temporary: String = "/tmp") throws(MeteringError) {
    source = RecordingFolder(path: path)
    let text = String(decoding: try RecordingFolder.read(source.index, atMost: 64 << 20), as: UTF8.self)
    index = try RecordingIndex(parsing: text)
    try Self.checkUnits(index)
    now = Now(index.start)
    let listing = try MachineListing(
      parsing: String(decoding: try RecordingFolder.read(source.listing, atMost: 64 << 20), as: UTF8.self))
    folder = try ReplayFolder(in: temporary)
    for (name, entry) in listing.entries {
      switch entry {
      case .refused(let mode, let number):
        try folder.apply(name, RecordedFile(mode: mode, content: .refused(number)))
      case .file(let mode):
        let bytes = try RecordingFolder.read(source.machine(name), atMost: RecordedFile.largest)
        try folder.apply(name, RecordedFile(mode: mode, content: .bytes(bytes)))
      }
    }
    access = try Self.access(index, source, folder, now)
  }

  /// Where the recorded machine's files are.
  public var machine: MachineRoot { MachineRoot(proc: "\(folder.path)/proc", sys: "\(folder.path)/sys") }

  /// The recorder's process: the meter's own part is its.
  public var recorder: Int32 { index.recorder }

  /// How many looks there are behind the first, whole or not.
  public var frames: Int { index.frames.count }

  /// Whether no look follows the one that is laid out.
  var isAtEnd: Bool { next == index.frames.count }

  /// Who was to be measured, when the recorder was told.
  public var subject: MeasuredSubject? { index.subject }

  /// How often it was looked, milliseconds: half of the looks came no later behind the one before.
  public var periodMilliseconds: Int {
    let moments = [index.start.monotonic] + index.frames.map(\.moment.monotonic)
    let spans = zip(moments, moments.dropFirst()).map { $1.nanoseconds - $0.nanoseconds }.sorted()
    guard !spans.isEmpty else { return 1000 }
    return Int(min(max((spans[spans.count / 2] + 500_000) / 1_000_000, 10), 60_000))
  }

  /// The moment of the look that is laid out.
  public var moment: RecordedMoment { now.moment.withLock { $0 } }

  /// A clock that stands at the look that is laid out.
  public var clock: MeterClock {
    let now = self.now
    return MeterClock(
      monotonic: { now.moment.withLock { $0.monotonic } }, wall: { now.moment.withLock { $0.wall } },
      sinceBoot: { now.moment.withLock { $0.sinceBoot } })
  }

  /// Applies the next look; false at the end, or where the recording is damaged, which ``fault`` then says.
  public func advance() -> Bool {
    guard fault == nil, next < index.frames.count else { return false }
    let known = index.frames[next]
    do throws(MeteringError) {
      let bytes = try RecordingFolder.read(source.frame(next + 1), atMost: RecordedFrame.largest)
      guard bytes.count == known.length,
        known.checksum.utf8.elementsEqual(CRC32C.hexadecimal(CRC32C.checksum(bytes)))
      else { throw MeteringError("its length or checksum is not what recording.txt says") }
      let frame = try RecordedFrame(parsing: bytes)
      // Those that are gone first, so that a folder can take the place of a file.
      for (name, file) in frame.changes where file == nil { try folder.apply(name, nil) }
      for (name, file) in frame.changes where file != nil { try folder.apply(name, file) }
    } catch {
      fault = "frame \(next + 1) of \(source.path) is left out, and all behind it: \(error.description)"
      return false
    }
    next += 1
    now.moment.withLock { $0 = known.moment }
    return true
  }

  /// Ticks and pages are counted in this machine's units by whoever reads.
  private static func checkUnits(_ index: RecordingIndex) throws(MeteringError) {
    let ticks = 1_000_000_000 / Clocks.nanosecondsPerTick
    let page = UInt64(max(sysconf(Int32(_SC_PAGESIZE)), 1))
    guard index.ticksPerSecond == ticks, index.pageBytes == page else {
      throw MeteringError(
        "it was recorded with \(index.ticksPerSecond) ticks a second and pages of \(index.pageBytes) bytes, here are "
          + "\(ticks) and \(page): replay it on a machine like the recorded one")
    }
  }

  private static func access(
    _ index: RecordingIndex, _ source: RecordingFolder, _ folder: ReplayFolder, _ now: Now
  ) throws(MeteringError) -> SourceAccess {
    var access = SourceAccess(perf: .replayed(in: folder.path))
    try access.readExporter(replayedIn: folder.path)
    let profile = "\(folder.path)/\(MachineRecorder.loadProfileFile)"
    if Folder.exists(profile) { access.profiles = LoadProfileStore(file: profile) }
    let file = source.gpu
    let start = index.start.monotonic
    let reason = index.gpuReason
    access.gpuDriver = { () throws(MeteringError) in
      if let reason { throw MeteringError(reason) }
      var bytes = try RecordingFolder.read(file, atMost: 1 << 30)
      // A line without an end was being written when the recorder died.
      while let last = bytes.last, last != 0x0A { bytes.removeLast() }
      let recording = try GPURecording(String(decoding: bytes, as: UTF8.self))
      return RecordedGPUDriver(recording, start: start) { now.moment.withLock { $0.monotonic } }
    }
    return access
  }
}

extension HostMeter {
  /// A meter of a replay, in the place of the recorder.
  ///
  /// - Parameters:
  ///   - own: processes of Dimmer besides the recorder.
  ///   - model: whose models stand in for what is not measured.
  public convenience init(replaying replay: MachineReplay, own: [Int32] = [], model: PowerModel = .dimmer) {
    var access = replay.access
    access.model = model
    self.init(machine: replay.machine, own: own, access: access, clock: replay.clock, me: replay.recorder)
  }
}

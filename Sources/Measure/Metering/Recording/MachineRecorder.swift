import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// Writes down what a meter can see of a machine, look by look, in a folder that can be sent along with a bug.
///
/// The folder holds `recording.txt` (see ``RecordingIndex``), the first look's files under `machine/` with their list in
/// `machine.txt`, the changes of each look after it in `frames/`, and `gpu.txt` where there is a GPU. Command lines and
/// environments are never read; process names are left out unless they are wanted. Paths of control groups are kept, and
/// the address of an exporter as far as a `?` in it.
public final class MachineRecorder {
  private let folder: RecordingFolder
  private let clock: MeterClock
  private let access: SourceAccess
  private var files: MachineFiles
  private let perf: PerfRecorder
  private var exporter: ExporterRecorder?
  private let subject: MeasuredSubject?
  private var gpu: GPURecorder?
  private var state: [String: RecordedFile] = [:]
  /// Looks that were recorded behind the first one.
  public private(set) var frames = 0

  /// A recorder that has written nothing yet.
  ///
  /// - Parameters:
  ///   - machine: where the kernel's files are.
  ///   - path: the folder, which must not be there, or be empty.
  ///   - keepsNames: whether the names of processes are recorded.
  ///   - access: what sources are read with besides; an exporter and a load profile are recorded.
  ///   - subject: who is to be measured in a replay; control groups below the top are recorded only when one of them, or
  ///     a process in it, is.
  ///   - clock: what time it is.
  public init(
    machine: MachineRoot = .here, to path: String, keepsNames: Bool = false, access: SourceAccess = SourceAccess(),
    measuring subject: MeasuredSubject? = nil, clock: MeterClock = .machine
  ) {
    self.subject = subject
    folder = RecordingFolder(path: path)
    self.clock = clock
    self.access = access
    files = MachineFiles(machine: machine, keepsNames: keepsNames)
    perf = PerfRecorder(machine: machine, access: access.perf)
    exporter = ExporterRecorder(access)
  }

  /// Makes the folder and records the first look.
  ///
  /// - Throws: ``MeteringError`` when the folder is in use or cannot be written, or the control group to be measured is
  ///   not there.
  public func begin() throws(MeteringError) {
    switch subject {
    case .group(let path)?: files.watch(try ControlGroup(path, machine: files.machine))
    case .process(let pid)?: if let group = ControlGroup.of(pid, machine: files.machine) { files.watch(group) }
    case nil: break
    }
    try folder.make()
    var index: RecordingIndex
    var gpuLines: [UInt8] = []
    let (found, moment) = look()
    index = RecordingIndex(start: moment)
    index.subject = subject
    do throws(MeteringError) {
      let recorder = try gpuRecorder(at: moment.monotonic)
      gpuLines = recorder.begin()
      gpu = recorder
    } catch {
      index.gpuReason = error.description
    }
    state = found
    for (path, file) in found {
      guard case .bytes(let bytes) = file.content else { continue }
      try RecordingFolder.write(bytes, to: folder.machine(path), below: folder.path)
    }
    try RecordingFolder.write(Array(MachineListing(found).text.utf8), to: folder.listing, below: folder.path)
    if !gpuLines.isEmpty { try RecordingFolder.append(gpuLines, to: folder.gpu) }
    index.kernel = Self.kernel
    index.ticksPerSecond = 1_000_000_000 / Clocks.nanosecondsPerTick
    index.pageBytes = UInt64(max(sysconf(Int32(_SC_PAGESIZE)), 1))
    index.recorder = getpid()
    index.keepsNames = files.keepsNames
    try RecordingFolder.write(Array(index.head.utf8), to: folder.index, below: folder.path)
  }

  /// Records one more look. When it cannot be written, the recording ends with the look before.
  ///
  /// - Throws: ``MeteringError`` that names the file.
  public func frame() throws(MeteringError) {
    let (found, moment) = look()
    // Its lines are of no use without the frame, and do no harm: they are later than all frames that are whole.
    if let gpu { try RecordingFolder.append(gpu.look(at: moment.monotonic), to: folder.gpu) }
    let bytes = RecordedFrame(from: state, to: found).bytes
    let number = frames + 1
    try RecordingFolder.write(bytes, to: folder.frame(number), below: folder.path)
    let checksum = String(decoding: CRC32C.hexadecimal(CRC32C.checksum(bytes)), as: UTF8.self)
    let frame = RecordingIndex.Frame(moment: moment, length: bytes.count, checksum: checksum)
    try RecordingFolder.append(Array(RecordingIndex.line(number, frame).utf8), to: folder.index)
    state = found
    frames = number
  }

  /// Everything in the order in which a meter reads it: processes, the time, busy time and sources.
  private func look() -> (files: [String: RecordedFile], moment: RecordedMoment) {
    let sinceBoot = clock.sinceBoot()
    var found = files.processes()
    let moment = RecordedMoment(monotonic: clock.monotonic(), wall: clock.wall(), sinceBoot: sinceBoot)
    found.merge(files.rest()) { _, new in new }
    found.merge(perf.look()) { _, new in new }
    found.merge(exporter?.look(at: moment.monotonic) ?? [:]) { _, new in new }
    found.merge(loadProfile) { _, new in new }
    return (found, moment)
  }

  /// The profile of this machine model that a meter here would read: what it says, and nothing else of its file.
  private lazy var loadProfile: [String: RecordedFile] = {
    guard let profile = MachineModel(of: files.machine).flatMap({ access.profiles.profile(of: $0).profile }) else {
      return [:]
    }
    return [MachineRecorder.loadProfileFile: RecordedFile(mode: 0o444, content: .bytes(Array(profile.text.utf8)))]
  }()
  static let loadProfileFile = "profile/load"

  private func gpuRecorder(at moment: MonotonicInstant) throws(MeteringError) -> GPURecorder {
    if let driver = access.gpuDriver { return try GPURecorder(at: moment, opening: driver) }
    let library = access.gpuLibrary ?? NVMLLibrary.soname
    return try GPURecorder(at: moment) { () throws(MeteringError) in try NVMLLibrary(named: library) }
  }

  /// The kernel and the processor's kind; the host's name is left out.
  private static var kernel: String {
    var names = utsname()
    guard uname(&names) == 0 else { return "unknown" }
    func text(_ field: some Any) -> String {
      withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    return "\(text(names.sysname)) \(text(names.release)) \(text(names.machine))"
  }
}

import CMetering
import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// The resident meter of one run: takes the baseline, samples each period, keeps the journal, and ends with the run.
///
/// It talks with the run over a socket, one line each:
///
///     meter: ready | failed REASON          the baseline is taken, or there will be no measurement
///     run:   root PID                       the command's process
///     meter: sample …                       the journal's sample line, each period
///     meter: fault TEXT                     something is wrong that does not stop the run
///     meter: final                          the last sample is safe; the command can be reaped
///     run:   exit code=… signal=… utime_us=… stime_us=… maxrss=…
///     run:   end
///
/// When the run's end of the socket closes, Dimmer has died; the meter goes on until the command ends.
public final class ResidentMeter {
  private let options: MeterOptions
  private let channel: ControlChannel
  private let meter: HostMeter
  private var journal: JournalWriter?
  private var root: Int32?
  private var rootDescriptor: Int32 = -1
  private var journalIsFailing = false
  private var lastSample: CumulativeSample?

  /// A meter for one run.
  public init(_ options: MeterOptions) {
    self.options = options
    channel = ControlChannel(descriptor: options.control)
    meter = HostMeter(
      machine: options.machine, own: options.own, reapers: options.reapers,
      period: .seconds(Double(options.periodMilliseconds) / 1000), gpuLibrary: options.gpuLibrary)
  }

  /// Meters until the run has ended.
  ///
  /// - Throws: ``MeteringError`` when there can be no measurement; the run was told.
  public func run() throws(MeteringError) {
    Self.leaveTerminal()
    do throws(MeteringError) {
      try begin()
    } catch {
      channel.send("failed \(error.description)")
      throw error
    }
    channel.send("ready")
    guard waitForRoot() else {
      journal?.discard()
      return
    }
    sampleUntilRootEnds()
    let reason = finish()
    journal?.append(.end(reason: reason))
    sync()
  }

  /// Signals of the terminal and of job control are for the command. The meter ends with it, and only then.
  private static func leaveTerminal() {
    setsid()
    // A limit on file sizes is a failed write, as a full disk is.
    for number in [SIGINT, SIGHUP, SIGTERM, SIGQUIT, SIGPIPE, SIGTSTP, SIGXFSZ] { signal(number, SIG_IGN) }
  }

  private func begin() throws(MeteringError) {
    guard options.resumes else {
      journal = try JournalWriter.create(options.journal)
      do throws(MeteringError) {
        lastSample = try meter.start()
      } catch {
        journal?.discard()
        throw error
      }
      return
    }
    let (writer, earlier) = try JournalWriter.reopen(options.journal)
    guard let begin = earlier.begin, let sample = earlier.last, let state = earlier.state else {
      throw MeteringError("the journal \(options.journal) holds nothing to go on from")
    }
    guard begin.boot == Machine.boot(options.machine) else {
      throw MeteringError("the journal \(options.journal) is of an earlier boot of this machine")
    }
    try meter.resume(roots: [begin.pid], from: sample, state: state)
    journal = writer
    lastSample = sample
    note("the meter was stopped and started again; what was used in between is counted as one period")
  }

  /// Waits for the root's number; false when there will be none.
  private func waitForRoot() -> Bool {
    while root == nil {
      _ = Descriptors.wait([channel.descriptor], milliseconds: nil)
      for event in channel.receive() {
        guard case .line(let line) = event, !line.hasPrefix("end") else { return false }
        if line.hasPrefix("root "), let pid = Int32(line.dropFirst(5)) { root = pid }
      }
    }
    guard let root else { return false }
    rootDescriptor = linux_pidfd_open(root)
    meter.add(root: root)
    guard !options.resumes else { return true }
    recordBeginning(root)
    return true
  }

  private func recordBeginning(_ root: Int32) {
    guard let baseline = lastSample else { return }
    let stat = FileBuffer().text(at: "\(options.machine.proc)/\(root)/stat").flatMap { ProcessStat($0) }
    var begin = JournalBegin(
      run: options.run, pid: root, startTicks: stat?.startTicks ?? 0, wall: baseline.wall,
      monotonic: baseline.monotonic, periodMilliseconds: options.periodMilliseconds,
      ticksPerSecond: 1_000_000_000 / Clocks.nanosecondsPerTick, machine: Machine.name,
      boot: Machine.boot(options.machine), command: options.command)
    begin.name = options.name
    begin.region = options.region
    begin.parent = options.parent
    journal?.append(.begin(begin))
    for source in meter.descriptions { journal?.append(.source(source)) }
    journal?.append(.sample(baseline, meter.state))
    sync()
  }

  /// Samples on a grid of whole periods from the baseline on; a period that was missed is not made up for.
  private func sampleUntilRootEnds() {
    let period = UInt64(options.periodMilliseconds) * 1_000_000
    var next = Clocks.monotonic.nanoseconds + period
    while true {
      let now = Clocks.monotonic.nanoseconds
      if now >= next {
        takeSample(isComplete: false)
        next += (Clocks.monotonic.nanoseconds - next) / period * period + period
        // Without a descriptor of the process, the last scan says whether it is still there.
        if rootDescriptor < 0, !rootIsAlive { break }
        continue
      }
      let milliseconds = Int((next - now + 999_999) / 1_000_000)
      let ready = Descriptors.wait(
        [rootDescriptor, channel.isClosed ? -1 : channel.descriptor], milliseconds: milliseconds)
      if ready[0] { break }
      if ready[1] { _ = channel.receive() }
    }
    takeSample(isComplete: true)
  }

  private var rootIsAlive: Bool {
    guard let root, let text = FileBuffer().text(at: "\(options.machine.proc)/\(root)/stat"),
      let stat = ProcessStat(text)
    else { return false }
    return stat.state != UInt8(ascii: "Z") && stat.state != UInt8(ascii: "X")
  }

  private func takeSample(isComplete: Bool) {
    do throws(MeteringError) {
      let sample = try meter.read(isComplete: isComplete)
      lastSample = sample
      for gap in meter.takeGaps() { journal?.append(.gap(gap)) }
      for fault in meter.takeFaults() {
        note(fault)
        channel.send("fault \(fault)", mayDrop: true)
      }
      let record = JournalRecord.sample(sample, meter.state)
      journal?.append(record)
      sync()
      channel.send(record.line.text, mayDrop: true)
    } catch {
      note(error.description)
      channel.send("fault \(error.description)", mayDrop: true)
    }
  }

  /// Lets the command be reaped and hears how it ended.
  ///
  /// - Returns: why the journal ends.
  private func finish() -> String {
    channel.send("final")
    let limit = Clocks.monotonic.nanoseconds + 60_000_000_000
    while !channel.isClosed {
      let now = Clocks.monotonic.nanoseconds
      guard now < limit else { return "not told how the command ended" }
      _ = Descriptors.wait([channel.descriptor], milliseconds: Int((limit - now) / 1_000_000) + 1)
      for event in channel.receive() {
        guard case .line(let line) = event else { continue }
        if line == "end" { return "exited" }
        if let exit = JournalExit(controlLine: line) { journal?.append(.exit(exit)) }
      }
    }
    return "parent-gone"
  }

  private func note(_ text: String) {
    journal?.append(.note(JournalNote(monotonic: Clocks.monotonic, text: text)))
  }

  /// Writes the journal. Trouble with it is said once and never stops the run.
  private func sync() {
    do throws(MeteringError) {
      try journal?.sync()
      if journalIsFailing { channel.send("fault the journal is written again", mayDrop: true) }
      journalIsFailing = false
    } catch {
      if !journalIsFailing { channel.send("fault \(error.description)", mayDrop: true) }
      journalIsFailing = true
    }
  }
}

/// Names of the machine.
enum Machine {
  /// The host's name.
  static var name: String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let result = buffer.withUnsafeMutableBytes { gethostname($0.bindMemory(to: CChar.self).baseAddress!, 255) }
    return result == 0 ? String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self) : "unknown"
  }

  /// The id of this boot.
  static func boot(_ machine: MachineRoot) -> String {
    FileBuffer().text(at: "\(machine.proc)/sys/kernel/random/boot_id") ?? "unknown"
  }
}

extension JournalLine {
  /// The line without checksum and sequence, as it goes over the control channel.
  var text: String {
    var text = kind
    for field in fields { text += " \(PercentText.encode(field.key))=\(PercentText.encode(field.value))" }
    return text
  }

  /// Reads a line of the control channel.
  init?(controlText text: String) {
    let words = text.split(separator: " ")
    guard let kind = words.first else { return nil }
    self.init(String(kind))
    for word in words.dropFirst() {
      guard let equals = word.firstIndex(of: "="), let key = PercentText.decode(word[..<equals].utf8),
        let value = PercentText.decode(word[word.index(after: equals)...].utf8)
      else { return nil }
      set(key, value)
    }
  }
}

extension JournalExit {
  /// Reads `exit code=… …`.
  init?(controlLine text: String) {
    guard text.hasPrefix("exit "), let line = JournalLine(controlText: text),
      case .exit(let exit)? = JournalRecord(line)
    else { return nil }
    self = exit
  }
}

import CMetering
import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// Runs a command as if Dimmer were not there, and has it measured.
///
/// The command is a child in the caller's process group, with its terminal, its signal mask and its environment. Signals
/// that a process sent to the caller alone are passed on; those of the terminal have reached the command already. Call
/// it from the main thread, else signals end this process instead (and the meter goes on alone).
public final class RunSession {
  private static let readyLimitMilliseconds = 10_000
  private static let finalLimitNanoseconds: UInt64 = 10_000_000_000

  private let request: RunRequest
  private var faults: [String] = []
  private var unmeasuredReason: String?

  /// A session for one command.
  public init(_ request: RunRequest) { self.request = request }

  /// Runs the command to its end.
  ///
  /// - Parameters:
  ///   - onSample: called with each sample while the command runs; without it the meter sends none.
  ///   - onFault: called with a line when something is wrong with the measurement.
  /// - Throws: ``RunRefusal`` when the command could not be started.
  public func run(
    onSample: ((CumulativeSample) -> Void)? = nil, onFault: (String) -> Void = { _ in }
  ) throws(RunRefusal) -> RunOutcome {
    guard !request.command.isEmpty else { throw RunRefusal(status: 64, description: "no command was given") }
    // With SIGCHLD ignored, children could not be waited for.
    let childSignal = signal(SIGCHLD, SIG_DFL)
    let (before, signals) = RunSignals.hold()
    let mask = RunSignals.inheritedMask(before)
    let wasReaper = linux_is_child_subreaper()
    if request.adoptsOrphans { linux_set_child_subreaper(1) }
    defer {
      if request.adoptsOrphans { linux_set_child_subreaper(wasReaper) }
      if signals >= 0 { close(signals) }
      var threadMask = before
      pthread_sigmask(SIG_SETMASK, &threadMask, nil)
      signal(SIGCHLD, childSignal)
    }
    let meter = client(mask, isStreaming: onSample != nil)
    let isMeasured = meter.start(milliseconds: Self.readyLimitMilliseconds)
    if let refusal = meter.refusal { tell(refusal, onFault) }
    if !isMeasured { lose(meter.lostReason ?? "the meter is away", onFault) }
    try stopIfAsked(signals, meter)
    let started = (wall: Clocks.wall, monotonic: Clocks.monotonic)
    let root = try startCommand(mask, meter)
    meter.measure(root: root)
    watch(root, signals: signals, meter, onSample, onFault)
    let (termination, usage) = reap(root)
    let ended = (wall: Clocks.wall, monotonic: Clocks.monotonic)
    meter.finish(usage)
    if request.adoptsOrphans { reapOrphans(except: 0, meter) }
    return RunOutcome(
      termination: termination, pid: root, usage: usage, started: started.wall, ended: ended.wall,
      monotonicStarted: started.monotonic, monotonicEnded: ended.monotonic,
      journal: Folder.exists(request.journal) ? request.journal : nil, unmeasuredReason: unmeasuredReason,
      faults: faults)
  }

  private func client(_ mask: sigset_t, isStreaming: Bool) -> MeterClient {
    var lease = LeaseRequest(run: request.run)
    lease.periodMilliseconds = request.periodMilliseconds
    lease.name = request.name
    lease.region = request.region
    lease.parent = request.parent
    lease.command = request.command
    lease.isStreaming = isStreaming
    lease.clientIsOwn = true
    lease.clientReaps = request.adoptsOrphans
    var options = MeterOptions()
    options.machine = request.machine
    options.gpuLibrary = request.gpuLibrary
    options.model = request.model
    // The machine's meter reads this machine by our models; anything else is read by a meter of one's own.
    return MeterClient(
      program: MeterClient.Program(path: request.meterProgram, arguments: options.machineArguments, mask: mask),
      sockets: request.isServedByMachine ? request.sockets : [], request: lease, journal: request.journal)
  }

  /// A signal that came before the command was there cannot be passed on: the run ends, as it would have.
  private func stopIfAsked(_ signals: Int32, _ meter: MeterClient) throws(RunRefusal) {
    while let signal = RunSignals.next(signals) {
      guard RunSignals.ending.contains(signal.number) else { continue }
      meter.cancel()
      throw RunRefusal(status: 128 + signal.number, description: "stopped before the command was started")
    }
  }

  private func startCommand(_ mask: sigset_t, _ meter: MeterClient) throws(RunRefusal) -> Int32 {
    switch Spawning.start(Spawning.Plan(arguments: request.command, mask: mask)) {
    case .success(let pid): return pid
    case .failure(let error):
      meter.cancel()
      let name = request.command[0]
      guard error.number == ENOENT else {
        throw RunRefusal(status: 126, description: "\(name) cannot be run: \(errorText(error.number))")
      }
      let place = name.contains("/") ? "is not there" : "is not in PATH"
      throw RunRefusal(status: 127, description: "the command \(name) \(place)")
    }
  }

  /// Waits until the command has ended and the meter has taken its last sample of it.
  private func watch(
    _ root: Int32, signals: Int32, _ meter: MeterClient, _ onSample: ((CumulativeSample) -> Void)?,
    _ onFault: (String) -> Void
  ) {
    let rootDescriptor = linux_pidfd_open(root)
    defer { if rootDescriptor >= 0 { close(rootDescriptor) } }
    var endedAt: UInt64?
    var hasFinal = false
    while endedAt == nil || (meter.isAlive && !hasFinal) {
      let milliseconds = rootDescriptor < 0 ? 20 : 1000
      _ = Descriptors.wait(
        [signals, meter.descriptor, endedAt == nil ? rootDescriptor : -1], milliseconds: milliseconds)
      while let signal = RunSignals.next(signals) { pass(signal, to: root) }
      for message in meter.receive() {
        switch message {
        case .sample(let sample): onSample?(sample)
        case .fault(let text):
          faults.append(text)
          onFault(text)
        case .final: hasFinal = true
        case .ready, .closed: break
        case .failed(let reason): faults.append(reason)
        case .died:
          guard !hasFinal else { break }
          let reason = "the meter was stopped while the command ran"
          faults.append(reason)
          onFault(reason)
          if !meter.restart(becauseOf: reason) { lose(meter.lostReason ?? reason, onFault) }
        }
      }
      if request.adoptsOrphans, endedAt == nil { reapOrphans(except: root, meter) }
      if endedAt == nil, linux_has_ended(root) != 0 { endedAt = Clocks.monotonic.nanoseconds }
      if let endedAt, Clocks.monotonic.nanoseconds > endedAt + Self.finalLimitNanoseconds {
        meter.kill()
        lose("the meter did not take its last sample", onFault)
      }
    }
  }

  private func pass(_ signal: (number: Int32, sender: Int32, isByProcess: Bool), to root: Int32) {
    // The terminal has signalled the whole group, and what the command sends to its group has reached it, too.
    guard signal.number != SIGCHLD, signal.isByProcess, signal.sender != root else { return }
    kill(root, signal.number)
  }

  /// Reaps adopted orphans. The command itself stays, so that the meter can still read it.
  private func reapOrphans(except root: Int32, _ meter: MeterClient) {
    while true {
      let pid = linux_ended_child()
      guard pid > 0, pid != root, pid != meter.pid else { return }
      var status: Int32 = 0
      guard waitpid(pid, &status, WNOHANG) == pid else { return }
    }
  }

  private func reap(_ root: Int32) -> (RunOutcome.Termination, JournalExit) {
    var status: Int32 = 0
    var usage = rusage()
    while wait4(root, &status, 0, &usage) < 0, errno == EINTR {}
    let number = status & 0x7F
    let code = status >> 8 & 0xFF
    let microseconds = { (time: timeval) in UInt64(max(time.tv_sec, 0)) * 1_000_000 + UInt64(max(time.tv_usec, 0)) }
    let exit = JournalExit(
      code: number == 0 ? code : nil, signal: number == 0 ? nil : number,
      userMicroseconds: microseconds(usage.ru_utime), systemMicroseconds: microseconds(usage.ru_stime),
      peakResidentBytes: UInt64(max(usage.ru_maxrss, 0)) * 1024)
    return (number == 0 ? .exited(code) : .signalled(number), exit)
  }

  private func lose(_ reason: String, _ onFault: (String) -> Void) {
    unmeasuredReason = reason
    tell(reason, onFault)
  }

  private func tell(_ fault: String, _ onFault: (String) -> Void) {
    faults.append(fault)
    onFault(fault)
  }
}

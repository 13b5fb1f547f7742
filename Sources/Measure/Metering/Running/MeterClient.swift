import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// The run's side of its resident meter: starts it, hears it, starts it again when it was killed.
///
/// Whatever happens to the meter, the command is not touched.
final class MeterClient {
  /// What the meter says.
  enum Message {
    case ready
    case failed(String)
    case sample(CumulativeSample)
    case fault(String)
    case final
    case died
  }

  private static let restarts = 5

  private let program: String
  private var options: MeterOptions
  private let mask: sigset_t
  private var channel: ControlChannel?
  private(set) var pid: Int32 = 0
  private var root: Int32?
  private var started = 0
  /// Why there is no meter, when there is none for good.
  private(set) var lostReason: String?

  init(program: String, options: MeterOptions, mask: sigset_t) {
    self.program = program
    self.options = options
    self.mask = mask
    self.options.control = 3
  }

  var descriptor: Int32 { channel?.descriptor ?? -1 }
  var isAlive: Bool { channel != nil }

  /// Starts the meter; false when that failed, and then the reason is known.
  @discardableResult
  func start() -> Bool {
    started += 1
    guard let (ours, theirs) = ControlChannel.pair() else { return lose("no socket: \(errorText(errno))") }
    defer { close(theirs) }
    // The meter finds its end as number 3; should ours have that number, it moves up first.
    let end = fcntl(theirs, F_DUPFD_CLOEXEC, 10)
    guard end >= 0 else {
      close(ours)
      return lose("no socket: \(errorText(errno))")
    }
    defer { close(end) }
    let plan = Spawning.Plan(
      arguments: [program] + options.arguments, mask: mask, ownSession: true, third: end, isSilent: true)
    switch Spawning.start(plan) {
    case .success(let pid):
      self.pid = pid
      channel = ControlChannel(descriptor: ours)
      return true
    case .failure(let error):
      close(ours)
      return lose("the meter \(program) cannot be started: \(errorText(error.number))")
    }
  }

  /// Waits for the word that the baseline is taken.
  func waitUntilReady(milliseconds: Int) -> Bool {
    let limit = Clocks.monotonic.nanoseconds + UInt64(milliseconds) * 1_000_000
    while channel != nil {
      let now = Clocks.monotonic.nanoseconds
      guard now < limit else {
        kill()
        return lose("the meter did not get ready in \(milliseconds / 1000) s")
      }
      _ = Descriptors.wait([descriptor], milliseconds: Int((limit - now) / 1_000_000) + 1)
      for message in receive() {
        switch message {
        case .ready: return true
        case .failed(let reason):
          reap()
          return lose(reason)
        case .died:
          reap()
          return lose("the meter \(program) ended before it was ready")
        case .sample, .fault, .final: continue
        }
      }
    }
    return false
  }

  /// Tells the meter whom to measure.
  func measure(root: Int32) {
    self.root = root
    channel?.send("root \(root)")
  }

  /// What the meter has said since, without waiting.
  func receive() -> [Message] {
    guard let channel else { return [] }
    return channel.receive().compactMap { event in
      guard case .line(let line) = event else { return .died }
      if line == "ready" { return .ready }
      if line == "final" { return .final }
      if line.hasPrefix("failed ") { return .failed(String(line.dropFirst(7))) }
      if line.hasPrefix("fault ") { return .fault(String(line.dropFirst(6))) }
      if line.hasPrefix("sample "), let (sample, _) = JournalLine(controlText: line)?.sample { return .sample(sample) }
      return nil
    }
  }

  /// Starts a killed meter again, to go on with its journal. False when it is lost for good.
  func restart(becauseOf reason: String) -> Bool {
    reap()
    guard started <= Self.restarts else { return lose("\(reason), and it was started again \(Self.restarts) times") }
    // A meter killed before it wrote anything has nothing to go on from.
    options.resumes = true
    if let journal = try? Journal(path: options.journal), journal.last == nil {
      unlink(options.journal)
      options.resumes = false
    }
    guard start(), waitUntilReady(milliseconds: 5000) else { return false }
    if let root { measure(root: root) }
    return true
  }

  /// Tells the meter how the command ended and waits, within bounds, until it has written it down.
  func finish(_ exit: JournalExit) {
    guard let channel else { return }
    channel.send(JournalRecord.exit(exit).line.text)
    channel.send("end")
    let limit = Clocks.monotonic.nanoseconds + 5_000_000_000
    while !channel.isClosed {
      let now = Clocks.monotonic.nanoseconds
      guard now < limit else {
        kill()
        return
      }
      _ = Descriptors.wait([channel.descriptor], milliseconds: Int((limit - now) / 1_000_000) + 1)
      _ = channel.receive()
    }
    reap()
  }

  /// Gives up a run that was never started.
  func cancel() {
    guard let channel else { return }
    channel.send("end")
    _ = Descriptors.wait([channel.descriptor], milliseconds: 2000)
    kill()
  }

  /// Ends a meter that does not answer.
  func kill() {
    if pid > 0 { Glibc.kill(pid, SIGKILL) }
    reap()
  }

  private func reap() {
    channel = nil
    guard pid > 0 else { return }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    pid = 0
  }

  private func lose(_ reason: String) -> Bool {
    channel = nil
    lostReason = reason
    return false
  }
}

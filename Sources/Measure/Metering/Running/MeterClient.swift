import CMetering
import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// The run's side of its meter: finds the machine's meter or starts one of its own, hears it, and starts one again when
/// it was killed.
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
    case closed
    case died
  }

  /// How a meter of one's own is started.
  struct Program {
    var path: String
    var arguments: [String]
    var mask: sigset_t
  }

  private static let restarts = 5
  /// How long the machine's meter may take to answer before a meter of one's own is started, milliseconds.
  private static let serviceLimit = 2000

  private let program: Program
  private let sockets: [String]
  private var request: LeaseRequest
  private let path: String
  private var journal: JournalFile?
  private var channel: ControlChannel?
  private var lease = 0
  private(set) var pid: Int32 = 0
  private var root: Int32?
  private var started = 0
  /// Why there is no meter, when there is none for good.
  private(set) var lostReason: String?
  /// Why the machine's meter is not used, though it is there.
  private(set) var refusal: String?

  /// A client.
  ///
  /// - Parameters:
  ///   - sockets: where to look for the machine's meter, in order.
  ///   - journal: where the journal goes.
  init(program: Program, sockets: [String], request: LeaseRequest, journal: String) {
    self.program = program
    self.sockets = sockets
    self.request = request
    path = journal
  }

  var descriptor: Int32 { channel?.descriptor ?? -1 }
  var isAlive: Bool { channel != nil }

  /// Gets a meter that has taken its baseline; false when there is none, and then the reason is known.
  func start(milliseconds: Int) -> Bool {
    do throws(MeteringError) {
      journal = try JournalFile(making: path)
    } catch {
      return lose(error.description)
    }
    for socket in sockets {
      let descriptor = unix_connect(socket)
      guard descriptor >= 0 else { continue }
      channel = ControlChannel(descriptor: descriptor)
      if open(milliseconds: Self.serviceLimit) { return true }
      refusal = "the meter at \(socket) is not used: \(lostReason ?? "no answer")"
      lostReason = nil
      journal?.empty()
    }
    return startOwn(milliseconds: milliseconds)
  }

  private func startOwn(milliseconds: Int) -> Bool {
    started += 1
    return spawn() && open(milliseconds: milliseconds)
  }

  /// Starts a meter; its end of the socket is its own when this returns, so that its death is heard.
  private func spawn() -> Bool {
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
      arguments: [program.path, "serve", "--fd", "3"] + program.arguments, mask: program.mask, ownSession: true,
      third: end, isSilent: true)
    switch Spawning.start(plan) {
    case .success(let pid):
      self.pid = pid
      channel = ControlChannel(descriptor: ours)
      return true
    case .failure(let error):
      close(ours)
      return lose("the meter \(program.path) cannot be started: \(errorText(error.number))")
    }
  }

  /// Asks to be measured and waits for the word that the baseline is taken.
  private func open(milliseconds: Int) -> Bool {
    channel?.send(MeterRequest.open(request).text, descriptor: journal?.descriptor ?? -1)
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
          kill()
          return lose(reason)
        case .died:
          kill()
          return lose("the meter \(program.path) ended before it was ready")
        case .sample, .fault, .final, .closed: continue
        }
      }
    }
    return false
  }

  /// Tells the meter whom to measure.
  func measure(root: Int32) {
    self.root = root
    channel?.send(MeterRequest.root(lease: lease, pid: root).text)
  }

  /// What the meter has said since, without waiting.
  func receive() -> [Message] {
    guard let channel else { return [] }
    return channel.receive().compactMap { event in
      guard case .line(let line) = event else { return .died }
      switch MeterAnswer(line) {
      case .opened(let number, _):
        lease = number
        return .ready
      case .sample(_, let sample): return .sample(sample)
      case .fault(_, let text): return .fault(text)
      case .final: return .final
      case .closed: return .closed
      case .error(_, let reason): return .failed(reason)
      case .source, .done, nil: return nil
      }
    }
  }

  /// Starts a meter of one's own in place of one that was killed, to go on with its journal. False when it is lost for
  /// good.
  func restart(becauseOf reason: String) -> Bool {
    kill()
    guard started <= Self.restarts else { return lose("\(reason), and it was started again \(Self.restarts) times") }
    // A meter killed before it wrote anything has nothing to go on from.
    request.resumes = journal?.holdsSamples ?? false
    if !request.resumes { journal?.empty() }
    guard startOwn(milliseconds: 5000) else { return false }
    if let root { measure(root: root) }
    return true
  }

  /// Tells the meter how the command ended and waits, within bounds, until it has written it down.
  func finish(_ exit: JournalExit) {
    defer {
      journal?.discardIfEmpty()
      journal = nil
    }
    guard let channel else { return }
    channel.send(MeterRequest.exit(lease: lease, exit).text)
    channel.send(MeterRequest.end(lease: lease).text)
    _ = awaitClosing(nanoseconds: 5_000_000_000)
    leave()
  }

  /// Ends the measurement of what may live on, and waits, within bounds, until it is written down.
  func stop() {
    defer { journal = nil }
    guard let channel else { return }
    channel.send(MeterRequest.close(lease: lease).text)
    _ = awaitClosing(nanoseconds: 5_000_000_000)
    leave()
  }

  /// Gives up a run that was never started.
  func cancel() {
    defer {
      journal?.discardIfEmpty()
      journal = nil
    }
    guard let channel else { return }
    channel.send(MeterRequest.close(lease: lease).text)
    _ = awaitClosing(nanoseconds: 2_000_000_000)
    kill()
  }

  private func awaitClosing(nanoseconds: UInt64) -> Bool {
    let limit = Clocks.monotonic.nanoseconds + nanoseconds
    while let channel {
      let now = Clocks.monotonic.nanoseconds
      guard now < limit else { return false }
      _ = Descriptors.wait([channel.descriptor], milliseconds: Int((limit - now) / 1_000_000) + 1)
      for message in receive() {
        switch message {
        case .closed: return true
        case .died, .failed: return false
        default: continue
        }
      }
    }
    return false
  }

  /// Closes the connection; a meter of one's own ends by that.
  private func leave() {
    channel?.hangUp()
    channel = nil
    guard pid > 0 else { return }
    let meter = linux_pidfd_open(pid)
    defer { if meter >= 0 { close(meter) } }
    if meter >= 0, !Descriptors.wait([meter], milliseconds: 5000)[0] { Glibc.kill(pid, SIGKILL) }
    reap()
  }

  /// Ends a meter of one's own that does not answer.
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

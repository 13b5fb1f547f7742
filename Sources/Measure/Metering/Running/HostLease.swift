import CMetering
public import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// The machine's figures from the meter that serves it, for one who shows them and keeps no journal.
///
/// The lease is on the calling process, so that its work is Dimmer's own. The meter looks once a period, for this and
/// all others at once; nothing here makes it look more often. It belongs to one thread or task at a time.
public final class HostLease {
  /// How long the meter may take to answer, milliseconds.
  private static let limit = 2000

  /// The socket of the meter.
  public let socket: String
  /// The meter's own process, by the kernel's word.
  public let meter: Int32
  /// What is read, and how well.
  public private(set) var sources: [SourceDescription] = []
  private let channel: ControlChannel
  private var number: Int?
  private var faults: [String] = []

  /// Asks the meter at a socket for the machine's figures.
  ///
  /// - Parameters:
  ///   - socket: the meter's socket file.
  ///   - name: what the lease is for, an activity's id.
  ///   - period: how often to look, 10 ms to 60 s.
  /// - Throws: ``MeteringError`` when no meter answers there, or it tells the caller its own share only.
  public init(socket: String, name: String, period: Quantities.Span) throws(MeteringError) {
    let descriptor = unix_connect(socket)
    guard descriptor >= 0 else { throw MeteringError("no meter serves at \(socket): \(errorText(errno))") }
    self.socket = socket
    channel = ControlChannel(descriptor: descriptor)
    var pid: pid_t = 0
    var uid: uid_t = 0
    var gid: gid_t = 0
    meter = unix_peer(descriptor, &pid, &uid, &gid) == 0 ? pid : 0
    channel.send(MeterRequest.sources.text)
    var lease = LeaseRequest(run: name)
    lease.pid = getpid()
    lease.periodMilliseconds = min(max(Int(period.seconds * 1000), 10), 60_000)
    lease.isStreaming = true
    lease.clientIsOwn = true
    channel.send(MeterRequest.open(lease).text)
    try awaitOpening()
  }

  /// The lease is on a process that lives on: the meter would keep it for as long.
  deinit { if let number { channel.send(MeterRequest.close(lease: number).text) } }

  private func awaitOpening() throws(MeteringError) {
    let end = Clocks.monotonic.nanoseconds + UInt64(Self.limit) * 1_000_000
    while true {
      let now = Clocks.monotonic.nanoseconds
      guard now < end else { throw MeteringError("the meter at \(socket) does not answer") }
      _ = Descriptors.wait([channel.descriptor], milliseconds: Int((end - now) / 1_000_000) + 1)
      for event in channel.receive() {
        guard case .line(let line) = event else { throw gone }
        switch MeterAnswer(line) {
        case .source(let source): sources.append(source)
        case .opened(let number, let terms):
          self.number = number
          if terms.scope == .host { return }
          throw MeteringError("the meter at \(socket) tells other users than root their own share only")
        case .error(_, let reason): throw MeteringError("the meter at \(socket) refuses: \(reason)")
        default: continue
        }
      }
    }
  }

  /// The last sample that came since the call before, without waiting; `nil` when none has come.
  ///
  /// - Throws: ``MeteringError`` when the meter is gone.
  public func latest() throws(MeteringError) -> CumulativeSample? {
    var latest: CumulativeSample?
    for event in channel.receive() {
      guard case .line(let line) = event else { throw gone }
      switch MeterAnswer(line) {
      case .sample(_, let sample): latest = sample
      case .fault(_, let text): faults.append(text)
      case .closed, .error: throw gone
      default: continue
      }
    }
    return latest
  }

  /// Troubles of sources since the last call, one line each.
  public func takeFaults() -> [String] {
    defer { faults.removeAll() }
    return faults
  }

  private var gone: MeteringError { MeteringError("the meter at \(socket) has gone") }
}

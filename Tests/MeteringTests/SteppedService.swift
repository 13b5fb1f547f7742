import Quantities
import Synchronization
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

/// A meter that serves under a clock that is moved by hand, one step at a time, and counts how often it looked.
final class SteppedService {
  let machine: RecordedMachine
  let time = TestClock()
  let service: MeterService
  private let counted: CountedLooks
  /// Looks at the machine so far, baselines among them.
  var looks: Int { counted.count.withLock { $0 } }

  private final class CountedLooks: Sendable { let count = Mutex(0) }

  init(_ machine: RecordedMachine) throws {
    self.machine = machine
    let counted = CountedLooks()
    self.counted = counted
    var clock = time.clock
    let wall = clock.wall
    // A look asks for the wall's time once.
    clock.wall = {
      counted.count.withLock { $0 += 1 }
      return wall()
    }
    service = MeterService(machine: machine.root, access: SourceAccess(gpuLibrary: "/nowhere"), clock: clock)
  }

  /// One who has connected, by the kernel's supposed word.
  func client(user: UInt32) throws -> SteppedClient {
    let (ours, theirs) = try #require(ControlChannel.pair())
    service.serve(WireConnection(descriptor: theirs, peer: WireConnection.Peer(pid: 4_000_000, uid: user)))
    return SteppedClient(ControlChannel(descriptor: ours), self)
  }
}

/// A client of a ``SteppedService``.
final class SteppedClient {
  private let channel: ControlChannel
  private let stepped: SteppedService
  private var lease = 0
  /// What has come unasked: samples of a streaming lease, words of its end.
  private(set) var heard: [MeterAnswer] = []

  init(_ channel: ControlChannel, _ stepped: SteppedService) {
    self.channel = channel
    self.stepped = stepped
  }

  func send(_ request: MeterRequest, descriptor: Int32 = -1) {
    channel.send(request.text, descriptor: descriptor)
    stepped.service.step()
    hear()
  }

  func hear() {
    for case .line(let line) in channel.receive() {
      if let answer = MeterAnswer(line) { heard.append(answer) }
    }
  }

  /// Has somebody measured; gives what was granted.
  func open(
    run: String = "run_x", pid: Int32? = nil, periodMilliseconds: Int, streams: Bool = false, journal: Int32 = -1
  ) throws -> LeaseTerms {
    var request = LeaseRequest(run: run)
    request.pid = pid
    request.periodMilliseconds = periodMilliseconds
    request.isStreaming = streams
    heard.removeAll()
    send(.open(request), descriptor: journal)
    guard case .opened(let lease, let terms)? = heard.first else {
      throw MeteringError("not opened: \(heard)")
    }
    heard.removeAll()
    self.lease = lease
    return terms
  }

  func read() throws -> CumulativeSample {
    heard.removeAll()
    send(.read(lease: lease))
    guard case .sample(_, let sample)? = heard.first else { throw MeteringError("no sample: \(heard)") }
    return sample
  }

  func close() { send(.close(lease: lease)) }

  var isClosed: Bool { heard.contains(.closed(lease: lease)) }
  var isFinal: Bool { heard.contains(.final(lease: lease)) }
  var samples: [CumulativeSample] {
    heard.compactMap { if case .sample(_, let sample) = $0 { sample } else { nil } }
  }
}

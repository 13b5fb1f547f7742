import Accounting
import Gateway
import Ledger
import LedgerSQLite
import Metering
import Methods
import Quantities
import Synchronization
import TestSupport
import Testing

@testable import Service

@Suite("What the machine reads is shared among requests, and what they cost is learned from it")
struct RequestMeterTests {
  /// A machine on which a server of one process and a worker answers requests at known joules, and others work, too.
  private final class PlayedMachine: Sendable {
    struct State {
      var now = MonotonicInstant(nanoseconds: 1_000_000_000_000)
      var serverNanoseconds: UInt64 = 0
      var otherNanoseconds: UInt64 = 0
      var look: ProcessLook?
    }
    let state = Mutex(State())
    static let began = at("2026-01-01T00:00:00Z")

    var monotonic: MonotonicInstant { state.withLock { $0.now } }
    /// Both clocks go alike.
    var wall: Timestamp {
      Self.began + .seconds(Double(monotonic.nanoseconds - 1_000_000_000_000) / 1e9)
    }

    private static func process(_ pid: Int32, parent: Int32, _ nanoseconds: UInt64) -> ProcessReading {
      ProcessReading(
        identity: ProcessIdentity(pid: pid, startTicks: 1), parent: parent, ownNanoseconds: nanoseconds,
        residentBytes: 1000)
    }

    /// A second in which the server's worker took that many joules, at 1 W a CPU second; 5 J are idle.
    func second(server joules: Double, others: Double = 3) -> MachinePeriod {
      state.withLock { state in
        state.now = MonotonicInstant(nanoseconds: state.now.nanoseconds + 1_000_000_000)
        state.serverNanoseconds += UInt64(joules * 1e6)
        state.otherNanoseconds += UInt64(others * 1e6)
        let look = ProcessLook(
          monotonic: state.now, ticks: state.now.nanoseconds / 10_000_000,
          busy: state.serverNanoseconds + state.otherNanoseconds, processors: 4,
          processes: [
            Self.process(10, parent: 1, 0), Self.process(11, parent: 10, state.serverNanoseconds),
            Self.process(20, parent: 1, state.otherNanoseconds),
          ])
        let before = state.look ?? look
        state.look = look
        let read = Microjoules(.joules(joules + others + 5))
        let reading = EnergyReading(
          component: .cpu, energy: read, idle: .known(Microjoules(5_000_000)), sharing: .cpuTime)
        return MachinePeriod(ProcessTable(from: before, to: look, energies: [reading], own: []), end: state.now)
      }
    }
  }

  private static let source = SourceDescription(
    component: .cpu, name: "RAPL", origin: .measured, method: "rapl@1", reason: "played", relative: -0.01...0.01)

  private final class Published: Sendable {
    let records = Mutex<[VariantRecord]>([])
  }

  private func meter(
    _ machine: PlayedMachine, _ store: any LedgerStore, _ published: Published, origin: Origin = .modelled
  ) -> RequestMeter {
    var calibration = VariantRecord.sample(
      "chat-large", alias: "chat", quality: 90, perUnit: 1, at: PlayedMachine.began)
    calibration.receipt.origin = origin
    calibration.directiveOf = "chat-whole"
    return RequestMeter(
      targets: [.init(calibration: calibration, port: 9000)], patience: .seconds(0), store: store,
      identifiers: IdentifierSource(), wall: { machine.wall }, monotonic: { machine.monotonic },
      owner: { $0 == 9000 ? 10 : nil }, publish: { record in published.records.withLock { $0.append(record) } },
      logger: silent)
  }

  private func request(_ number: Int, input: Int, output: Int, ended: Timestamp, took: Double) -> RequestObservation {
    RequestObservation(
      id: "r\(number)", alias: "chat", variant: "chat-large", decisionID: nil, requestProtocol: .chat,
      received: ended - .seconds(took), duration: .seconds(took), status: 200,
      tokens: TokenUsage(input: input, output: output), why: .price)
  }

  /// So many seconds, in each of which one request ran alone and cost 2 J + 0.01 J a token read + 0.1 J one written.
  private func play(
    _ machine: PlayedMachine, _ meter: RequestMeter, requests: Int, seed: UInt64, written: Double = 0.1
  ) {
    var random = Seeded(seed)
    meter.took(machine.second(server: 0), sources: [Self.source])
    for number in 0..<requests {
      let (input, output) = (Int.random(in: 1...900, using: &random), Int.random(in: 1...200, using: &random))
      let energy = 2 + 0.01 * Double(input) + written * Double(output)
      let period = machine.second(server: energy)
      meter.ended(request(number, input: input, output: output, ended: machine.wall - .seconds(0.1), took: 0.8))
      meter.took(period, sources: [Self.source])
    }
  }

  @Test("the server's own energy, not the machine's, becomes a tariff by the token: the one that made it")
  func learned() async throws {
    let folder = try TemporaryFolder()
    let (machine, published) = (PlayedMachine(), Published())
    let store = try folder.ledger()
    let meter = meter(machine, store, published)
    play(machine, meter, requests: 60, seed: 1)
    await meter.calibrate()
    let record = try #require(published.records.withLock { $0.first })
    #expect(abs(record.joulesPerRequest - 2) < 0.01)
    #expect(try abs(#require(record.perInputToken).joules - 0.01) < 1e-4)
    #expect(try abs(#require(record.perOutputToken).joules - 0.1) < 1e-4)
    #expect(record.directiveOf == "chat-whole", "what it is a directive on does not change with its energy")
    #expect(record.quality == 90 && record.receipt.method == "token-fit@1" && record.receipt.origin == .modelled)
    #expect(record.receipt.note?.contains("the meter's numbers are measured") == true)
    #expect(try await store.variants(alias: "chat") == [record], "in the record, too")
    let account = meter.account
    #expect(account.isConserved && account.charged > .zero)
    #expect(account.metered < Microjoules(.joules(60 * 40)), "neither idle nor what others took")
  }

  @Test("a calibration is new after an hour, or when it has moved by 5 %, and not each minute")
  func paced() async throws {
    let folder = try TemporaryFolder()
    let (machine, published) = (PlayedMachine(), Published())
    let meter = meter(machine, try folder.ledger(), published)
    play(machine, meter, requests: 60, seed: 1)
    await meter.calibrate()
    play(machine, meter, requests: 60, seed: 2)
    await meter.calibrate()
    #expect(published.records.withLock { $0.count } == 1, "it says the same")
    play(machine, meter, requests: 2500, seed: 3, written: 0.2)
    await meter.calibrate()
    let records = published.records.withLock { $0 }
    #expect(records.count == 2)
    #expect(try abs(#require(records.last?.perOutputToken).joules - 0.2) < 0.01)
    #expect(meter.calibration(of: "chat-large", at: records[1].calibrated)?.id == records[1].id)
    #expect(meter.calibration(of: "chat-large", at: records[0].calibrated)?.id == records[0].id)
  }

  @Test("a quality that is found meanwhile stays in the calibrations that are learned after it")
  func requalified() async throws {
    let folder = try TemporaryFolder()
    let (machine, published) = (PlayedMachine(), Published())
    let meter = meter(machine, try folder.ledger(), published)
    var evaluated = VariantRecord.sample("chat-large", alias: "chat", quality: 70, perUnit: 1, at: machine.wall)
    evaluated.qualityReceipt = evaluated.receipt
    meter.requalified(evaluated)
    play(machine, meter, requests: 60, seed: 1)
    await meter.calibrate()
    let record = try #require(published.records.withLock { $0.first })
    #expect(record.quality == 70 && record.qualityReceipt == evaluated.qualityReceipt)
    #expect(record.receipt.method == "token-fit@1")
  }

  @Test("what an operator declared is not overruled, and a variant of another machine is not metered")
  func declared() async throws {
    let folder = try TemporaryFolder()
    let (machine, published) = (PlayedMachine(), Published())
    let meter = meter(machine, try folder.ledger(), published, origin: .declared)
    play(machine, meter, requests: 60, seed: 1)
    await meter.calibrate()
    #expect(published.records.withLock { $0.isEmpty })
    #expect(meter.calibration(of: "elsewhere", at: machine.wall) == nil)
  }

  @Test("Short requests are not kept for long, a long one makes the windows wait for its like at once")
  func patience() {
    let work = { (index: Int, seconds: Double) in
      let began = MonotonicInstant(nanoseconds: UInt64(index) * 1_000_000)
      return BusyWindows.Work(
        id: "\(index)", began: began, ended: MonotonicInstant(nanoseconds: began.nanoseconds + UInt64(seconds * 1e9)),
        weight: 1)
    }
    var windows = BackendWindows(port: 9000, patience: .seconds(30))
    #expect(windows.windows.patience == .seconds(30))
    windows.ended(work(0, 0.001))
    #expect(windows.windows.patience == .seconds(30), "one short request says nothing of the others")
    for index in 1...6000 { windows.ended(work(index, 0.001)) }
    #expect(windows.windows.patience == .seconds(2))
    windows.ended(work(6001, 5))
    #expect(windows.windows.patience == .seconds(20))
    windows.ended(work(6002, 60))
    #expect(windows.windows.patience == .seconds(30), "never longer than it was told to")
  }

  @Test("where nobody reads the machine, requests are not kept waiting for it")
  func unread() {
    var windows = BackendWindows(port: 9000, patience: .seconds(0))
    let machine = PlayedMachine()
    #expect(!windows.isRead(at: machine.monotonic))
    for _ in 0..<2 {
      _ = windows.took(machine.second(server: 1), process: 10, sources: [Self.source], now: machine.monotonic)
    }
    #expect(windows.isRead(at: machine.monotonic))
    for _ in 0..<121 { _ = machine.second(server: 0) }
    #expect(!windows.isRead(at: machine.monotonic))
  }

  @Test("two servers beside each other: each one's requests share its own processes' energy")
  func family() {
    let machine = PlayedMachine()
    _ = machine.second(server: 1)
    let period = machine.second(server: 1)
    #expect(BackendWindows.family(of: 10, in: period.processes) == [10, 11])
    #expect(BackendWindows.family(of: 20, in: period.processes) == [20])
    #expect(BackendWindows.family(of: 99, in: period.processes).isEmpty)
  }

  @Test("a ledger that refuses keeps no calibration from being in force")
  func refused() async throws {
    let folder = try TemporaryFolder()
    let (machine, published) = (PlayedMachine(), Published())
    let store = FailingStore(try folder.ledger())
    let meter = meter(machine, store, published)
    play(machine, meter, requests: 60, seed: 1)
    store.refuse(next: 1)
    await meter.calibrate()
    #expect(published.records.withLock { $0.count } == 1)
  }
}

import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Clients of another user")
struct ShareLimitTests {
  private static let user: UInt32 = 54_321
  private static let zone = "intel-rapl:0"
  private let machine: RecordedMachine

  init() throws {
    machine = try RecordedMachine()
    try machine.zone(Self.zone, "package-0", energy: 0)
    try machine.folder.write("proc/loadavg", "0.00 0.00 0.00 1/100 42\n")
    try write(ticks: 0)
  }

  private func write(ticks: Int, state: Character = "S") throws {
    try machine.folder.write("proc/stat", "cpu  \(150 + ticks) 0 0 800 50 0 0 0 0 0\n")
    try machine.folder.write(
      "proc/42/stat", "42 (t) \(state) 1 1 1 0 -1 0 0 0 0 0 \(ticks) 0 0 0 20 0 1 0 500 1000 3 0 0\n")
  }

  /// Milliseconds go by, five by five: power jumps, and process 42 works now and then.
  private func go(
    _ stepped: SteppedService, milliseconds: ClosedRange<Int>, endingAt end: Int = .max, each: (Int) throws -> Void
  ) throws {
    for millisecond in stride(from: milliseconds.lowerBound, through: milliseconds.upperBound, by: 5) {
      stepped.time.advance(seconds: 0.005)
      // 20 W, and 100 W more for 10 ms of each 70.
      let pulses = millisecond / 70 * 10 + min(millisecond % 70, 10)
      try machine.set(Self.zone, UInt64(millisecond * 20_000 + pulses * 100_000))
      if millisecond < end {
        try write(ticks: pulses / 10)
      } else {
        // It waits for its parent to hear of it.
        try write(ticks: 7, state: "Z")
      }
      stepped.service.step()
      try each(millisecond)
    }
  }

  @Test("they are told their floor: 100 ms for periods and windows; root keeps 10 ms")
  func terms() throws {
    let stepped = try SteppedService(machine)
    let share = try stepped.client(user: Self.user).open(periodMilliseconds: 10)
    #expect(share == LeaseTerms(scope: .share, parent: nil, periodMilliseconds: 100, windowMilliseconds: 100))
    let slow = try stepped.client(user: Self.user).open(periodMilliseconds: 2000)
    #expect(slow.periodMilliseconds == 2000)
    let root = try stepped.client(user: 0).open(periodMilliseconds: 10)
    #expect(root == LeaseTerms(scope: .host, parent: nil, periodMilliseconds: 10, windowMilliseconds: 10))
    for terms in [share, root, LeaseTerms(scope: .share, parent: "run_a")] {
      let answer = MeterAnswer.opened(lease: 3, terms)
      #expect(MeterAnswer(answer.text) == answer)
    }
    #expect(MeterAnswer("opened lease=1 scope=host") == .opened(lease: 1, LeaseTerms(scope: .host, parent: nil)))
  }

  @Test("however many ask however often, they force ten looks a second together, and see no window under 100 ms")
  func budget() throws {
    let stepped = try SteppedService(machine)
    var clients: [SteppedClient] = []
    for number in 0..<6 {
      let client = try stepped.client(user: Self.user + UInt32(number % 3))
      _ = try client.open(periodMilliseconds: 10)
      clients.append(client)
      stepped.time.advance(seconds: 0.0007)
    }
    let before = stepped.looks
    var moments = clients.map { _ in Set<MonotonicInstant>() }
    try go(stepped, milliseconds: 5...1000) { _ in
      for index in clients.indices { moments[index].insert(try clients[index].read().monotonic) }
    }
    #expect((9...11).contains(stepped.looks - before))
    for seen in moments {
      #expect((9...12).contains(seen.count))
      let seen = seen.sorted()
      #expect(zip(seen, seen.dropFirst()).allSatisfy { $1.nanoseconds - $0.nanoseconds >= 100_000_000 })
    }
  }

  @Test("opening and closing over and over forces no more, and each is closed within a floor")
  func reopening() throws {
    let stepped = try SteppedService(machine)
    chown("\(machine.root.proc)/42", Self.user, Self.user)
    let client = try stepped.client(user: Self.user)
    let isMine = FileOwner.of("\(machine.root.proc)/42") == Self.user
    _ = try client.open(pid: isMine ? 42 : nil, periodMilliseconds: 10)
    var openings = 1
    var closing = 0
    try go(stepped, milliseconds: 5...1000) { millisecond in
      client.hear()
      if client.isClosed {
        _ = try client.open(pid: isMine ? 42 : nil, periodMilliseconds: 10)
        openings += 1
        closing = 0
      } else if millisecond % 10 == 0 {
        closing = closing == 0 ? millisecond : closing
        client.close()
      }
      #expect(closing == 0 || millisecond - closing <= 100)
    }
    #expect(openings >= 5)
    #expect(stepped.looks <= 12)
  }

  @Test(
    "what they are told is the same whether somebody else looks every 10 ms or not, so it holds nothing finer",
    .enabled(if: geteuid() == 0, "another user's process can only be made by root"))
  func others() throws {
    chown("\(machine.root.proc)/42", Self.user, Self.user)
    /// Samples of a share, beside a client of root's that looks that often or not at all.
    func samples(rootLooks: Bool) throws -> [CumulativeSample] {
      try write(ticks: 0)
      try machine.set(Self.zone, 0)
      let stepped = try SteppedService(machine)
      let client = try stepped.client(user: Self.user)
      _ = try client.open(pid: 42, periodMilliseconds: 100, streams: true)
      let root = try stepped.client(user: 0)
      _ = try root.open(periodMilliseconds: 10_000)
      let before = stepped.looks
      try go(stepped, milliseconds: 5...900) { millisecond in
        if rootLooks, millisecond % 10 == 0 { _ = try root.read() }
        client.hear()
      }
      #expect(rootLooks ? stepped.looks - before >= 89 : stepped.looks - before == 9)
      return client.samples
    }
    let alone = try samples(rootLooks: false)
    let beside = try samples(rootLooks: true)
    #expect(alone.count == 9)
    #expect(alone.map(\.monotonic) == beside.map(\.monotonic) && alone.map(\.cpu) == beside.map(\.cpu))
    for (one, other) in zip(alone, beside) {
      // Each look's energy is split to whole microjoules; ten roundings are not one.
      #expect(abs(one.total.run.count - other.total.run.count) <= 100)
    }
    #expect(alone.last.map { $0.total.run > .zero && $0.total.host == $0.total.run } == true)
  }

  @Test(
    "the end of a run is told with the next look that a share may have, and all it used is in it",
    .enabled(if: geteuid() == 0, "another user's process can only be made by root"))
  func ending() throws {
    chown("\(machine.root.proc)/42", Self.user, Self.user)
    let stepped = try SteppedService(machine)
    let client = try stepped.client(user: Self.user)
    _ = try client.open(pid: 42, periodMilliseconds: 100, streams: true)
    var finalAt: Int?
    try go(stepped, milliseconds: 5...400, endingAt: 230) { millisecond in
      client.hear()
      if client.isFinal, finalAt == nil { finalAt = millisecond }
    }
    #expect(client.samples.last?.cpu.run == 70_000_000)
    #expect(finalAt.map { (230...305).contains($0) } == true)
    let moments = client.samples.map(\.monotonic.nanoseconds)
    #expect(zip(moments, moments.dropFirst()).allSatisfy { $1 - $0 >= 100_000_000 })
  }
}

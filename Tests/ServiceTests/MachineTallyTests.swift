import Metering
import Quantities
import Telemetry
import TestSupport
import Testing

@testable import Service

@Suite("The machine's figures from period to period")
struct MachineTallyTests {
  private typealias Share = ConsumerTally.Share

  private func share(_ key: String, cpu: Int64, memory: Int64 = 0) -> ConsumerTally.Share {
    .init(key: key, consumer: .init(.process, key), energy: [.cpu: Microjoules(cpu), .memory: Microjoules(memory)])
  }

  /// Microjoules of a component by consumer.
  private func counts(_ tally: ConsumerTally, _ component: String = "cpu") -> [String: Int64] {
    Dictionary(
      tally.rows.filter { $0.component == component }.map { ($0.consumer.id, $0.energy.count) }, uniquingKeysWith: +)
  }

  private func all(_ tally: ConsumerTally, _ component: String) -> Int64 {
    counts(tally, component).values.reduce(0, +)
      + tally.unlisted.filter { $0.component == component }.map(\.energy.count).reduce(0, +)
  }

  @Test("whoever comes, goes and returns: lines and what has none make up all, lines are few, and no count ever falls")
  func conserved() {
    var numbers = Seeded(11)
    var tally = ConsumerTally(.process, limit: 4)
    var attributed: [Metering.Component: Int64] = [.cpu: 0, .memory: 0]
    var highest: [String: Int64] = [:]
    var returned = 0
    var before: Set<String> = []
    var ever: Set<String> = []
    for period in 0..<600 {
      // Twelve that live on, of whom others are busy each time, and some that live for one period.
      var shares = (0..<12).map { number in
        share(
          "p\(number)", cpu: period / 9 % 12 == number ? 5000 : Int64.random(in: 0...90, using: &numbers), memory: 3)
      }
      if period % 3 == 0 { shares.append(share("once\(period)", cpu: Int64.random(in: 0...9000, using: &numbers))) }
      let unknown = Int64.random(in: 0...50, using: &numbers)
      var sums: [Metering.Component: Microjoules] = [.cpu: Microjoules(unknown), .memory: .zero]
      for share in shares { sums.merge(share.energy, uniquingKeysWith: +) }
      tally.add(shares, attributed: sums, length: .seconds(1))
      for (component, sum) in sums { attributed[component, default: 0] += sum.count }
      #expect(all(tally, "cpu") == attributed[.cpu] && all(tally, "memory") == attributed[.memory])
      let now = counts(tally)
      #expect(now.count <= 5)
      for (consumer, count) in now {
        #expect(count >= highest[consumer] ?? 0, "\(consumer) fell in period \(period)")
        highest[consumer] = count
      }
      returned += Set(now.keys).subtracting(before).intersection(ever).count
      before = Set(now.keys)
      ever.formUnion(now.keys)
    }
    #expect(returned > 10, "somebody must come back, or this shows nothing")
  }

  @Test("who used most lately has a line; a little more than a holder is not enough to take it")
  func lines() {
    var tally = ConsumerTally(.process, limit: 1)
    let period = { (tally: inout ConsumerTally, a: Int64, b: Int64) in
      tally.add(
        [self.share("a", cpu: a), self.share("b", cpu: b)], attributed: [.cpu: Microjoules(a + b)], length: .seconds(2))
    }
    period(&tally, 100, 50)
    period(&tally, 100, 150)
    #expect(counts(tally) == ["a": 200, "(rest)": 200])
    #expect(tally.rows.first { $0.consumer.id == "a" && $0.component == "cpu" }?.power == .watts(50e-6))
    period(&tally, 0, 1000)
    #expect(counts(tally) == ["b": 1000, "(rest)": 200], "the line counts from when b got it")
    #expect(tally.unlisted.first { $0.component == "cpu" }?.energy == Microjoules(200))
    for _ in 0..<4 { period(&tally, 4000, 0) }
    #expect(counts(tally)["a"] == 16_200, "a goes on where it was")
  }

  private func look(_ seconds: Double, _ processes: [(pid: Int32, nanoseconds: UInt64, resident: UInt64)])
    -> ProcessLook
  {
    ProcessLook(
      monotonic: MonotonicInstant(nanoseconds: UInt64(seconds * 1e9)), ticks: UInt64(seconds * 100), busy: nil,
      processors: 2,
      processes: processes.map {
        ProcessReading(
          identity: ProcessIdentity(pid: $0.pid, startTicks: 1), parent: 1, ownNanoseconds: $0.nanoseconds,
          residentBytes: $0.resident)
      })
  }

  @Test(
    "what the machine's meter attributes is shared out by CPU time and memory, all of it, and a card's is the rest's")
  func leased() {
    let table = ProcessTable(
      from: look(10, [(5, 0, 1), (6, 0, 1), (7, 0, 1)]), to: look(11, [(5, 300, 2), (6, 100, 1), (7, 900, 9)]),
      energies: [], own: [7])
    let terms: [Metering.Component: EnergyTerms] = [
      .cpu: EnergyTerms(host: Microjoules(101), run: Microjoules(1), others: Microjoules(40), idle: Microjoules(60)),
      .memory: EnergyTerms(host: Microjoules(9), others: Microjoules(9)),
      .gpu: EnergyTerms(host: Microjoules(8), others: Microjoules(7), own: Microjoules(1)),
    ]
    let period = MachinePeriod(length: .seconds(1), terms: terms, processes: table)
    let energy = Dictionary(uniqueKeysWithValues: period.parts.map { ($0.identity.pid, $0.energy) })
    #expect(energy[5] == [.cpu: Microjoules(31), .memory: Microjoules(6)])
    #expect(energy[6] == [.cpu: Microjoules(10), .memory: Microjoules(3)])
    #expect(energy[7] == nil, "Dimmer's own are no consumer")
    var tally = MachineTally(limit: 5, started: at("2025-01-01"))
    for _ in 1...2 {
      tally.add(period) { identity in
        ProcessDetails(command: "c\(identity.pid)", user: 0, session: 5, group: identity.pid == 5 ? "/a" : nil)
      }
    }
    let source = SourceDescription(
      component: .cpu, name: "RAPL", origin: .measured, method: "rapl-powercap@1", reason: "r", relative: 0...0)
    let snapshot = tally.snapshot(
      machine: "m", taken: at("2025-01-02"), sources: [source], unread: [],
      reader: .init(.service, period: .seconds(1), reason: "x"))
    let cpu = snapshot.readings.first { $0.component == "cpu" }
    #expect(cpu?.host == Microjoules(202) && cpu?.terms?.attributed == Microjoules(82) && cpu?.quality == .measured)
    let row = { (kind: MeterSnapshot.Consumer.Kind, id: String, component: String) in
      snapshot.rows.first { $0.consumer.kind == kind && $0.consumer.id == id && $0.component == component }
    }
    #expect(row(.tree, "5", "cpu")?.energy == Microjoules(82) && row(.tree, "5", "cpu")?.consumer.name == "c5")
    #expect(row(.group, "/a", "cpu")?.energy == Microjoules(62))
    #expect(row(.group, "(rest)", "cpu")?.energy == Microjoules(20))
    #expect(row(.container, "(rest)", "cpu")?.energy == Microjoules(82))
    for kind in [MeterSnapshot.Consumer.Kind.process, .tree, .container, .group] {
      #expect(row(kind, "(rest)", "gpu")?.energy == Microjoules(14), "\(kind)")
    }
  }
}

import Quantities
import Testing

@testable import Metering

@Suite("The table of processes")
struct ProcessTableTests {
  private static let tick: UInt64 = 10_000_000

  private func process(
    _ pid: Int32, parent: Int32 = 1, start: UInt64 = 0, own: UInt64, children: UInt64 = 0, resident: UInt64 = 0
  ) -> ProcessReading {
    ProcessReading(
      identity: ProcessIdentity(pid: pid, startTicks: start), parent: parent, ownNanoseconds: own * Self.tick,
      childrenNanoseconds: children * Self.tick, residentBytes: resident)
  }

  private func look(_ seconds: Double, busy: UInt64?, _ processes: [ProcessReading]) -> ProcessLook {
    ProcessLook(
      monotonic: .seconds(seconds), ticks: UInt64(seconds * 100), busy: busy.map { $0 * Self.tick }, processors: 2,
      processes: processes)
  }

  private func cpu(_ joules: Double, idle: Double = 0) -> EnergyReading {
    EnergyReading(component: .cpu, energy: .joules(joules), idle: .known(.joules(idle)), sharing: .cpuTime)
  }

  @Test("each process has its part by CPU time, Dimmer's own and work of nobody stand apart")
  func parts() throws {
    let before = look(10, busy: 0, [process(5, own: 0), process(6, own: 0), process(7, own: 10)])
    let now = look(11, busy: 100, [process(5, own: 20), process(6, own: 60), process(7, own: 20)])
    let table = ProcessTable(from: before, to: now, energies: [cpu(25, idle: 5)], own: [7])
    #expect(table.rows.map(\.identity.pid) == [6, 5])
    #expect(table.rows.map(\.percent) == [60, 20])
    #expect(table.rows.map { $0.energy[.cpu]?.energy.joules } == [12, 4])
    let terms = try #require(table.terms[.cpu])
    #expect([terms.others, terms.own, terms.unattributed, terms.idle].map(\.energy.joules) == [16, 2, 2, 5])
    #expect(terms.isConserved)
  }

  @Test("children never seen count with who reaped them; one that was seen counts once")
  func children() {
    let before = look(10, busy: 0, [process(1, parent: 0, own: 0), process(5, own: 0), process(6, parent: 5, own: 30)])
    // The child used 10 more before it was reaped, and another that lived in between used 40.
    let now = look(11, busy: 50, [process(1, parent: 0, own: 0), process(5, own: 0, children: 80)])
    let table = ProcessTable(from: before, to: now, energies: [], own: [])
    #expect(table.rows.first?.identity.pid == 5)
    #expect(table.rows.first?.nanoseconds == 50 * Self.tick)
  }

  @Test("an orphan's time that init is given in the end is not counted again")
  func orphan() {
    let before = look(10, busy: 0, [process(1, parent: 0, own: 0), process(6, parent: 1, own: 500)])
    let now = look(11, busy: 20, [process(1, parent: 0, own: 0, children: 505)])
    let table = ProcessTable(from: before, to: now, energies: [], own: [])
    #expect(table.rows.map(\.nanoseconds) == [5 * Self.tick])
    // It was gone one look earlier than it was reaped: then only busy time tells that nothing new was done.
    let late = ProcessTable(
      from: look(10, busy: 0, [process(1, parent: 0, own: 0)]), to: now, energies: [], own: [])
    #expect(late.rows.map(\.nanoseconds) == [20 * Self.tick])
  }

  @Test("a process born in between brings all it used, one that was hidden nothing, and a recycled number is new")
  func newcomers() {
    let before = look(10, busy: 0, [process(9, start: 5, own: 700)])
    let now = look(
      11, busy: 90,
      [process(9, start: 1050, own: 3), process(20, start: 1010, own: 40), process(21, start: 300, own: 900)])
    let table = ProcessTable(from: before, to: now, energies: [], own: [])
    #expect(
      Dictionary(uniqueKeysWithValues: table.rows.map { ($0.identity.pid, $0.nanoseconds / Self.tick) }) == [
        9: 3, 20: 40, 21: 0,
      ])
  }

  @Test("memory goes by resident bytes, a GPU by weights; a GPU process that is not in the table is unattributed")
  func components() throws {
    let before = look(10, busy: 0, [process(5, own: 0), process(6, own: 0)])
    let now = look(11, busy: 0, [process(5, own: 0, resident: 30), process(6, own: 0, resident: 10)])
    let energies = [
      EnergyReading(
        component: .memory, energy: .joules(10), idle: .known(.zero), sharing: .residentMemory(of: 100)),
      EnergyReading(
        component: .gpu, energy: .joules(100), idle: .known(.joules(20)), sharing: .processes([6: 30, 7: 10, 99: 40])),
    ]
    let table = ProcessTable(from: before, to: now, energies: energies, own: [7])
    #expect(table.rows.map(\.identity.pid) == [6, 5])
    #expect(table.rows.map(\.gpuWeight) == [30, 0])
    #expect(table.rows.map { $0.energy[.memory]?.energy.joules } == [1, 3])
    #expect(table.terms[.memory]?.idle == .joules(6))
    let gpu = try #require(table.terms[.gpu])
    #expect([gpu.others, gpu.own, gpu.unattributed, gpu.idle].map(\.energy.joules) == [30, 10, 40, 20])
  }

  @Test("rows, idle, own and unattributed are what the source read, to the microjoule, for any two tables")
  func conserved() {
    var random = SeededNumbers(7)
    for _ in 0..<300 {
      func table(_ start: UInt64) -> [ProcessReading] {
        var pids: Set<Int32> = []
        return (0..<random.below(40)).compactMap { _ in
          let pid = Int32(1 + random.below(60))
          guard pids.insert(pid).inserted else { return nil }
          return process(
            pid, parent: Int32(random.below(60)), start: random.below(3) == 0 ? start : 0,
            own: UInt64(random.below(500)),
            children: random.below(3) == 0 ? UInt64(random.below(500)) : 0, resident: UInt64(random.below(1_000_000)))
        }
      }
      let busy = random.below(5) == 0 ? nil : UInt64(random.below(400))
      let before = look(10, busy: 0, table(1001))
      let now = look(11, busy: busy, table(1050))
      func amount() -> Microjoules { Microjoules(Int64(random.below(1_000_000_007))) }
      let weights = Dictionary(
        (0..<random.below(8)).map { _ in (Int32(random.below(90)), Double(random.below(100))) },
        uniquingKeysWith: { first, _ in first })
      let energies = [
        EnergyReading(component: .cpu, energy: amount(), idle: .known(amount()), sharing: .cpuTime),
        EnergyReading(component: .cpu, energy: amount(), idle: .unusedShare, sharing: .cpuTime),
        EnergyReading(
          component: .memory, energy: amount(), idle: .known(.zero),
          sharing: .residentMemory(of: UInt64(1 + random.below(50_000_000)))),
        EnergyReading(component: .gpu, energy: amount(), idle: .known(amount()), sharing: .processes(weights)),
        EnergyReading(
          component: .gpu, energy: amount(), idle: .known(.zero),
          sharing: .weights(run: 1, others: 2, own: 3, unattributed: 0)),
      ]
      let result = ProcessTable(from: before, to: now, energies: energies, own: [3, 4])
      for component in Component.allCases {
        let read = energies.filter { $0.component == component }.reduce(Microjoules.zero) { $0 + $1.energy }
        let rows = result.rows.reduce(Microjoules.zero) { $0 + ($1.energy[component] ?? .zero) }
        let terms = result.terms[component] ?? EnergyTerms()
        #expect(rows + terms.idle + terms.own + terms.unattributed == read)
        #expect(terms.isConserved)
        #expect([terms.idle, terms.own, terms.unattributed].allSatisfy { $0 >= .zero })
      }
      #expect(result.rows.allSatisfy { $0.energy.values.allSatisfy { $0 >= .zero } })
      // What reapers were given never makes more work than the machine did.
      if let busy {
        let living = ProcessTimes(from: before, to: now, busy: 0).used.reduce(0, &+)
        let all = ProcessTimes(from: before, to: now, busy: busy * Self.tick).used.reduce(0, &+)
        #expect(all <= max(living, busy * Self.tick))
      }
    }
  }

  @Test("groupings hold each row once; who is asked for is only asked when it is needed")
  func groupings() throws {
    let before = look(10, busy: 0, (5...9).map { process($0, own: 0) })
    let now = look(11, busy: 100, (5...9).map { process($0, own: UInt64($0)) })
    let table = ProcessTable(from: before, to: now, energies: [cpu(70)], own: [])
    let container = "/docker/" + String(repeating: "a", count: 64)
    let details: [Int32: ProcessDetails] = [
      5: ProcessDetails(command: "a", user: 0, session: 5, group: "/"),
      6: ProcessDetails(command: "b", user: 0, session: 5, group: container),
      7: ProcessDetails(command: "c", user: 1000, session: 7, group: container),
      8: ProcessDetails(command: "d", user: 1000, session: 7, group: nil),
    ]
    var asked = 0
    let find = { (identity: ProcessIdentity) -> ProcessDetails? in
      asked += 1
      return details[identity.pid]
    }
    #expect(table.grouped(by: .process, details: find).map(\.rows.count) == [1, 1, 1, 1, 1])
    #expect(asked == 0)
    let users = table.grouped(by: .user, details: find)
    #expect(users.map(\.key) == [.user(1000), .user(0), .unknown])
    #expect(users.map { $0.nanoseconds / Self.tick } == [15, 11, 9])
    #expect(table.grouped(by: .tree, details: find).map(\.key) == [.session(7), .session(5), .unknown])
    let containers = table.grouped(by: .container, details: find)
    #expect(containers.map(\.rows.count) == [2, 2, 1])
    #expect(containers.last?.key == .host)
    for grouping in ProcessGrouping.allCases {
      let groups = table.grouped(by: grouping, details: find)
      #expect(groups.reduce(Microjoules.zero) { $0 + $1.total } == table.terms[.cpu]?.others)
    }
  }

  @Test("details are those of this process, and of no later one of its number")
  func details() throws {
    let machine = try RecordedMachine()
    try machine.folder.write("proc/42/stat", "42 (a) b) S 1 40 39 0 -1 0 0 0 0 0 1 2 0 0 20 0 1 0 500 1000 3 0 0\n")
    try machine.folder.write("proc/42/status", "Name:\ta\nUid:\t1000\t0\t0\t0\n")
    try machine.folder.write("proc/42/cgroup", "0::/slurm/uid_1000/job_3/step_0\n")
    let reader = ProcessDetailsReader(machine: machine.root)
    let identity = ProcessIdentity(pid: 42, startTicks: 500)
    let details = try #require(reader.details(of: identity))
    #expect(details.command == "a) b")
    #expect(details.user == 1000)
    #expect(details.session == 39)
    #expect(details.workload == .slurm(job: 3, step: "0"))
    #expect(reader.details(of: ProcessIdentity(pid: 42, startTicks: 501)) == nil)
    #expect(reader.details(of: ProcessIdentity(pid: 43, startTicks: 500)) == nil)
    // Once known it stays known, until its table is forgotten.
    try machine.folder.write("proc/42/stat", "")
    #expect(reader.details(of: identity) == details)
    reader.forget(except: ProcessTable(from: look(1, busy: 0, []), to: look(2, busy: 0, []), energies: [], own: []))
    #expect(reader.details(of: identity) == nil)
  }
}

import Quantities
import Testing

@testable import Metering

@Suite("Random machines")
struct SimulatedRunTests {
  /// One account on the simulated machine.
  private struct Account {
    var ledger: ProcessLedger
    var sampler: Sampler
    var sample: CumulativeSample

    init(_ fresh: ProcessLedger, _ kernel: SimulatedKernel) {
      ledger = fresh
      Account.scan(&ledger, kernel)
      sampler = Sampler(baseline: Account.reading(ledger, kernel, []))
      sample = sampler.sample
    }

    mutating func look(_ kernel: SimulatedKernel, _ energies: [EnergyReading]) {
      Account.scan(&ledger, kernel)
      sample = sampler.take(Account.reading(ledger, kernel, energies))
    }

    private static func scan(_ ledger: inout ProcessLedger, _ kernel: SimulatedKernel) {
      ledger.take(group: kernel.group)
      ledger.beginScan(atTicks: kernel.ticks)
      for reading in kernel.readings { ledger.observe(reading) }
      ledger.endScan()
    }

    private static func reading(
      _ ledger: ProcessLedger, _ kernel: SimulatedKernel, _ energies: [EnergyReading]
    ) -> MachineReading {
      MachineReading(
        monotonic: .seconds(Double(kernel.ticks) / 100), wall: Timestamp(seconds: Double(kernel.ticks) / 100),
        busy: kernel.busy, processors: 4, processes: ledger.times, resident: ledger.resident, energies: energies)
    }
  }

  /// How untidy a machine is.
  struct Manners: Sendable, CustomTestStringConvertible {
    var name: String
    var leavesOrphans = true
    var ignoresChildren = false
    var threads = true
    var adopts = true
    var testDescription: String { name }
  }

  static let all = [
    Manners(name: "every child is waited for", leavesOrphans: false),
    Manners(name: "orphans go to Dimmer"),
    Manners(name: "orphans go to init", adopts: false),
    Manners(name: "some ignore their children's end", ignoresChildren: true),
    Manners(name: "one thread each, orphans go to init", threads: false, adopts: false),
  ]

  @Test(
    "whatever is born, works, ends and is reaped: accounts hold what their processes used, and every joule once",
    arguments: all)
  func random(_ manners: Manners) {
    for seed in 0..<24 { run(manners, seed: UInt64(seed)) }
  }

  private func run(_ manners: Manners, seed: UInt64) {
    var random = SeededNumbers(seed + 1)
    let outer: Int32 = 10
    var kernel = SimulatedKernel(root: outer, subreaper: manners.adopts ? 5 : nil)
    // The inner root is a child of the outer, and measured by somebody who adopts nobody.
    kernel.fork(outer, as: 11)
    kernel.mark(root: 11)
    let reapers: Set<Int32> = manners.adopts ? [5] : []
    var whole = Account(ProcessLedger(roots: [outer], own: [5], reapers: reapers), kernel)
    var inner = Account(ProcessLedger(roots: [11], own: [5]), kernel)
    var group = Account(ProcessLedger(group: "/g", own: [5]), kernel)
    for _ in 0..<40 {
      for _ in 0..<random.below(25) { step(&kernel, manners, &random) }
      kernel.pass(ticks: UInt64(1 + random.below(200)))
      let energies = [
        EnergyReading(
          component: .cpu, energy: Microjoules(Int64(random.below(90_000_000))),
          idle: random.below(2) == 0 ? .unusedShare : .known(Microjoules(Int64(random.below(90_000_000)))),
          sharing: .cpuTime),
        EnergyReading(
          component: .memory, energy: Microjoules(Int64(random.below(9_000_000))), idle: .known(.zero),
          sharing: .residentMemory(of: 1_000_000)),
      ]
      let before = [whole.sample, inner.sample, group.sample]
      whole.look(kernel, energies)
      inner.look(kernel, energies)
      group.look(kernel, energies)
      for (account, earlier) in zip([whole, inner, group], before) { check(account.sample, since: earlier, kernel) }
    }
    compare(kernel, manners, whole.sample.cpu, inner.sample.cpu, group.sample.cpu)
  }

  private func step(_ kernel: inout SimulatedKernel, _ manners: Manners, _ random: inout SeededNumbers) {
    let pid = random.pick(kernel.living)
    switch random.below(10) {
    case 0, 1, 2:
      // Few numbers, so that they are given out again.
      kernel.fork(pid == 1 || pid == 5 ? 3 : pid, as: Int32(20 + random.below(60)))
    case 3, 4, 5, 6:
      // More than a period can hold is more than the worst machine does.
      kernel.work(pid, user: UInt64(random.below(60_000_000)), system: UInt64(random.below(25_000_000)))
    case 7:
      guard manners.threads, pid != 5, pid != 1 else { return }
      kernel.setThreads(pid, 1 + random.below(3))
    case 8:
      if manners.ignoresChildren, pid >= 20, random.below(4) == 0 { return kernel.setIgnoring(pid) }
      guard pid >= 20 else { return }
      let hasChildren = kernel.processes.values.contains { $0.parent == pid }
      if manners.leavesOrphans || !hasChildren { kernel.exit(pid) }
    default:
      let zombies = kernel.processes.values.filter(\.isZombie).map(\.pid).sorted()
      for zombie in zombies where random.below(3) > 0 { kernel.reap(zombie) }
    }
  }

  /// What holds at every look.
  private func check(_ sample: CumulativeSample, since earlier: CumulativeSample, _ kernel: SimulatedKernel) {
    for (component, terms) in sample.components {
      #expect(terms.isConserved)
      let before = earlier.components[component] ?? EnergyTerms()
      let grown = terms - before
      #expect(
        [grown.host, grown.run, grown.others, grown.own, grown.idle, grown.unattributed].allSatisfy { $0 >= .zero })
    }
    let cpu = sample.cpu
    #expect(cpu.run >= earlier.cpu.run && cpu.others >= earlier.cpu.others && cpu.own >= earlier.cpu.own)
    #expect(cpu.unattributed >= earlier.cpu.unattributed)
    #expect(cpu.busy == kernel.busy)
    // Busy time is explained.
    #expect(cpu.run + cpu.others + cpu.own + cpu.unattributed >= cpu.busy)
  }

  /// What holds in the end, as far as ticks tell.
  private func compare(
    _ kernel: SimulatedKernel, _ manners: Manners, _ whole: CPUTerms, _ inner: CPUTerms, _ group: CPUTerms
  ) {
    let bound = 2 * SimulatedKernel.tick * UInt64(kernel.inexact.count + 1)
    let run = kernel.used[10] ?? 0
    // Nobody is given work that was not done.
    #expect(whole.run <= run + bound)
    #expect(inner.run <= (kernel.used[11] ?? 0) + bound)
    #expect(inner.run <= whole.run + bound)
    #expect(whole.own == kernel.usedByOwn)
    for cpu in [whole, inner, group] { #expect(cpu.run + cpu.others + cpu.own <= cpu.busy + bound) }
    // A group's counter is exact.
    #expect(group.run == kernel.usedByGroup)
    // Nothing is lost where somebody was told of every end, and orphans came to whom the run began with.
    if !kernel.wasSilent {
      #expect(whole.run + whole.others + whole.own + bound >= whole.busy)
      #expect(whole.unattributed <= bound)
      if manners.adopts || !manners.leavesOrphans { #expect(whole.run + bound >= run) }
    }
  }
}

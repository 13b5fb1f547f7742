import Accounting
import Factors
import Methods
import Quantities
import TestSupport
import Testing

@Suite("Energy shared among tenants and sequences")
struct AllocationTests {
  @Test("Idle goes by what is reserved and for how long, active by use: shown apart")
  func tenants() {
    let share = TenantShare(
      active: Microjoules(.joules(600)), idle: Microjoules(.joules(400)),
      among: [
        TenantShare.Tenant(reserved: 3, held: .hours(1), used: 1),
        TenantShare.Tenant(reserved: 1, held: .hours(1), used: 2),
      ])
    #expect(share.idle.map(\.energy.joules) == [300, 100])
    #expect(share.active.map(\.energy.joules) == [200, 400])
    #expect(share.activeKey == .physicalCause && share.idleKey == .reservedShare && share.unreserved == .zero)
  }

  @Test("Capacity that nobody reserved is nobody's idle energy")
  func unreserved() {
    let share = TenantShare(
      active: .zero, idle: Microjoules(.joules(800)),
      among: [TenantShare.Tenant(reserved: 2, held: .seconds(10), used: 0)], capacity: 80)
    #expect(share.idle.map(\.energy.joules) == [200] && share.unreserved.energy.joules == 600)
  }

  @Test("Without a better key the next in the order of preference is taken, and the figure says which")
  func keys() {
    let tenants = { (reserved: Double, held: Span) in
      [1.0, 1].map { _ in TenantShare.Tenant(reserved: reserved, held: held, used: 0) }
    }
    let active = Microjoules(.joules(10))
    #expect(TenantShare(active: active, idle: .zero, among: tenants(1, .seconds(1))).activeKey == .reservedShare)
    #expect(TenantShare(active: active, idle: .zero, among: tenants(0, .seconds(1))).activeKey == .timeShare)
    let last = TenantShare(active: active, idle: .zero, among: tenants(0, .zero))
    #expect(last.activeKey == .equalSplit && last.active.map(\.energy.joules) == [5, 5])
    #expect(TenantShare.Key.measuredApart < .physicalCause && TenantShare.Key.equalSplit < .revenue)
    let figure = last.figure(of: 0, metered: Given.energy(.joules(10), relative: -0.05...0.05), labelled: "tenant")
    #expect(agrees(figure.value.joules, 5) && figure.receipt.note?.contains("by equal split") == true)
    #expect(agrees(figure.estimate.high.joules, 5.25))
  }

  @Test("Whatever tenants bring, their parts and the rest are the meter to the microjoule")
  func conservation() {
    var random = Seeded(320)
    for _ in 0..<400 {
      let tenants = (0..<Int.random(in: 0...7, using: &random)).map { _ in
        TenantShare.Tenant(
          reserved: Bool.random(using: &random) ? 0 : random.magnitude(-3...3),
          held: .seconds(random.magnitude(-3...5)),
          used: Bool.random(using: &random) ? 0 : random.magnitude(-6...9))
      }
      let active = Microjoules(Int64.random(in: 0...9_000_000_000_000, using: &random))
      let idle = Microjoules(Int64.random(in: 0...9_000_000_000_000, using: &random))
      let capacity = Bool.random(using: &random) ? nil : random.magnitude(-3...8)
      let share = TenantShare(active: active, idle: idle, among: tenants, capacity: capacity)
      #expect(share.total == active + idle)
      #expect(share.charges.allSatisfy { $0 >= .zero } && share.unreserved >= .zero)
    }
  }

  @Test("A step's energy goes to the sequences in it by their work; a step without any is idle")
  func steps() {
    let share = StepShare(
      [
        StepShare.Step(energy: Microjoules(100), work: [0: 1]),
        StepShare.Step(energy: Microjoules(90), work: [0: 1, 1: 2]), StepShare.Step(energy: Microjoules(7), work: [:]),
        StepShare.Step(energy: Microjoules(10), work: [1: 1]),
      ], sequences: 2)
    #expect(share.charges == [Microjoules(130), Microjoules(70)])
    #expect(share.idle == Microjoules(7) && share.total == Microjoules(207))
  }

  @Test("Sequences that come and go: all steps are charged to the microjoule, none negative, near the exact share")
  func stepConservation() {
    var random = Seeded(321)
    for _ in 0..<40 {
      let count = Int.random(in: 1...12, using: &random)
      var exact = Array(repeating: 0.0, count: count)
      var total = Microjoules.zero
      let steps = (0..<500).map { _ in
        var work: [Int: Double] = [:]
        for sequence in 0..<count where Bool.random(using: &random) { work[sequence] = random.magnitude(-2...2) }
        let energy = Microjoules(Int64.random(in: 0...50, using: &random))
        let sum = work.values.reduce(0, +)
        for (sequence, part) in work { exact[sequence] += Double(energy.count) * part / sum }
        total = total + energy
        return StepShare.Step(energy: energy, work: work)
      }
      let share = StepShare(steps, sequences: count)
      #expect(share.total == total)
      for (charge, exact) in zip(share.charges, exact) { #expect(abs(Double(charge.count) - exact) <= Double(count)) }
    }
  }

  @Test("By name as by type, and lists of different lengths are refused")
  func named() throws {
    let registry = MethodRegistry(AccountingMethods.all)
    let tenant = try registry.method(named: "tenant-share").calculate([
      "active_joules": .number(600), "idle_joules": .number(400), "reserved": .numbers([3, 1]),
      "held_seconds": .numbers([3600, 3600]), "used": .numbers([1, 2]),
    ])
    #expect(
      tenant["active_parts_joules"] == .numbers([200, 400]) && tenant["idle_parts_joules"] == .numbers([300, 100]))
    let steps = try registry.method(named: "step-share").calculate([
      "steps_joules": .numbers([9, 1]), "steps": .table([["work": .numbers([1, 2])], ["work": .numbers([0, 0])]]),
    ])
    #expect(steps == ["charges_joules": .numbers([3, 6]), "idle_joules": .number(1)])
    #expect(throws: MethodError.self) {
      try registry.method(named: "step-share").calculate(["steps_joules": .numbers([9]), "steps": .table([])])
    }
  }
}

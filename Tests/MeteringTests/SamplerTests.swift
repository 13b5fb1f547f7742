import Quantities
import Testing

@testable import Metering

@Suite("Sharing out energy")
struct AttributionTests {
  private func joules(_ parts: [Microjoules]) -> [Double] { parts.map(\.energy.joules) }

  @Test("600 J over 10 s with 30 W idle: consumers share what is active, idle is its own line or is shared")
  func policies() {
    let activity = [6.0, 3, 1]
    let none = Attribution.share(.joules(600), idle: .joules(300), activity: activity)
    #expect(joules(none.shares) == [180, 90, 30])
    #expect(none.idle == .joules(300))
    let proportional = Attribution.share(.joules(600), idle: .joules(300), activity: activity, policy: .proportional)
    #expect(joules(proportional.shares) == [360, 180, 60])
    #expect(proportional.idle == .zero)
  }

  @Test("the convention for machines without known idle power, as Kepler's guide computes it")
  func convention() {
    #expect(Attribution.active(.joules(40), usage: 0.25) == .joules(10))
    let active = Attribution.active(.joules(60), usage: 1.0 / 3)
    #expect(active == .joules(20))
    // A node busy 1000 ms: a process of 100 ms, a container of 150 ms, a pod of 200 ms.
    let parts = Attribution.share(active, idle: .zero, activity: [100, 150, 200, 550])
    #expect(joules(parts.shares) == [2, 3, 4, 11])
  }

  @Test("a group's share by its own time against the machine's busy time")
  func group() {
    let parts = Attribution.share(.joules(200), idle: .zero, activity: [4, 6])
    #expect(joules(parts.shares) == [80, 120])
  }

  @Test("ten microjoules over three equals are 4, 3 and 3")
  func remainder() {
    let parts = Attribution.share(Microjoules(10), idle: .zero, activity: [1, 1, 1])
    #expect(parts.shares.map(\.count) == [4, 3, 3])
  }

  @Test("energy that nobody was active for is unattributed, not divided by nothing")
  func nobody() {
    let parts = Attribution.share(.joules(50), idle: .zero, activity: [0, 0, 0])
    #expect(parts.unattributed == .joules(50))
    #expect(joules(parts.shares) == [0, 0, 0])
  }

  @Test("power is integrated by trapezoids on uneven steps, too")
  func trapezoids() {
    func energy(_ points: [(Double, Double)]) -> Double {
      var integral = PowerIntegral()
      return points.reduce(0) { $0 + (integral.add(.watts($1.1), at: .seconds($1.0))?.joules ?? 0) }
    }
    #expect(energy([(0, 100), (1, 200), (2, 300), (3, 200), (4, 100)]) == 800)
    #expect(energy([(0, 100), (1, 200), (3, 300), (4, 100)]) == 850)
    #expect(energy([(0, 120), (1, 180), (2, 180), (4, 60)]) == 570)
  }
}

@Suite("The sampler")
struct SamplerTests {
  private func reading(
    _ seconds: Double, busy: UInt64?, run: UInt64 = 0, others: UInt64 = 0, own: UInt64 = 0,
    resident: ByConsumer = ByConsumer(), wall: Double? = nil, _ energies: [EnergyReading] = []
  ) -> MachineReading {
    MachineReading(
      monotonic: .seconds(seconds + 1000), wall: Timestamp(seconds: wall ?? seconds), busy: busy, processors: 2,
      processes: ByConsumer(run: run, others: others, own: own), resident: resident, energies: energies)
  }

  private func cpu(_ joules: Double, idle: IdleRule) -> EnergyReading {
    EnergyReading(component: .cpu, energy: .joules(joules), idle: idle, sharing: .cpuTime)
  }

  @Test("active energy goes by CPU time, busy time of no process seen included")
  func byTime() throws {
    var sampler = Sampler(baseline: reading(0, busy: 0))
    let sample = sampler.take(
      reading(1, busy: 1_000, run: 600, others: 200, own: 100, [cpu(13, idle: .known(.joules(3)))]))
    let terms = try #require(sample.components[.cpu])
    #expect(terms.host == .joules(13))
    #expect([terms.run, terms.others, terms.own, terms.unattributed].map(\.energy.joules) == [6, 2, 1, 1])
    #expect(terms.idle == .joules(3))
    #expect(
      sample.cpu == CPUTerms(busy: 1000, run: 600, others: 200, own: 100, unattributed: 100, capacity: 2_000_000_000))
  }

  @Test("without known idle power the unused part of the machine is idle")
  func byUse() throws {
    var sampler = Sampler(baseline: reading(0, busy: 0))
    let sample = sampler.take(reading(1, busy: 500_000_000, run: 500_000_000, [cpu(40, idle: .unusedShare)]))
    let terms = try #require(sample.components[.cpu])
    #expect(terms.run == .joules(10))
    #expect(terms.idle == .joules(30))
  }

  @Test("process times that lag by ticks make unattributed time neither negative nor grow without end")
  func ticks() {
    var sampler = Sampler(baseline: reading(0, busy: 0))
    var sample: CumulativeSample?
    // A process uses 3 ms each period and shows it in ticks of 10 ms.
    for step in 1...300 {
      let busy = UInt64(step) * 3_000_000
      sample = sampler.take(reading(Double(step), busy: busy, run: busy / 10_000_000 * 10_000_000))
      #expect((sample?.cpu.unattributed ?? .max) <= 10_000_000)
    }
    #expect(sample?.cpu.run == 900_000_000)
  }

  @Test("work of nobody seen is unattributed in full over time")
  func unattributed() {
    var sampler = Sampler(baseline: reading(0, busy: 0))
    var sample: CumulativeSample?
    for step in 1...100 {
      let seen = UInt64(step) * 3_000_000
      sample = sampler.take(reading(Double(step), busy: seen * 2, run: seen / 10_000_000 * 10_000_000))
    }
    #expect(sample?.cpu.busy == 600_000_000)
    #expect((300_000_000...310_000_000).contains(sample?.cpu.unattributed ?? 0))
  }

  @Test("memory goes by resident bytes; what nobody holds is idle")
  func memory() throws {
    var sampler = Sampler(baseline: reading(0, busy: 0))
    let energy = EnergyReading(
      component: .memory, energy: .joules(10), idle: .known(.zero), sharing: .residentMemory(of: 1000))
    let sample = sampler.take(reading(1, busy: 0, resident: ByConsumer(run: 500, others: 200, own: 100), [energy]))
    let terms = try #require(sample.components[.memory])
    #expect(
      [terms.run, terms.others, terms.own, terms.idle, terms.unattributed].map(\.energy.joules) == [5, 2, 1, 2, 0])
    // Shared pages count with each process: then the shares are fitted into what there is.
    let over = sampler.take(reading(2, busy: 0, resident: ByConsumer(run: 1500, others: 500, own: 0), [energy]))
    let fitted = try #require(over.components[.memory]) - terms
    #expect([fitted.run, fitted.others, fitted.own, fitted.idle].map(\.energy.joules) == [7.5, 2.5, 0, 0])
  }

  @Test("energy that comes late is shared out over all the time that it was used in")
  func lateEnergy() throws {
    var sampler = Sampler(baseline: reading(0, busy: 0))
    _ = sampler.take(reading(1, busy: 300, run: 300))
    let sample = sampler.take(reading(2, busy: 400, run: 300, others: 100, [cpu(4, idle: .known(.zero))]))
    let terms = try #require(sample.components[.cpu])
    #expect([terms.run, terms.others].map(\.energy.joules) == [3, 1])
  }

  @Test("a counter sampled 10 s apart with 5000 J between is 500 W")
  func meanPower() {
    #expect((Energy.joules(5000) / .seconds(10)).watts == 500)
  }

  @Test("late samples and moved clocks are gaps, and the energy is kept")
  func gaps() {
    var sampler = Sampler(baseline: reading(0, busy: 0), period: .seconds(1))
    _ = sampler.take(reading(1, busy: 1))
    #expect(sampler.takeGaps().isEmpty)
    let sample = sampler.take(reading(9, busy: 2, run: 2, [cpu(8, idle: .known(.zero))]))
    #expect(sampler.takeGaps().map(\.reason) == ["no sample for 8 s; its energy is counted as one period"])
    #expect(sample.total.host == .joules(8))
    _ = sampler.take(reading(10, busy: 3, wall: 3610))
    #expect(sampler.takeGaps().map(\.reason) == ["the wall clock moved by 3600 s against the monotonic one"])
    _ = sampler.take(reading(11, busy: 4, wall: 3611))
    #expect(sampler.takeGaps().isEmpty)
  }

  @Test("busy time that cannot be read for a period is caught up with in the next")
  func missingBusy() {
    var sampler = Sampler(baseline: reading(0, busy: 0))
    _ = sampler.take(reading(1, busy: nil, run: 50))
    let sample = sampler.take(reading(2, busy: 300, run: 100))
    #expect(sample.cpu.busy == 300)
    #expect(sample.cpu.unattributed == 200)
  }

  @Test("a next sampler goes on where the last one was, to the microjoule")
  func continues() {
    var first = Sampler(baseline: reading(0, busy: 0))
    let before = first.take(reading(1, busy: 100, run: 60, others: 40, [cpu(2, idle: .known(.joules(1)))]))
    var second = Sampler(baseline: reading(5, busy: 100, run: 80, others: 60), continuing: before)
    #expect(second.lastReading == before.monotonic)
    let after = second.take(reading(6, busy: 200, run: 110, others: 90, [cpu(10, idle: .known(.zero))]))
    #expect(after.cpu.run == 110)
    #expect(after.cpu.others == 90)
    #expect(after.cpu.busy == 200)
    #expect(after.total.host == .joules(12))
    #expect(after.cpu.capacity == 12_000_000_000)
  }

  @Test("whatever is read, the parts make the whole, and nothing ever falls")
  func conserved() {
    var state: UInt64 = 1
    func random(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    var sampler = Sampler(baseline: reading(0, busy: 0))
    var busy: UInt64 = 0
    var times = ByConsumer()
    var before = sampler.sample
    for step in 1...2000 {
      busy += random(2_000_000_000)
      times.run += random(3) * random(1_000_000_000)
      times.others += random(2) * random(1_000_000_000)
      times.own += random(10_000_000)
      var energies: [EnergyReading] = []
      if random(10) > 0 {
        energies.append(
          EnergyReading(
            component: .cpu, energy: Microjoules(Int64(random(500_000_000))),
            idle: random(2) == 0 ? .unusedShare : .known(Microjoules(Int64(random(600_000_000)))), sharing: .cpuTime))
      }
      energies.append(
        EnergyReading(
          component: .memory, energy: Microjoules(Int64(random(9_000_000))), idle: .known(.zero),
          sharing: .residentMemory(of: 1 << 34)))
      for _ in 0..<random(3) {
        energies.append(
          EnergyReading(
            component: .gpu, energy: Microjoules(Int64(random(700_000_000))),
            idle: .known(Microjoules(Int64(random(90_000_000)))),
            sharing: .weights(
              run: Double(random(100)), others: Double(random(2)), own: 0, unattributed: Double(random(3)))))
      }
      let resident = ByConsumer(run: random(1 << 34), others: random(1 << 33), own: random(1 << 23))
      let sample = sampler.take(
        reading(
          Double(step), busy: random(20) == 0 ? nil : busy, run: times.run, others: times.others, own: times.own,
          resident: resident, energies))
      for terms in sample.components.values { #expect(terms.isConserved) }
      #expect(sample.total.isConserved)
      for (component, terms) in sample.components {
        let grown = terms - (before.components[component] ?? EnergyTerms())
        let parts = [grown.host, grown.run, grown.others, grown.idle, grown.own, grown.unattributed]
        #expect(parts.allSatisfy { $0 >= .zero })
      }
      #expect(sample.cpu.unattributed >= before.cpu.unattributed)
      before = sample
    }
    #expect(before.cpu.busy <= before.cpu.run + before.cpu.others + before.cpu.own + before.cpu.unattributed)
  }
}

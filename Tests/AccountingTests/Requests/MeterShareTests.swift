import Accounting
import Methods
import Quantities
import TestSupport
import Testing

@Suite("A meter's energy is shared among requests")
struct MeterShareTests {
  @Test("TV-15: 1000 J, 200 of them idle, over two requests by work and time, to the microjoule")
  func vector() throws {
    let weight = WorkWeight(perInputToken: 0.1, perOutputToken: 5)
    let a = RequestSize(uncachedTokensIn: 100, tokensOut: 50)
    let b = RequestSize(uncachedTokensIn: 50, tokensOut: 10)
    #expect(weight(a) == 260 && weight(b) == 55)
    let share = MeterShare(
      dynamic: Microjoules(800_000_000), idle: Microjoules(200_000_000),
      among: [
        MeterShare.Part(weight: weight(a), time: .seconds(4)), MeterShare.Part(weight: weight(b), time: .seconds(1)),
      ])
    #expect(share.dynamic == [Microjoules(660_317_460), Microjoules(139_682_540)])
    #expect(share.idle == [Microjoules(160_000_000), Microjoules(40_000_000)])
    #expect(share.charges.reduce(.zero, +) == Microjoules(1_000_000_000) && share.rest == .zero)
  }

  @Test("by name as by type")
  func registered() throws {
    let method = try MethodRegistry(AccountingMethods.all).method(named: "meter-share")
    let answer = try method.calculate([
      "dynamic_joules": .number(800), "idle_joules": .number(200), "weights": .numbers([260, 55]),
      "times_seconds": .numbers([4, 1]),
    ])
    #expect(answer == ["charges_joules": .numbers([820.31746, 179.68254])])
    #expect(throws: MethodError.self) {
      try method.calculate([
        "dynamic_joules": .number(1), "idle_joules": .number(1), "weights": .numbers([1, -1]),
        "times_seconds": .numbers([1, 1]),
      ])
    }
  }

  @Test("charges and rest are the meter to the microjoule, whatever the requests")
  func conserved() {
    var random = Seeded(15)
    for _ in 0..<500 {
      let parts = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        MeterShare.Part(
          weight: Bool.random(using: &random) ? 0 : random.magnitude(-9...9),
          time: .seconds(Bool.random(using: &random) ? 0 : random.magnitude(-6...5)))
      }
      let dynamic = Microjoules(.random(in: 0...1_000_000_000_000, using: &random))
      let idle = Microjoules(.random(in: 0...1_000_000_000, using: &random))
      let share = MeterShare(dynamic: dynamic, idle: idle, among: parts)
      #expect(share.total == dynamic + idle)
      #expect(share.charges.allSatisfy { $0 >= .zero } && share.rest >= .zero)
    }
  }

  @Test("nobody there: nobody is charged; no weights: by time; a request without work pays for its time alone")
  func edges() {
    let nobody = MeterShare(dynamic: Microjoules(7), idle: Microjoules(5), among: [])
    #expect(nobody.charges.isEmpty && nobody.rest == Microjoules(12))
    let unweighted = MeterShare(
      dynamic: Microjoules(90), idle: Microjoules(9),
      among: [.init(weight: 0, time: .seconds(2)), .init(weight: 0, time: .seconds(1))])
    #expect(unweighted.charges == [Microjoules(66), Microjoules(33)])
    let lazy = MeterShare(
      dynamic: Microjoules(90), idle: Microjoules(10),
      among: [.init(weight: 1, time: .seconds(1)), .init(weight: 0, time: .seconds(1))])
    #expect(lazy.dynamic == [Microjoules(90), .zero] && lazy.idle == [Microjoules(5), Microjoules(5)])
  }
}

@Suite("Carbon of a request")
struct RequestCarbonTests {
  @Test("TV-13: 92.924 tokens at 5.864 J, 250 g/kWh, PUE 1 and 1.2, 2.206 s of the machine")
  func vector() throws {
    let joules = WorkWeight(perOutputToken: 5.864)(RequestSize(tokensOut: 92.924))
    #expect(agrees(joules, 544.906336))
    // 1.6715e-4 g/s, whatever made it.
    let machine = MachineCarbon.Account(
      total: Given.exact(Carbon.grams(1.6715e-4 * 31_536_000)), life: Given.exact(Span.years(1)))
    for (pue, grams) in [(1.0, 0.037840718), (1.2, 0.045408861)] {
      let carbon = RequestCarbon(
        energy: Given.facility(.joules(joules), pue: pue), intensity: Given.intensity(250),
        duration: Given.exact(Span.seconds(2.206)), machine: machine)
      #expect(agrees(carbon.operational.value.grams, grams, to: 1e-8))
      #expect(try agrees(#require(carbon.embodied).value.grams, 0.0003687329, to: 1e-6))
    }
    #expect(agrees(RequestCarbon.embodiedPerSecond(of: machine).value.grams, 1.6715e-4))
  }

  @Test("by name both parts stand apart, and a PUE must be stated")
  func registered() throws {
    let method = try MethodRegistry(AccountingMethods.all).method(named: "request-carbon")
    let answer = try method.calculate([
      "energy_joules": .number(3.6e6), "pue": .number(1.5), "intensity_grams_per_kwh": .number(100),
      "embodied_per_second": .number(0.001), "duration_seconds": .number(10), "share": .number(0.5),
    ])
    #expect(answer == ["operational_grams": .number(150), "embodied_grams": .number(0.005)])
    #expect(throws: MethodError.self) {
      try method.calculate(["energy_joules": .number(1), "intensity_grams_per_kwh": .number(1)])
    }
  }

  @Test("an unknown machine leaves embodied carbon unknown, not none")
  func unknownMachine() {
    let carbon = RequestCarbon(
      energy: Given.facility(.joules(1)), intensity: Given.intensity(250), duration: Given.exact(Span.seconds(1)),
      machine: nil)
    #expect(carbon.embodied == nil)
  }
}

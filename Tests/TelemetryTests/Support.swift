import Ledger
import Methods
import Quantities
import Telemetry

/// Repeatable random numbers (Seeded), so that a failing case can be run again.
struct RepeatableNumbers: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}

enum Sample {
  static let start = Timestamp(milliseconds: 1_700_000_000_000)

  static func id(_ number: UInt128) -> ActivityID { ActivityID(.run, ULID(start, random: number)) }

  /// A run of 100 s in Germany: 30 J of processors, 10 J of memory, and no graphics card that could be read.
  static func run(_ number: UInt128 = 1, name: String = "train", pue: Double? = nil, grams: Double? = 5)
    -> ActivityAccount
  {
    let id = id(number)
    var activity = Activity(id: id, name: name, status: .done, started: start)
    activity.ended = start + .seconds(100)
    activity.region = "DE"
    activity.detail.cpuSeconds = CPUSeconds(run: 40, others: 5, own: 1, unattributed: 4, busy: 50, capacity: 200)
    let joules = { (value: Double) in
      Estimate<Energy>.exact(.joules(value), origin: .measured, method: "rapl-powercap@1")
    }
    var figures = [FigureRecord(id, .energy, Figure("energy of the run", joules(40)))]
    if let pue {
      let ratio = Estimate<Ratio>.exact(Ratio(pue), origin: .declared, method: "declared-value@1")
      figures.append(FigureRecord(id, .pue, Figure("PUE", ratio)))
    }
    if let grams {
      let carbon = Estimate<Carbon>.exact(.grams(grams), origin: .modelled, method: "operational-carbon@1")
      figures.append(FigureRecord(id, .carbon, Figure("carbon", carbon)))
    } else {
      figures.append(
        FigureRecord(id, .carbon, of: Carbon.self, label: "carbon", unknownBecause: "no region\nwas given"))
    }
    return ActivityAccount(
      activity: activity,
      components: [
        Component(activity: id, name: "cpu", joules(30)),
        Component(activity: id, name: "gpu", unknownBecause: "no driver\nwas found"),
        Component(activity: id, name: "memory", joules(10)),
      ], figures: figures)
  }

  /// A machine with two packages, memory and a card, a process in a container, and a source that failed.
  static let snapshot = MeterSnapshot(
    machine: "host-7", started: start, taken: start + .seconds(60),
    readings: [
      reading("cpu", "package-0", "rapl", 100_000_001, idle: 40_000_000, power: 12.5),
      reading("cpu", "package-1", "rapl", 3_600_000_000_000_001, idle: 1, power: 10),
      reading("memory", "dram", "rapl", 20_000_000, idle: 20_000_000, power: 2.25),
      reading("gpu", "0", "nvml", 7, idle: 0, power: nil),
    ],
    rows: [
      .init(.init(.process, "42", name: "python"), component: "cpu", energy: Microjoules(30_500_000), power: .watts(3)),
      .init(.init(.process, "42", name: "python"), component: "memory", energy: Microjoules(5), power: .watts(0.5)),
      .init(.init(.container, "c1", name: "web"), component: "gpu", domain: "0", energy: Microjoules(6)),
      .init(.init(.process, "43"), component: "cpu", policy: .proportional, energy: Microjoules(9)),
    ],
    unread: [.init(component: "gpu", source: "amdgpu", reason: "no permission\nfor hwmon0")])

  private static func reading(
    _ component: String, _ domain: String, _ source: String, _ host: Int64, idle: Int64, power: Double?
  ) -> MeterSnapshot.Reading {
    let busy = host - idle
    let own = min(busy, 3)
    let attributed = (busy - own) / 2
    return MeterSnapshot.Reading(
      component: component, domain: domain, source: source, quality: .measured, host: Microjoules(host),
      terms: .init(
        attributed: Microjoules(attributed), idle: Microjoules(idle), own: Microjoules(own),
        unattributed: Microjoules(busy - own - attributed)), power: power.map(Power.watts))
  }
}

import Factors
import Methods
import Quantities

/// Impact Framework's plugins (`if-sci-embodied@1`, `if-sci-pipeline@1`) on ``ServerCarbon`` and ``EmbodiedCarbon``.
enum ImpactFrameworkMethods {
  static let all: [Method] = [embodied, pipeline]

  private static let citation = Source(
    "Green Software Foundation, Impact Framework: SciEmbodied and the SCI pipeline", year: 2024, licence: "MIT")

  /// The parts of the server that SciEmbodied takes. Its `vcpus` stand for CPU packages: each beyond the first adds
  /// 100 kg, and no share of them is taken.
  private static let parts: [MethodParameter] = [
    MethodParameter("vcpus", "CPUs, as the plugin counts them", default: .number(1), in: 1...1024),
    MethodParameter("memory_gb", unit: "GB", "memory", default: .number(16), in: Plausible.count),
    MethodParameter("ssd", "solid state disks", default: .number(0), in: Plausible.count),
    MethodParameter("hdd", "hard disks", default: .number(0), in: Plausible.count),
    MethodParameter("gpu", "GPU cards", default: .number(0), in: Plausible.count),
  ]
  private static let duration = MethodParameter(
    "duration_s", unit: "s", "how long the server was used", in: Plausible.amount)

  private static let embodied = Method(
    "if-sci-embodied@1", "Impact Framework: embodied carbon of a server for a time of its four years",
    formula: "(1000 kg + 100 x (vcpus - 1) + 533/384 x (GB - 16) + 50 x ssd + 100 x hdd + 150 x gpu)"
      + " x duration_s / 126144000 s",
    citation: citation, inputs: parts + [duration],
    outputs: [MethodParameter("gco2e", unit: "g", "embodied carbon of that time, CO2e")]
  ) { arguments throws(MethodError) in
    ["gco2e": .number(try owed(arguments).value.grams)]
  }

  private static let pipeline = Method(
    "if-sci-pipeline@1", "Impact Framework: from a server's load to its carbon, by the Teads curve's pipeline",
    formula: "cpu_kwh = tdp_w x curve(cpu_util) x duration_s / 3.6e6 x vcpus_allocated / vcpus_total;"
      + " operational_g = (cpu_kwh + network_kwh) x ci_g; total_g = operational_g + embodied_g",
    citation: citation,
    inputs: [
      MethodParameter("tdp_w", unit: "W", "design power of the CPU", in: 0...1e5),
      MethodParameter("vcpus_total", "hardware threads of the server", in: 1...1e6),
      MethodParameter("vcpus_allocated", "those of the software", in: 0...1e6),
      MethodParameter("ci_g", unit: "g/kWh", "grid intensity", in: Plausible.intensity),
      MethodParameter("network_kwh", unit: "kWh", "energy of the network", default: .number(0), in: Plausible.amount),
      MethodParameter("curve_x", unit: "%", "loads of the power curve, rising", in: 0...100),
      MethodParameter("curve_y", "power at them, of the design power", in: 0...10),
      MethodParameter("cpu_util", unit: "%", "load of the CPU", in: 0...100), duration,
    ] + parts,
    outputs: [
      MethodParameter("cpu_kwh", unit: "kWh", "energy of the CPU"),
      MethodParameter("operational_g", unit: "g", "operational carbon, CO2e"),
      MethodParameter("embodied_g", unit: "g", "embodied carbon of the whole server, CO2e"),
      MethodParameter("total_g", unit: "g", "both"),
    ]
  ) { arguments throws(MethodError) in
    let total = try arguments.number("vcpus_total")
    let allocated = try arguments.number("vcpus_allocated")
    guard allocated <= total else { throw .outOfRange("vcpus_allocated", allocated, allowed: 0...total) }
    let curve = try PowerCurve(loads: try arguments.numbers("curve_x"), factors: try arguments.numbers("curve_y"))
    let power = try arguments.number("tdp_w") * curve(try arguments.number("cpu_util"))
    let whole = Power.watts(power) * Span.seconds(try arguments.number("duration_s"))
    let cpu = whole.kilowattHours * allocated / total
    let used = Energy.kilowattHours(cpu + (try arguments.number("network_kwh")))
    let facility = FacilityEnergy(meteredAtFacility: DeclaredValue.figure("energy", used))
    let intensity = DeclaredValue.figure(
      "grid intensity", CarbonIntensity.gramsPerKilowattHour(try arguments.number("ci_g")))
    let operational = OperationalCarbon.carbon(of: facility, at: intensity)
    let embodied = try owed(arguments)
    let both = SoftwareCarbonIntensity.score(
      operational: operational, embodied: embodied, units: DeclaredValue.figure("runs", Ratio(1)), unit: "run")
    return [
      "cpu_kwh": .number(cpu), "operational_g": .number(operational.value.grams),
      "embodied_g": .number(embodied.value.grams), "total_g": .number(both.value.grams),
    ]
  }

  private static func owed(_ arguments: MethodArguments) throws(MethodError) -> Figure<Carbon> {
    let parts = ServerCarbon.Parts(
      cpus: try arguments.count("vcpus"), memory: .bytes(try arguments.number("memory_gb") * 1e9),
      ssds: try arguments.count("ssd"), hdds: try arguments.count("hdd"), gpus: try arguments.count("gpu"))
    let reserved = DeclaredValue.figure("time", Span.seconds(try arguments.number("duration_s")))
    return try withTables { tables throws(FactorError) in
      let server = ServerCarbon(tables.embodied, model: .impactFramework)
      return EmbodiedCarbon.byTime(
        total: try server.embodied(in: parts), reserved: reserved, life: try server.life(),
        share: DeclaredValue.figure("share", Ratio(1)))
    }
  }
}

/// Power by load, straight between given points and level beyond the outer ones.
struct PowerCurve: Sendable {
  private let points: [(load: Double, factor: Double)]

  /// A curve through points of rising load.
  init(loads: [Double], factors: [Double]) throws(MethodError) {
    guard loads.count == factors.count, !loads.isEmpty else {
      throw .noAnswer("\(loads.count) loads (curve_x) and \(factors.count) factors (curve_y); give as many of each")
    }
    guard zip(loads, loads.dropFirst()).allSatisfy(<) else {
      throw .noAnswer("the loads of curve_x must rise from one to the next")
    }
    points = zip(loads, factors).map { ($0, $1) }
  }

  /// The factor at a load.
  func callAsFunction(_ load: Double) -> Double {
    guard let upper = points.firstIndex(where: { $0.load >= load }) else { return points[points.count - 1].factor }
    guard upper > 0 else { return points[0].factor }
    let (left, right) = (points[upper - 1], points[upper])
    return left.factor + (right.factor - left.factor) * (load - left.load) / (right.load - left.load)
  }
}

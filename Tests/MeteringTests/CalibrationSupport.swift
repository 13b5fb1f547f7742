import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

/// How a simulated machine's processors take power: any curve that does not fall, bent or straight.
struct TrueCurve {
  var idle = 90.0
  var full = 400.0
  var exponent = 0.7
  /// How far a look may be off the curve, as a part of it.
  var noise = 0.0

  init(idle: Double = 90, full: Double = 400, exponent: Double = 0.7, noise: Double = 0) {
    (self.idle, self.full, self.exponent, self.noise) = (idle, full, exponent, noise)
  }

  /// Any such machine.
  init(_ random: inout SeededNumbers) {
    idle = 30 + Double(random.below(120))
    full = idle * (1.5 + Double(random.below(400)) / 100)
    exponent = 0.5 + Double(random.below(60)) / 100
    noise = Double(random.below(5)) / 100
  }

  func watts(_ load: Double) -> Double { idle + (full - idle) * power(load, exponent) }

  private func power(_ base: Double, _ exponent: Double) -> Double { base <= 0 ? 0 : pow(base, exponent) }
}

extension LoadBins {
  /// Readings of a curve at `loads`, each twice, so that one is held out.
  init(_ loads: [Double], disturbance: Double = 0, of watts: (Double) -> Double) {
    self.init()
    for (index, load) in loads.enumerated() {
      for sign in [1.0, -1.0] {
        add(load: load, power: .watts(watts(load) * (1 + disturbance * (index % 2 == 0 ? sign : -sign))))
      }
    }
  }

  static let everywhere = (0...200).map { Double($0) / 200 }
}

extension MachineModel {
  static let two = MachineModel(
    vendor: "GenuineIntel", name: "Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz", sockets: 2, cores: 2, threads: 4,
    memoryClass: 16, isVirtual: false)
}

/// A recorded two-socket machine whose counters follow a curve, under a meter that keeps what it learns.
final class TaughtMachine {
  static func cpuInfo(name: String = MachineModel.two.name, flags: String = "fpu") -> String {
    (0..<4).map {
      """
      processor : \($0)
      vendor_id : GenuineIntel
      model name : \(name)
      physical id : \($0 / 2)
      cpu cores : 2
      flags : \(flags)

      """
    }.joined(separator: "\n")
  }

  let recorded: RecordedMeter
  let curve: TrueCurve
  private var random: SeededNumbers
  /// What the processors truly took, joules.
  private(set) var truth = 0.0
  private var counters: [UInt64] = [5_000_000_000, 7_000_000_000]
  let isReadable: Bool

  /// - Parameter folder: where profiles are kept.
  init(
    _ curve: TrueCurve, seed: UInt64 = 1, isReadable: Bool, folder: String?, cpuInfo: String = TaughtMachine.cpuInfo(),
    memoryKibibytes: Int = 16_000_000
  ) throws {
    self.curve = curve
    self.isReadable = isReadable
    random = SeededNumbers(seed + 99)
    let machine = try RecordedMachine(cpuInfo: cpuInfo, memoryKibibytes: memoryKibibytes)
    for package in 0...1 {
      let entry = "intel-rapl:\(package)"
      try machine.zone(entry, "package-\(package)", energy: counters[package])
      try machine.folder.write("sys/class/powercap/\(entry)/constraint_0_max_power_uw", "200000000\n")
      guard !isReadable else { continue }
      // A folder cannot be read as a file, by root neither.
      unlink("\(machine.root.sys)/class/powercap/\(entry)/energy_uj")
      mkdir("\(machine.root.sys)/class/powercap/\(entry)/energy_uj", 0o400)
    }
    recorded = try RecordedMeter(machine, access: SourceAccess(profiles: LoadProfileStore(folder: folder)))
  }

  /// A look after a stretch at `load`.
  @discardableResult
  func look(_ load: Double, seconds: Double = 1) throws -> CumulativeSample {
    // The kernel counts ticks: what it shows is the load.
    let load = (seconds * 400 * load).rounded() / 400 / seconds
    let disturbance = 1 + curve.noise * (Double(random.below(2001)) / 1000 - 1)
    let joules = curve.watts(load) * disturbance * seconds
    truth += joules
    for package in 0...1 where isReadable {
      counters[package] += UInt64(joules * 1e6 * (package == 0 ? 0.6 : 0.4))
      try recorded.machine.set("intel-rapl:\(package)", counters[package])
    }
    return try recorded.read(after: seconds, usage: load)
  }

  /// The processors' joules so far as the meter says, with the 95 % interval it gives.
  func said(_ sample: CumulativeSample) throws -> (joules: Double, interval: ClosedRange<Double>) {
    let joules = try #require(sample.joules(.cpu))
    let source = try source
    return (joules, joules * (1 + source.relative.lowerBound)...joules * (1 + source.relative.upperBound))
  }

  var source: SourceDescription {
    get throws { try #require(recorded.meter.descriptions.first { $0.component == .cpu }) }
  }
}

/// A meter's service in a thread of its own: it waits as a process does.
final class ServiceThread {
  private var thread = pthread_t()

  init(_ service: MeterService) {
    let held = Unmanaged.passRetained(service)
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<MeterService>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, held.toOpaque())
  }

  /// Waits until it has ended.
  func join() { pthread_join(thread, nil) }
}

import Foundation
import Metering
import Quantities

/// Energy beyond idle, read lap by lap with Dimmer's own meter: processors and GPUs, not memory, which is powered
/// whether it is used or not.
struct ActiveMeter {
  /// Whose energy.
  enum Scope: Sendable {
    /// Of these processes and what they start.
    case processes([pid_t])
    /// Of all work on the machine but Dimmer's own.
    case machine
  }

  /// One lap.
  struct Lap {
    let joules: Double
    let seconds: Double
  }

  private let meter: HostMeter
  private let scope: Scope
  private var last: CumulativeSample

  /// Takes the baseline.
  init(_ scope: Scope) throws {
    let environment = ProcessInfo.processInfo.environment
    meter = HostMeter(access: try SourceAccess { environment[$0] })
    self.scope = scope
    switch scope {
    case .processes(let roots): last = try meter.start(roots: roots)
    case .machine: last = try meter.start()
    }
  }

  /// Whether a GPU is read here whose energy is not told apart by process.
  static func hasSharedGPU() throws -> Bool {
    let environment = ProcessInfo.processInfo.environment
    let meter = HostMeter(access: try SourceAccess { environment[$0] })
    _ = try meter.start()
    return meter.probes.contains { $0.isUsed && ($0.kind == .amdgpu || $0.kind == .intelGPU) }
  }

  /// What was used since the last lap.
  mutating func lap() throws -> Lap {
    let now = try meter.read()
    defer { last = now }
    return Lap(joules: active(now) - active(last), seconds: (now.monotonic - last.monotonic).seconds)
  }

  /// The processors' source, whose error is common to all that is measured here.
  var source: SourceDescription {
    get throws {
      guard let source = meter.descriptions.first(where: { $0.component == .cpu }), last.components[.cpu] != nil else {
        throw Failure(
          .unavailable, "the processors' energy can not be read or modelled here; try 'dimmer-meter sources'")
      }
      return source
    }
  }

  private func active(_ sample: CumulativeSample) -> Double {
    [Metering.Component.cpu, .gpu].reduce(0) { sum, component in
      guard let terms = sample.components[component] else { return sum }
      switch scope {
      case .processes: return sum + terms.run.energy.joules
      case .machine: return sum + (terms.run + terms.others + terms.unattributed).energy.joules
      }
    }
  }
}

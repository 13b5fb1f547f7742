/// One place where a machine may show its energy, whether it does or not: what `dimmer doctor` lists.
public struct SourceProbe: Hashable, Sendable {
  /// The kinds of places that are looked at; each is in the list, also where there is nothing.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case powercap
    case perf
    case hwmon
    case amdgpu
    case intelGPU = "intel-gpu"
    case nvml
    case battery
    case prometheus
    case loadModel = "load-model"
    case memoryModel = "memory-model"
  }

  /// Where it was looked.
  public let kind: Kind
  /// What it is, for people: `RAPL package-0`.
  public let name: String
  /// The part of the machine it speaks of; `nil` for the whole machine, which is kept beside the components.
  public let component: Component?
  /// Whether it can be read now.
  public let isReadable: Bool
  /// Whether the meter goes by it.
  public let isUsed: Bool
  /// The file that is read, where there is one.
  public let file: String?
  /// The file's permission bits, for example `0400`.
  public let mode: String?
  /// Why it is used, or is not, in one sentence.
  public let reason: String
  /// One command line that makes it readable, for root; `nil` where there is nothing to mend.
  public let fix: String?
  /// Half the width of the 95 % interval in percent of the value; `nil` where nothing can be read.
  public let expectedErrorPercent: Double?

  /// A probe.
  public init(
    kind: Kind, name: String, component: Component?, isReadable: Bool, isUsed: Bool, file: String? = nil,
    mode: String? = nil, reason: String, fix: String? = nil, expectedErrorPercent: Double? = nil
  ) {
    self.kind = kind
    self.name = name
    self.component = component
    self.isReadable = isReadable
    self.isUsed = isUsed
    self.file = file
    self.mode = mode ?? file.flatMap { Folder.mode(of: $0) }
    self.reason = reason
    self.fix = fix
    self.expectedErrorPercent = expectedErrorPercent
  }

  /// A kind of source that this machine does not have.
  static func absent(_ kind: Kind, _ name: String, _ component: Component?, _ reason: String) -> SourceProbe {
    SourceProbe(kind: kind, name: name, component: component, isReadable: false, isUsed: false, reason: reason)
  }

  /// What a source in use says of itself.
  static func used(_ kind: Kind, _ source: SourceDescription, file: String? = nil) -> SourceProbe {
    SourceProbe(
      kind: kind, name: source.name, component: source.component, isReadable: true, isUsed: true, file: file,
      reason: source.reason, expectedErrorPercent: percent(source.relative))
  }

  /// The same place when an exporter stands in for a model.
  func givenWay(to exporter: String) -> SourceProbe { unused(because: "not needed: \(exporter) measures it") }

  /// The same place when something else is gone by.
  func unused(because reason: String) -> SourceProbe {
    guard isUsed else { return self }
    return SourceProbe(
      kind: kind, name: name, component: component, isReadable: isReadable, isUsed: false, file: file, mode: mode,
      reason: reason, fix: fix, expectedErrorPercent: expectedErrorPercent)
  }

  /// The wider side of an interval in percent.
  static func percent(_ relative: ClosedRange<Double>) -> Double {
    max(abs(relative.lowerBound), abs(relative.upperBound)) * 100
  }
}

/// What a look for one kind of source found.
struct SourceFinding {
  var sources: [any PowerSource] = []
  var probes: [SourceProbe] = []
}

import Methods
import Quantities

/// The best sources that a machine has, and why not better ones.
public struct MachineSources {
  /// The sources, each component once.
  public var sources: [any PowerSource]
  /// Why there is no GPU to be read; no error on a machine without one.
  public let gpuReason: String?
  /// Memory that the system sees, bytes; 0 when it does not say.
  public let memoryBytes: UInt64

  /// Looks at a machine.
  ///
  /// - Parameter gpuLibrary: another NVIDIA driver library than the installed one.
  public init(machine: MachineRoot, gpuLibrary: String? = nil) {
    let buffer = FileBuffer()
    memoryBytes = Self.memoryBytes(machine, buffer)
    let processor = ProcessorModel(cpuInfo: buffer.text(at: "\(machine.proc)/cpuinfo") ?? "")
    var sources: [any PowerSource] = []
    var memoryReason = "the processor has no memory counter"
    var memoryIsMeasured = false
    do throws(MeteringError) {
      let rapl = try RAPLSource(machine: machine, memoryBytes: memoryBytes)
      memoryIsMeasured = rapl.readsMemory
      sources.append(rapl)
    } catch {
      memoryReason = error.description
      let fused = Self.fusedPower(machine, buffer)
      sources.append(LoadModelSource(processor: processor, fusedPower: fused, why: error.description))
    }
    if !memoryIsMeasured, memoryBytes > 0 {
      sources.append(MemoryModelSource(bytes: memoryBytes, why: memoryReason))
    }
    var gpuReason: String?
    do throws(MeteringError) {
      sources.append(try NVMLSource(library: gpuLibrary))
    } catch {
      gpuReason = error.description
    }
    self.sources = sources
    self.gpuReason = gpuReason
  }

  /// What the sources are.
  public var descriptions: [SourceDescription] { sources.flatMap(\.descriptions) }

  private static func memoryBytes(_ machine: MachineRoot, _ buffer: FileBuffer) -> UInt64 {
    guard let bytes = buffer.contents(ofFileAt: "\(machine.proc)/meminfo") else { return 0 }
    var scanner = ByteScanner(bytes)
    guard scanner.seek(line: "MemTotal:"), let kibibytes = scanner.number() else { return 0 }
    return kibibytes * 1024
  }

  /// The thermal design power that a package states itself; readable on some machines whose energy is not.
  private static func fusedPower(_ machine: MachineRoot, _ buffer: FileBuffer) -> Power? {
    guard let package = RAPLZone.all(sys: machine.sys).first(where: { $0.kind == .package }),
      let microwatts = buffer.number(at: "\(package.folder)/constraint_0_max_power_uw"), microwatts > 0
    else { return nil }
    return .watts(Double(microwatts) / 1e6)
  }
}

public import Quantities

/// Power of main memory by its size.
public enum MemoryPower {
  /// Watts for each gigabyte (10^9 bytes) installed, of Boavizta's model (boaviztapi).
  public static let wattsPerGigabyte = 0.284

  /// Power of so much memory.
  public static func power(size: Bits) -> Power { .watts(size.gigabytes * wattsPerGigabyte) }
}

/// Memory's energy by its size, which is the same whether it is used or not.
public struct MemoryModelSource: PowerSource {
  private let bytes: UInt64
  private let power: Power
  private var rest = 0.0
  public let descriptions: [SourceDescription]

  /// CodeCarbon's model for so many bytes that the system sees.
  public init(bytes: UInt64, asCodeCarbonOn architecture: CodeCarbonMemory.Architecture) {
    let size = Bits.bytes(Double(bytes))
    self.bytes = bytes
    power = CodeCarbonMemory.power(size: size, architecture: architecture)
    let gibibytes = Decimals.fixed(Double(bytes) / 1_073_741_824, places: 1)
    descriptions = [
      SourceDescription(
        component: .memory, name: "CodeCarbon's watts per module", origin: .modelled,
        method: MeteringMethods.codeCarbonMemory,
        reason: "CodeCarbon's model was asked for; it never measures memory; \(gibibytes) GiB are visible",
        relative: CodeCarbonMemory.relative(size: size, architecture: architecture))
    ]
  }

  /// The model for so many bytes that the system sees.
  public init(bytes: UInt64, why: String) {
    self.bytes = bytes
    power = MemoryPower.power(size: .bytes(Double(bytes)))
    let size = Decimals.fixed(Double(bytes) / 1e9, places: 1)
    descriptions = [
      SourceDescription(
        component: .memory, name: "watts per gigabyte", origin: .modelled, method: MeteringMethods.memoryPower,
        reason: "\(size) GB are visible; not measured: \(why)", relative: MeteringMethods.memoryRelative)
    ]
  }

  public mutating func reset(at moment: MonotonicInstant) { rest = 0 }

  public mutating func poll(_ interval: PollInterval) -> [EnergyReading] {
    let energy = power.watts * max(interval.length.seconds, 0) * 1e6 + rest
    rest = energy - energy.rounded(.down)
    return [
      EnergyReading(
        component: .memory, energy: Microjoules(Int64(energy)), idle: .known(.zero), sharing: .residentMemory(of: bytes)
      )
    ]
  }
}

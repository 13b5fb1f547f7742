public import Quantities

/// What the meter asks a GPU driver. The installed library is one, a recording another, so that a machine with GPUs
/// can be metered again where there are none. GPUs are known by their index; calls come from one thread at a time.
public protocol GPUDriver: AnyObject, Sendable {
  /// The GPUs, those that cannot be opened left out.
  func devices() throws(GPUDriverError) -> [GPUIdentity]
  /// Millijoules since the driver was loaded.
  func energy(of gpu: Int) throws(GPUDriverError) -> UInt64
  /// Power, in one of its meanings.
  func power(of gpu: Int, as meaning: GPUPowerMeaning) throws(GPUDriverError) -> Power
  /// The limits of its power.
  func limits(of gpu: Int) -> GPULimits
  /// The share of time with any kernel running, 0 to 1.
  func utilisation(of gpu: Int) throws(GPUDriverError) -> Double
  /// What processes did after `since`, microseconds on the driver's clock, 0 for all that is kept; empty when none did
  /// anything.
  func activity(of gpu: Int, since: UInt64) throws(GPUDriverError) -> [GPUProcessSample]
  /// The processes that hold a compute context.
  func holders(of gpu: Int) throws(GPUDriverError) -> [GPUHolder]
  /// The instances that it is cut into; `nil` when it is whole.
  func instances(of gpu: Int) throws(GPUDriverError) -> [GPUInstance]?
  /// The compute slices that it has when it is cut: as many as the instances of one slice that fit on it.
  func slices(of gpu: Int) throws(GPUDriverError) -> UInt32
}

/// What a GPU is called.
public struct GPUIdentity: Hashable, Sendable {
  /// Where the driver lists it.
  public let index: Int
  /// `GPU-…`.
  public let uuid: String
  /// The product's name.
  public let name: String
  /// The driver's number: 5 Volta, 6 Turing, 7 Ampere, 8 Ada, 9 Hopper, 10 Blackwell; `nil` when it does not say.
  public let architecture: Int?

  /// A GPU.
  public init(index: Int, uuid: String, name: String, architecture: Int? = nil) {
    self.index = index
    self.uuid = uuid
    self.name = name
    self.architecture = architecture
  }

  /// Whether the driver's plain power call gives the mean of the last second (Ampere except GA100, and newer) or the
  /// power now (GA100 and older); `nil` when the architecture is not known. NVML reference, nvmlDeviceGetPowerUsage.
  public var plainPowerIsAverage: Bool? {
    guard let architecture, architecture > 0, architecture < 1000 else { return nil }
    // Products on GA100, which the driver does not tell apart from the rest of Ampere.
    let isGA100 = architecture == 7 && ["A100", "A800", "A30 ", "CMP 170HX"].contains { "\(name) ".contains($0) }
    return architecture >= 7 && !isGA100
  }
}

/// What a power reading means.
public enum GPUPowerMeaning: String, Hashable, Sendable, CaseIterable {
  /// The power now (field 186).
  case instantaneous
  /// What the plain call gives: now, or the mean of a second, by architecture.
  case plain
  /// The mean of the last second (field 185).
  case average
  /// Field 186 of the whole module, which includes the processor on it (Grace Hopper).
  case moduleInstantaneous = "module-instantaneous"
  /// Field 185 of the whole module.
  case moduleAverage = "module-average"

  /// Whether it counts more than the GPU.
  public var isOfModule: Bool { self == .moduleInstantaneous || self == .moduleAverage }
}

/// A process with a compute context on a GPU.
public struct GPUHolder: Hashable, Sendable {
  /// The process.
  public let pid: Int32
  /// Memory of the GPU that it holds, bytes; `nil` when the driver does not say.
  public let memoryBytes: UInt64?
  /// The instance that it is on; `nil` on a whole GPU.
  public let instance: UInt32?

  /// A holder.
  public init(pid: Int32, memoryBytes: UInt64? = nil, instance: UInt32? = nil) {
    self.pid = pid
    self.memoryBytes = memoryBytes
    self.instance = instance
  }
}

/// A part of a GPU that is cut into instances (MIG).
public struct GPUInstance: Hashable, Sendable {
  /// Its number, which holders name.
  public let id: UInt32
  /// Compute slices that it has.
  public let slices: UInt32
  /// `MIG-…`.
  public let uuid: String

  /// An instance.
  public init(id: UInt32, slices: UInt32, uuid: String = "") {
    self.id = id
    self.slices = slices
    self.uuid = uuid
  }
}

/// A driver call that did not succeed.
public struct GPUDriverError: Error, Hashable, Sendable {
  /// The driver's code (NVML reference, nvmlReturn_t).
  public let code: Int32
  /// The driver's words.
  public let text: String

  /// An error.
  public init(code: Int32, text: String) {
    self.code = code
    self.text = text
  }

  /// Asking again is useless: the GPU or its driver does not have it (not supported, function missing).
  public var isForGood: Bool { code == 3 || code == 13 }
  /// There is nothing to be told now (not found, no data, not ready).
  public var isEmpty: Bool { code == 6 || code == 21 || code == 27 }
  /// The GPU or its driver is gone (not initialised, driver not loaded, lost, reset required, version mismatch,
  /// unknown).
  public var isLoss: Bool { [1, 9, 15, 16, 18, 999].contains(code) }
}

public import Methods
public import Quantities

/// Power of GPUs and CPUs as printed by published tables.
public struct HardwareTable: Sendable {
  /// What the table holds about one GPU.
  public struct GPU: Hashable, Sendable {
    /// The card's name: `A100 SXM4 80 GB`.
    public let name: String
    /// Who makes it.
    public let vendor: String
    /// Watts: the design limit, or for a few the average in use.
    public let watts: Double
    /// Whether `watts` is an average in use and not the design limit.
    public let isAverage: Bool
    /// Memory in gigabytes; `nil` when not known.
    public let memoryGigabytes: Double?
    /// Where it stands.
    public let source: Source
    /// What else to know.
    public let note: String?
  }

  /// What the table holds about one CPU model or architecture.
  public struct CPU: Hashable, Sendable {
    /// The model (`Xeon Gold 6142`) or architecture (`Ice Lake`).
    public let name: String
    /// Design power in watts, for models.
    public let designWatts: Double?
    /// Watts per hardware thread when idle and when full, for architectures.
    public let wattsPerThread: ClosedRange<Double>?
    /// Where it stands.
    public let source: Source
    /// What else to know, or why there is no value.
    public let note: String?
  }

  /// The GPUs, in the order of the table.
  public let gpus: [GPU]
  /// The CPUs, in the order of the table.
  public let cpus: [CPU]

  init(gpus: [UInt8], cpus: [UInt8]) throws(FactorError) {
    self.gpus = try readTable("gpus", gpus) { row throws(CSVError) in try GPU(row) }
    self.cpus = try readTable("cpus", cpus) { row throws(CSVError) in try CPU(row) }
  }

  /// The GPU of that name.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)``.
  public func gpu(_ name: String) throws(FactorError) -> GPU {
    try NameLookup.find(name, in: gpus, kind: "GPU", by: NameLookup.withoutSpaces) { [$0.name] }
  }

  /// The power of a GPU: its design limit, which work may stay far below, or for a few its average in use.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)``.
  public func gpuPower(of name: String) throws(FactorError) -> Figure<Power> {
    let gpu = try gpu(name)
    let what = gpu.isAverage ? "average power in use" : "design power"
    return PublishedFactor.figure(
      "\(what), \(gpu.name)", Power.watts(gpu.watts), uncertainty: "gpu-power:\(gpu.name)", source: gpu.source,
      note: gpu.note)
  }

  /// The CPU model or architecture of that name.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)``.
  public func cpu(_ name: String) throws(FactorError) -> CPU {
    try NameLookup.find(name, in: cpus, kind: "CPU", by: NameLookup.withoutSpaces) { [$0.name] }
  }

  /// The design power of a CPU model, a limit that work may stay far below.
  ///
  /// - Throws: ``FactorError`` for an unknown model and for an architecture, which has none.
  public func cpuPower(of name: String) throws(FactorError) -> Figure<Power> {
    let cpu = try cpu(name)
    guard let watts = cpu.designWatts else {
      throw .noValue(of: cpu.name, reason: cpu.note ?? "an architecture has no design power of its own; name a model")
    }
    return PublishedFactor.figure(
      "design power, \(cpu.name)", Power.watts(watts), uncertainty: "cpu-power:\(cpu.name)", source: cpu.source)
  }
}

extension HardwareTable.GPU {
  init(_ row: CSVRow) throws(CSVError) {
    let power = try row.text("power")
    guard power == "design" || power == "average" else {
      throw try row.error(in: "power", .other("'\(power)' is neither design nor average"))
    }
    self.init(
      name: try row.text("name"), vendor: try row.text("vendor"), watts: try row.requiredNumber("watts"),
      isAverage: power == "average", memoryGigabytes: try row.number("memory_gigabytes"), source: try row.source(),
      note: try row.optionalText("note"))
  }
}

extension HardwareTable.CPU {
  init(_ row: CSVRow) throws(CSVError) {
    let idle = try row.number("idle_watts_per_thread")
    let full = try row.number("full_watts_per_thread")
    var perThread: ClosedRange<Double>?
    if let idle, let full {
      guard idle <= full else { throw try row.error(in: "idle_watts_per_thread", .other("idle takes more than full")) }
      perThread = idle...full
    }
    self.init(
      name: try row.text("name"), designWatts: try row.number("watts"), wattsPerThread: perThread,
      source: try row.source(), note: try row.optionalText("note"))
  }
}

import Factors
import Methods

extension Boavizta {
  /// What a server is made of.
  struct Server: Hashable, Sendable {
    /// CPU packages.
    var processors: Double
    /// Silicon in one of them, in square millimetres.
    var dieSquareMillimetres: Double
    /// Design power of one of them; `nil` when not known.
    var processorWatts: Double?
    /// Hardware threads; `nil` when not known.
    var threads: Double?
    /// Modules of memory.
    var modules: Double
    /// Gigabytes in one.
    var moduleGigabytes: Double
    /// Solid state disks.
    var disks: Double
    /// Gigabytes on one.
    var diskGigabytes: Double
    /// Hard disks.
    var hardDisks: Double
    /// GPU cards.
    var cards: Double
    /// What is known of one.
    var card: PartsTable.Card?
    /// Power supplies.
    var powerSupplies: Double
    /// The mass of one; `nil` when not known.
    var powerSupplyKilograms: Double?
    /// Whether it is a blade.
    var isBlade: Bool
    /// What was assumed of it, a sentence each.
    var assumptions: [String] = []
  }

  /// The part of a server that somebody has, by what it is bought by.
  struct Part: Hashable, Sendable {
    /// Of the hardware threads, and with them of CPUs, board, case and power.
    var threads: Double
    /// Of the memory.
    var memory: Double
    /// Of the solid state disks.
    var disks: Double
    /// Of the cards.
    var cards: Double

    /// All of it.
    static let whole = Part(threads: 1, memory: 1, disks: 1, cards: 1)
  }

  /// The server of a table, with the processor and card that it names.
  func server(_ entry: PartsTable.Server, in parts: PartsTable) throws(FactorError) -> Server {
    var processor: PartsTable.Processor?
    if let name = entry.processor { processor = try parts.processor(name) }
    var card: PartsTable.Card?
    if let name = entry.card { card = try parts.card(name) }
    guard let die = entry.dieSquareMillimetres ?? processor?.dieSquareMillimetres else {
      throw .noValue(of: entry.name, reason: "its processor is not known")
    }
    return Server(
      processors: entry.processors, dieSquareMillimetres: die, processorWatts: processor?.watts,
      threads: entry.threads, modules: entry.modules, moduleGigabytes: entry.moduleGigabytes, disks: entry.disks,
      diskGigabytes: entry.diskGigabytes ?? 0, hardDisks: 0, cards: entry.cards, card: card,
      powerSupplies: entry.powerSupplies, powerSupplyKilograms: nil, isBlade: entry.isBlade,
      assumptions: [entry.assumption, processor?.assumption].compactMap(\.self))
  }

  /// The part of its server that an instance is.
  func part(of server: Server, in instance: PartsTable.Instance) throws(FactorError) -> Part {
    guard let threads = server.threads, threads > 0, server.modules * server.moduleGigabytes > 0 else {
      throw .noValue(of: instance.server, reason: "its threads or its memory are not known")
    }
    let disks = server.disks * server.diskGigabytes
    return Part(
      threads: instance.threads / threads, memory: instance.memoryGigabytes / (server.modules * server.moduleGigabytes),
      disks: disks > 0 ? (instance.diskGigabytes ?? 0) / disks : 0,
      cards: server.cards > 0 ? instance.cards / server.cards : 0)
  }

  /// The sum of a server's parts, or of what somebody has of them.
  func server(_ server: Server, part: Part = .whole) throws(FactorError) -> Bounds {
    let frame = try motherboard() + assembly() + housing(isBlade: server.isBlade)
    let power = try powerSupply(kilograms: server.powerSupplyKilograms) * server.powerSupplies
    let processors = try processor(dieSquareMillimetres: server.dieSquareMillimetres) * server.processors
    let memory = try memory(gigabytes: server.moduleGigabytes, density: nil) * server.modules
    var sum = (frame + power + processors) * part.threads + memory * part.memory
    if server.disks > 0 {
      sum = sum + (try solidStateDisk(gigabytes: server.diskGigabytes, density: nil)) * (server.disks * part.disks)
    }
    if server.hardDisks > 0 { sum = sum + (try hardDisk()) * (server.hardDisks * part.disks) }
    if server.cards > 0 {
      guard let entry = server.card else { throw .noValue(of: "the server", reason: "its card is not named") }
      sum = sum + (try card(entry)) * (server.cards * part.cards)
    }
    return sum.assuming(server.assumptions)
  }

  /// Power at half load in watts, GPU cards left out: CPUs at 75 % of their design power, memory by capacity, a third
  /// for the rest. It is Dimmer's approximation: Boavizta has a curve for each family of processors.
  ///
  /// - Returns: `nil` where the processor's design power is not known.
  func halfLoadWatts(_ server: Server, part: Part = .whole) throws(FactorError) -> Double? {
    guard let watts = server.processorWatts else { return nil }
    let processors = try server.processors * watts * factor("half-load") * part.threads
    let memory = try server.modules * server.moduleGigabytes * factor("memory-power") * part.memory
    return try (processors + memory) * (1 + factor("other-power"))
  }
}

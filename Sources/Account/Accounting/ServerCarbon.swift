public import Factors
public import Methods
public import Quantities

/// Embodied carbon of a whole server by its parts, after Cloud Carbon Footprint.
public struct ServerCarbon: Sendable {
  /// Whose coefficients.
  public enum Model: Hashable, Sendable, CaseIterable {
    /// Cloud Carbon Footprint (`ccf-server@1`): an SSD 100 kg, an HDD 50 kg.
    case cloudCarbonFootprint
    /// Impact Framework's copy (`impact-framework-server@1`), with the two swapped; to compare with its results.
    case impactFramework
  }

  /// What a server is made of.
  public struct Parts: Hashable, Sendable, Codable {
    /// CPU packages, at least 1.
    public var cpus: Int
    /// Memory.
    public var memory: Bits
    /// Solid state disks.
    public var ssds: Int
    /// Hard disks.
    public var hdds: Int
    /// GPU cards.
    public var gpus: Int

    /// The parts of a server.
    public init(cpus: Int = 1, memory: Bits, ssds: Int = 0, hdds: Int = 0, gpus: Int = 0) {
      self.cpus = cpus
      self.memory = memory
      self.ssds = ssds
      self.hdds = hdds
      self.gpus = gpus
    }
  }

  private let table: EmbodiedTable
  private let model: Model

  /// A model on the factors of `table`.
  public init(_ table: EmbodiedTable, model: Model = .cloudCarbonFootprint) {
    self.table = table
    self.model = model
  }

  /// The memory in the model's base server, in gigabytes.
  static let baseMemoryGigabytes = 16.0

  /// 1000 kg for a base of one CPU and 16 GB, 100 kg for each further CPU, 533/384 kg per further GB, and so much for
  /// each disk and GPU. The interval is a factor of two either way, for GPUs half to four times.
  ///
  /// - Throws: ``FactorError`` when the tables lack a coefficient.
  public func embodied(in parts: Parts) throws(FactorError) -> Figure<Carbon> {
    let extraMemory = max(0, parts.memory.gigabytes - ServerCarbon.baseMemoryGigabytes)
    var receipts: [Receipt] = []
    var estimates: [Estimate<Carbon>] = []
    let counted: [(item: String, count: Double, label: String)] = [
      ("base", 1, "server with one CPU and 16 GB"),
      ("extra-cpu", Double(max(0, parts.cpus - 1)), "CPUs beyond the first"),
      ("memory-gigabyte", extraMemory, "memory beyond 16 GB, in GB"),
      ("ssd", Double(parts.ssds), "solid state disks"),
      ("hdd", Double(parts.hdds), "hard disks"),
      ("gpu", Double(parts.gpus), "GPU cards"),
    ]
    for part in counted where part.count > 0 {
      let entry = try table.entry(category, part.item)
      let isGPU = part.item == "gpu"
      let each = PublishedFactor.figure(
        part.label, Carbon.kilograms(entry.value),
        relative: isGPU ? DefaultBounds.embodiedGPU : DefaultBounds.embodied,
        // The parts of one model are off together; its GPUs, which it knows only one of, on their own.
        uncertainty: isGPU ? entry.uncertainty : "embodied-\(category.rawValue)", source: entry.source)
      let estimate = (each.estimate * part.count).stated(by: formula.id, origin: .modelled)
      let isBase = part.item == "base"
      let count = Decimals.significant(part.count, digits: 3)
      let figure = Figure(
        isBase ? part.label : "\(part.label): \(count)", estimate, source: entry.source,
        note: isBase ? nil : "\(Decimals.significant(entry.value, digits: 4)) kg each")
      receipts.append(figure.receipt)
      estimates.append(figure.estimate)
    }
    let total: Estimate<Carbon> = estimates.total(method: formula.id)
    // A sum of coefficients times visible counts is a model, however published the coefficients are.
    return Figure("embodied carbon of the server", total.stated(by: formula.id, origin: .modelled), inputs: receipts)
  }

  /// How long the model lets a server last: 4 years, where other tools take 3 to 6.
  ///
  /// - Throws: ``FactorError`` when the tables lack it.
  public func life() throws(FactorError) -> Figure<Span> {
    let entry = try table.entry(category, "life")
    return PublishedFactor.figure(
      "life of the server", Span.years(entry.value), relative: -0.25...0.5, uncertainty: "life:\(category.rawValue)",
      source: entry.source, note: entry.note)
  }

  private var category: EmbodiedTable.Category {
    model == .cloudCarbonFootprint ? .ccfServer : .impactFrameworkServer
  }

  private var formula: Formula {
    model == .cloudCarbonFootprint ? ServerCarbon.ccf : ServerCarbon.impactFramework
  }
}

extension ServerCarbon {
  static let methods: [Method] = [ccf.method, impactFramework.method]

  private static let ccf = formula(
    "ccf-server@1", ssd: 100, hdd: 50,
    Source("Cloud Carbon Footprint, issue 579 and methodology", year: 2021, licence: "Apache-2.0"))
  private static let impactFramework = formula(
    "impact-framework-server@1", ssd: 50, hdd: 100, Source("Impact Framework, SciEmbodied", licence: "MIT"))

  private static func formula(_ id: MethodID, ssd: Double, hdd: Double, _ citation: Source) -> Formula {
    let any = 0...Double.greatestFiniteMagnitude
    return Formula(
      id: id, summary: "Embodied carbon of a server by its parts",
      formula: "1000 kg + 100 kg x (cpus - 1) + 533/384 kg x (GB - 16) + \(Int(ssd)) kg x ssds + \(Int(hdd)) kg x hdds"
        + " + 150 kg x gpus",
      citation: citation,
      inputs: [
        MethodParameter("cpus", "CPU packages", default: .number(1), in: 1...1024),
        MethodParameter("memory_gigabytes", unit: "GB", "memory", in: any),
        MethodParameter("ssds", "solid state disks", default: .number(0), in: any),
        MethodParameter("hdds", "hard disks", default: .number(0), in: any),
        MethodParameter("gpus", "GPU cards", default: .number(0), in: any),
      ],
      output: MethodParameter("carbon_grams", unit: "g", "embodied carbon, CO2e"),
      evaluate: {
        let memory = 533.0 / 384 * max(0, $0[1] - baseMemoryGigabytes)
        return 1000 * (1000 + 100 * ($0[0] - 1) + memory + ssd * $0[2] + hdd * $0[3] + 150 * $0[4])
      })
  }
}

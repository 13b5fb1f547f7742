public import Methods

/// What machines are made of, as far as embodied carbon asks: dies, cards, servers, and what cloud instances are of them.
public struct PartsTable: Sendable {
  /// A CPU package.
  public struct Processor: Hashable, Sendable {
    /// The model: `AMD EPYC 7763`.
    public let name: String
    /// Silicon in the package, in square millimetres.
    public let dieSquareMillimetres: Double
    /// Design power in watts; `nil` when not known.
    public let watts: Double?
    /// Where it stands.
    public let source: Source
    /// What of it Dimmer chose because nobody states it, in a sentence; `nil` when all of it is stated.
    public let assumption: String?
  }

  /// A GPU card.
  public struct Card: Hashable, Sendable {
    /// Dies of one size.
    public struct Dies: Hashable, Sendable {
      /// How many.
      public let count: Double
      /// The area of one, in square millimetres.
      public let squareMillimetres: Double
    }

    /// The card's name: `NVIDIA A100 SXM4 80GB`.
    public let name: String
    /// Memory in gigabytes.
    public let memoryGigabytes: Double
    /// The dies or stacks that the memory is in.
    public let memoryDies: Double
    /// The processor's dies.
    public let dies: [Dies]
    /// The circuit board in square centimetres; `nil` when not known.
    public let boardSquareCentimetres: Double?
    /// The casing in kilograms; `nil` when not known.
    public let casingKilograms: Double?
    /// The heat sink in kilograms; `nil` when not known.
    public let heatsinkKilograms: Double?
    /// The whole card in kilograms; `nil` when not known.
    public let kilograms: Double?
    /// Where it stands.
    public let source: Source
    /// What of it Dimmer chose because nobody states it, in a sentence; `nil` when all of it is stated.
    public let assumption: String?
  }

  /// A whole server.
  public struct Server: Hashable, Sendable {
    /// Its name: `dellR740`, or of a cloud's host the largest instance on it.
    public let name: String
    /// Whether it is a blade, in a chassis with others, and not in a case of its own.
    public let isBlade: Bool
    /// CPU packages.
    public let processors: Double
    /// Their model, when it is known.
    public let processor: String?
    /// Silicon in one of them, in square millimetres, where no model is named.
    public let dieSquareMillimetres: Double?
    /// Hardware threads; `nil` when not known.
    public let threads: Double?
    /// Modules of memory.
    public let modules: Double
    /// Gigabytes in one.
    public let moduleGigabytes: Double
    /// Solid state disks.
    public let disks: Double
    /// Gigabytes on one; `nil` where there is none.
    public let diskGigabytes: Double?
    /// GPU cards.
    public let cards: Double
    /// Their name, where there are any.
    public let card: String?
    /// Power supplies.
    public let powerSupplies: Double
    /// Where it stands.
    public let source: Source
    /// What of it Dimmer chose because nobody states it, in a sentence; `nil` when all of it is stated.
    public let assumption: String?
  }

  /// What a cloud lets of a server.
  public struct Instance: Hashable, Sendable {
    /// The cloud: `aws`.
    public let provider: String
    /// The instance type: `m5.large`.
    public let name: String
    /// The server that it is a part of.
    public let server: String
    /// Its hardware threads.
    public let threads: Double
    /// Its memory in gigabytes.
    public let memoryGigabytes: Double
    /// Its disks in gigabytes; `nil` where it has none.
    public let diskGigabytes: Double?
    /// Its GPU cards.
    public let cards: Double
    /// Where it stands.
    public let source: Source
  }

  /// CPU packages, in the order of the table.
  public let processors: [Processor]
  /// GPU cards, in the order of the table.
  public let cards: [Card]
  /// Servers, in the order of the table.
  public let servers: [Server]
  /// Instance types, in the order of the table.
  public let instances: [Instance]

  init(processors: [UInt8], cards: [UInt8], servers: [UInt8], instances: [UInt8]) throws(FactorError) {
    self.processors = try readTable("processors", processors) { row throws(CSVError) in try Processor(row) }
    self.cards = try readTable("cards", cards) { row throws(CSVError) in try Card(row) }
    self.servers = try readTable("servers", servers) { row throws(CSVError) in try Server(row) }
    self.instances = try readTable("instances", instances) { row throws(CSVError) in try Instance(row) }
  }

  /// The CPU package of that name.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)``.
  public func processor(_ name: String) throws(FactorError) -> Processor {
    try NameLookup.find(name, in: processors, kind: "processor") { [$0.name] }
  }

  /// The GPU card of that name.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)``.
  public func card(_ name: String) throws(FactorError) -> Card {
    try NameLookup.find(name, in: cards, kind: "card") { [$0.name] }
  }

  /// The server of that name.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)``.
  public func server(_ name: String) throws(FactorError) -> Server {
    try NameLookup.find(name, in: servers, kind: "server") { [$0.name] }
  }

  /// The instance type of that name in a cloud.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)`` for an unknown cloud or type.
  public func instance(_ name: String, of provider: String) throws(FactorError) -> Instance {
    let offered = instances.filter { FoldedName($0.provider) == FoldedName(provider) }
    guard !offered.isEmpty else {
      let known = Set(instances.map(\.provider)).sorted()
      throw .unknown(kind: "cloud with instance types", name: provider, near: known)
    }
    return try NameLookup.find(name, in: offered, kind: "instance type of \(provider)") { [$0.name] }
  }
}

extension PartsTable.Processor {
  init(_ row: CSVRow) throws(CSVError) {
    self.init(
      name: try row.text("name"), dieSquareMillimetres: try row.requiredNumber("die_mm2"),
      watts: try row.number("watts"), source: try row.source(), assumption: try row.assumption())
  }
}

extension PartsTable.Card {
  init(_ row: CSVRow) throws(CSVError) {
    var dies: [Dies] = []
    for part in try row.names("dies_mm2") {
      let numbers = part.split(separator: "x").compactMap { Double($0) }
      guard numbers.count == 2, numbers[0] > 0, numbers[1] > 0 else {
        throw try row.error(in: "dies_mm2", .other("'\(part)' is not a count, an x and an area"))
      }
      dies.append(Dies(count: numbers[0], squareMillimetres: numbers[1]))
    }
    self.init(
      name: try row.text("name"), memoryGigabytes: try row.requiredNumber("memory_gigabytes"),
      memoryDies: try row.requiredNumber("memory_dies"), dies: dies,
      boardSquareCentimetres: try row.number("board_cm2"), casingKilograms: try row.number("casing_kg"),
      heatsinkKilograms: try row.number("heatsink_kg"), kilograms: try row.number("mass_kg"),
      source: try row.source(), assumption: try row.assumption())
  }
}

extension PartsTable.Server {
  init(_ row: CSVRow) throws(CSVError) {
    let form = try row.text("case")
    guard form == "rack" || form == "blade" else {
      throw try row.error(in: "case", .other("'\(form)' is neither rack nor blade"))
    }
    self.init(
      name: try row.text("name"), isBlade: form == "blade", processors: try row.requiredNumber("cpus"),
      processor: try row.optionalText("cpu"), dieSquareMillimetres: try row.number("cpu_die_mm2"),
      threads: try row.number("vcpus"), modules: try row.requiredNumber("memory_modules"),
      moduleGigabytes: try row.requiredNumber("module_gigabytes"), disks: try row.requiredNumber("ssds"),
      diskGigabytes: try row.number("ssd_gigabytes"), cards: try row.requiredNumber("gpus"),
      card: try row.optionalText("card"), powerSupplies: try row.requiredNumber("power_supplies"),
      source: try row.source(), assumption: try row.assumption())
  }
}

extension PartsTable.Instance {
  init(_ row: CSVRow) throws(CSVError) {
    self.init(
      provider: try row.text("provider"), name: try row.text("name"), server: try row.text("server"),
      threads: try row.requiredNumber("vcpus"), memoryGigabytes: try row.requiredNumber("memory_gigabytes"),
      diskGigabytes: try row.number("ssd_gigabytes"), cards: try row.requiredNumber("gpus"),
      source: try row.source())
  }
}

extension CSVRow {
  /// What the columns `assumed` and `note` say: which of a row's values nobody states, and what was taken instead.
  fileprivate func assumption() throws(CSVError) -> String? {
    let columns = try names("assumed")
    let note = try optionalText("note")
    guard !columns.isEmpty else { return nil }
    for column in columns { _ = try text(column) }
    guard let note else { throw try error(in: "note", .other("a row with assumed values must say what was taken")) }
    return "\(try text("name")): assumed by Dimmer (\(columns.joined(separator: ", "))): \(note)"
  }
}

public import Factors
public import Methods
public import Quantities

/// What is visible of the machine that work ran on, as far as its embodied carbon is concerned.
public struct Machine: Hashable, Sendable, Codable {
  /// Hardware threads that the operating system sees.
  public var threads: Int
  /// CPU packages, memory and disks that it sees, and GPU cards that ``cards`` does not name. A guest's package count is
  /// not used: its hypervisor chose it.
  public var parts: ServerCarbon.Parts
  /// GPU cards that its drivers show.
  public var cards: [Card]
  /// Why there may be cards that are not shown; `nil` where nothing says so.
  public var unseenCards: String?
  /// Whether it is a virtual machine: the visible parts are then not those of a box.
  public var isGuest: Bool
  /// The server under a guest, when somebody states it.
  public var host: Host?

  /// A GPU card, or what the machine has of one.
  public struct Card: Hashable, Sendable, Codable {
    /// How much of it the machine has.
    public enum Extent: Hashable, Sendable, Codable {
      /// All of it.
      case whole
      /// So many compute slices (MIG) of so many.
      case slices(Int, of: Int)
      /// A part of unknown size, as a virtual GPU is.
      case part
    }

    /// The product's name; `nil` where the driver says none.
    public var name: String?
    /// How much of it.
    public var extent: Extent

    /// A card.
    public init(name: String?, extent: Extent = .whole) {
      self.name = name
      self.extent = extent
    }
  }

  /// The server that a guest is a slice of.
  public struct Host: Hashable, Sendable, Codable {
    /// Its hardware threads.
    public var threads: Int
    /// Its parts.
    public var parts: ServerCarbon.Parts
    /// A host.
    public init(threads: Int, parts: ServerCarbon.Parts) {
      self.threads = threads
      self.parts = parts
    }
  }

  /// A machine.
  public init(
    threads: Int, parts: ServerCarbon.Parts, isGuest: Bool, host: Host? = nil, cards: [Card] = [],
    unseenCards: String? = nil
  ) {
    self.threads = threads
    self.parts = parts
    self.cards = cards
    self.unseenCards = unseenCards
    self.isGuest = isGuest
    self.host = host
  }

  /// A machine from a record, also from one that was made before cards were counted.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      threads: try values.decode(Int.self, forKey: .threads),
      parts: try values.decode(ServerCarbon.Parts.self, forKey: .parts),
      isGuest: try values.decode(Bool.self, forKey: .isGuest),
      host: try values.decodeIfPresent(Host.self, forKey: .host),
      cards: try values.decodeIfPresent([Card].self, forKey: .cards) ?? [],
      unseenCards: try values.decodeIfPresent(String.self, forKey: .unseenCards))
  }
}

/// Embodied carbon of the machine that work ran on, from what is visible of it (`machine-embodied@2`).
///
/// The rule, in this order:
/// 1. A guest whose host is stated is the share threads / host threads of that host.
/// 2. A guest of an unknown host is a slice of a server of two CPUs and 384 GB, the size that the model's own memory
///    coefficient comes from, by its part of the memory. The model counts no threads, so memory decides. The interval of the slice is a factor of four either way. A guest larger than that server is rule 3.
/// 3. Any other machine is a whole server of its visible parts.
///
/// All are ``ServerCarbon`` of Cloud Carbon Footprint, without GPUs. To each are added the GPU cards that the machine
/// shows, whole or by what it has of them (``MachineCards``), whatever slice of a host the rest is. Buildings, cooling plant and network are not counted.
public struct MachineCarbon: Sendable {
  /// What embodied carbon is shared out by time from.
  public struct Account: Hashable, Sendable {
    /// Embodied carbon of the machine, already cut to its slice of a host.
    public let total: Figure<Carbon>
    /// How long the machine lasts.
    public let life: Figure<Span>
    /// Embodied carbon and life of a machine.
    public init(total: Figure<Carbon>, life: Figure<Span>) {
      self.total = total
      self.life = life
    }
  }

  private let server: ServerCarbon
  private let cards: MachineCards

  /// The rule on published factors.
  public init(_ tables: FactorTables) {
    server = ServerCarbon(tables.embodied)
    cards = MachineCards(tables)
  }

  static let referenceParts = ServerCarbon.Parts(cpus: 2, memory: .bytes(384e9))

  /// The machine's embodied carbon and life.
  ///
  /// - Throws: ``FactorError`` when the tables lack a coefficient.
  public func account(of machine: Machine) throws(FactorError) -> Account {
    Account(total: try total(of: machine), life: try server.life())
  }

  private func total(of machine: Machine) throws(FactorError) -> Figure<Carbon> {
    guard machine.isGuest else {
      return try cut(machine.parts, of: machine, note: "Counted as a whole server of its visible size.")
    }
    if let host = machine.host, host.threads > 0 {
      return try cut(
        host.parts, of: machine,
        share: MachineShare.threads(machine.threads, of: host.threads, labelled: "share of the host"),
        note: "A guest, counted as its share of the stated host.")
    }
    let reference = MachineCarbon.referenceParts
    guard machine.parts.memory < reference.memory else {
      return try cut(
        machine.parts, of: machine, note: "A guest as large as a server, counted as one of its visible size.")
    }
    return try cut(
      reference, of: machine, share: MachineShare.slice(machine.parts.memory, of: reference.memory),
      note: "A guest of an unknown host, counted as a slice of a server of two CPUs and 384 GB by its memory.")
  }

  private func cut(
    _ parts: ServerCarbon.Parts, of machine: Machine, share: Figure<Ratio> = MachineShare.whole, note: String
  ) throws(FactorError) -> Figure<Carbon> {
    var box = parts
    box.gpus = 0
    var terms = [Term(try server.embodied(in: box)), Term(share)]
    let unnamed = Array(repeating: Machine.Card(name: nil), count: max(machine.parts.gpus, 0))
    let shown = try cards.carbon(of: machine.cards + unnamed)
    if let shown { terms.append(Term(shown)) }
    let about = [
      note, shown == nil ? "No GPU card is shown." : nil, machine.unseenCards.map { "There may be more: \($0)." },
      "Building and network are not counted.",
    ]
    return MachineCarbon.formula.figure(
      "embodied carbon of the machine", terms, note: about.compactMap(\.self).joined(separator: " "))
  }

  static let formula = Formula(
    id: "machine-embodied@2", summary: "Embodied carbon of a machine: its share of a server, and cards of its own",
    formula: "server_grams x share + cards_grams",
    citation: Source("Dimmer's rule for machines and guests on the server model of Cloud Carbon Footprint"),
    inputs: [
      MethodParameter(
        "server_grams", unit: "g", "embodied carbon of the server", in: 0...Double.greatestFiniteMagnitude),
      MethodParameter("share", "the machine's share of it", in: 0...1),
      MethodParameter(
        "cards_grams", unit: "g", "cards that are the machine's alone", default: .number(0),
        in: 0...Double.greatestFiniteMagnitude),
    ],
    output: MethodParameter("carbon_grams", unit: "g", "embodied carbon, CO2e"),
    changes: "GPU cards that the machine shows are counted, each by all models that know it; before, none was. A record"
      + " that was made without looking for cards stays without them.",
    evaluate: { $0[0] * $0[1] + ($0.count > 2 ? $0[2] : 0) })

  static let methods: [Method] = [formula.method.earlier(version: 1), formula.method]
}

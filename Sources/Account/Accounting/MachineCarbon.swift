public import Factors
public import Methods
public import Quantities

/// What is visible of the machine that work ran on, as far as its embodied carbon is concerned.
public struct Machine: Hashable, Sendable, Codable {
  /// Hardware threads that the operating system sees.
  public var threads: Int
  /// CPU packages, memory, disks and cards that it sees. A guest's package count is not used: its hypervisor chose it.
  public var parts: ServerCarbon.Parts
  /// Whether it is a virtual machine: the visible parts are then not those of a box.
  public var isGuest: Bool
  /// The server under a guest, when somebody states it.
  public var host: Host?

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
  public init(threads: Int, parts: ServerCarbon.Parts, isGuest: Bool, host: Host? = nil) {
    self.threads = threads
    self.parts = parts
    self.isGuest = isGuest
    self.host = host
  }
}

/// Embodied carbon of the machine that work ran on, from what is visible of it (`machine-embodied@1`).
///
/// The rule, in this order:
/// 1. A guest whose host is stated is the share threads / host threads of that host.
/// 2. A guest of an unknown host is a slice of a server of two CPUs and 384 GB, the size that the model's own memory
///    coefficient comes from, by its part of the memory; its GPUs are whole. The model counts no threads, so memory
///    decides. The interval of the slice is a factor of four either way. A guest larger than that server is rule 3.
/// 3. Any other machine is a whole server of its visible parts.
///
/// All are ``ServerCarbon`` of Cloud Carbon Footprint. Buildings, cooling plant and network are not counted.
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

  /// The rule on the factors of `table`.
  public init(_ table: EmbodiedTable) { server = ServerCarbon(table) }

  static let referenceParts = ServerCarbon.Parts(cpus: 2, memory: .bytes(384e9))

  /// The machine's embodied carbon and life.
  ///
  /// - Throws: ``FactorError`` when the tables lack a coefficient.
  public func account(of machine: Machine) throws(FactorError) -> Account {
    Account(total: try total(of: machine), life: try server.life())
  }

  private func total(of machine: Machine) throws(FactorError) -> Figure<Carbon> {
    guard machine.isGuest else {
      return try cut(machine.parts, note: "Counted as a whole server of its visible size.")
    }
    if let host = machine.host, host.threads > 0 {
      return try cut(
        host.parts, share: MachineShare.threads(machine.threads, of: host.threads, labelled: "share of the host"),
        note: "A guest, counted as its share of the stated host.")
    }
    let reference = MachineCarbon.referenceParts
    guard machine.parts.memory < reference.memory else {
      return try cut(machine.parts, note: "A guest as large as a server, counted as one of its visible size.")
    }
    return try cut(
      reference, cards: machine.parts.gpus, share: MachineShare.slice(machine.parts.memory, of: reference.memory),
      note: "A guest of an unknown host, counted as a slice of a server of two CPUs and 384 GB by its memory.")
  }

  private func cut(
    _ parts: ServerCarbon.Parts, cards: Int = 0, share: Figure<Ratio> = MachineShare.whole, note: String
  ) throws(FactorError) -> Figure<Carbon> {
    var terms = [Term(try server.embodied(in: parts)), Term(share)]
    if cards > 0 { terms.append(Term(try gpuCards(cards))) }
    return MachineCarbon.formula.figure(
      "embodied carbon of the machine", terms, note: "\(note) Building and network are not counted.")
  }

  /// Cards passed through to a guest are whole, whatever slice the rest is.
  private func gpuCards(_ count: Int) throws(FactorError) -> Figure<Carbon> {
    let with = try server.embodied(in: ServerCarbon.Parts(memory: .zero, gpus: count))
    let without = try server.embodied(in: ServerCarbon.Parts(memory: .zero))
    return Figure(
      "GPU cards of its own: \(count)", with.estimate - without.estimate,
      inputs: with.receipt.inputs.filter { $0.label.hasPrefix("GPU cards") })
  }

  static let formula = Formula(
    id: "machine-embodied@1", summary: "Embodied carbon of a machine: its share of a server, and cards of its own",
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
    evaluate: { $0[0] * $0[1] + ($0.count > 2 ? $0[2] : 0) })
}

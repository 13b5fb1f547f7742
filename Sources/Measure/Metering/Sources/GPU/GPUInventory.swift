public import Quantities

/// The GPU cards that are in a machine, each once, as drivers and kernel show them: what it is made of, whatever can be
/// read of its energy.
public struct GPUInventory: Sendable {
  /// One card, or what is shown of one.
  public struct Card: Hashable, Sendable {
    /// How a card is cut.
    public enum Extent: Hashable, Sendable {
      /// It is not.
      case whole
      /// Into instances (MIG) of which so many compute slices are shown here, of so many that the card has.
      case slices(Int, of: Int)
      /// A part of unknown size: a virtual GPU, or a cut card that does not say into how many parts.
      case part
    }

    /// The product's name; `nil` where its driver says none.
    public let name: String?
    /// How much of it is shown here.
    public let extent: Extent

    /// A card.
    public init(name: String?, extent: Extent = .whole) {
      self.name = name
      self.extent = extent
    }
  }

  /// The cards: NVIDIA's by its driver, AMD's and Intel's by the kernel's.
  public let cards: [Card]
  /// Why there may be more; `nil` where nothing says so.
  public let unseen: String?

  /// Looks at a machine.
  ///
  /// - Parameters:
  ///   - access: another NVIDIA driver than the installed one.
  ///   - deadline: how long the driver may take to answer.
  public init(
    of machine: MachineRoot = .here, access: SourceAccess = SourceAccess(),
    deadline: Quantities.Span = NVMLSource.deadline
  ) {
    let library = access.gpuLibrary ?? NVMLLibrary.soname
    let installed: @Sendable () throws(MeteringError) -> any GPUDriver = { () throws(MeteringError) in
      try NVMLLibrary(named: library)
    }
    var cards: [Card] = []
    var unseen: String?
    switch GPUWorker(deadline: deadline, open: access.gpuDriver ?? installed).ask(.open) {
    case .facts(let facts): cards = facts.map(Self.card)
    case .late: unseen = "the NVIDIA driver did not answer: its cards are not counted"
    // A machine without the driver, or a driver without a card.
    case .failed, .looks: break
    }
    cards += AMDGPU.cards(of: machine).map { Card(name: $0) }
    cards += (0..<IntelGPU.cardCount(of: machine)).map { _ in Card(name: nil) }
    self.cards = cards
    self.unseen = unseen
  }

  private static func card(_ facts: GPUFacts) -> Card {
    let name = facts.identity.name
    if let instances = facts.instances {
      let slices = instances.reduce(0) { $0 + Int($1.slices) }
      guard let all = facts.slices, all > 0 else { return Card(name: name, extent: .part) }
      return Card(name: name, extent: .slices(min(slices, Int(all)), of: Int(all)))
    }
    return Card(name: name, extent: isVirtual(name) ? .part : .whole)
  }

  /// Whether a name is a virtual GPU's: `GRID A100-10C`, `NVIDIA A40-4Q`, `NVIDIA A100-1-5C`: the memory in gigabytes
  /// and a letter for what it is licensed for (NVIDIA, Virtual GPU Software User Guide, virtual GPU types).
  static func isVirtual(_ name: String) -> Bool {
    guard let last = name.split(separator: "-").last, last.count < name.count, let kind = last.last else {
      return false
    }
    return "ABCQ".contains(kind) && last.count > 1 && last.dropLast().allSatisfy { $0.isASCII && $0.isNumber }
  }
}

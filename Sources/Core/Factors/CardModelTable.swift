public import Methods

/// GPU cards by the names that people and drivers use, and what embodied-carbon models need to know of each.
public struct CardModelTable: Sendable {
  /// One card.
  public struct Card: Hashable, Sendable {
    /// Its full name: `H100 SXM 80GB`.
    public let name: String
    /// Other names it is found under: `H100`, `HGX H100`.
    public let aliases: [String]
    /// Its name in ``PartsTable/cards``.
    public let parts: String
    /// The processes of its dies, in the order of the parts table's dies: the nearest tables of ACT.
    public let processes: [String]
    /// Whether the processes were read at a source; else they are Dimmer's assumption.
    public let isProcessPublished: Bool
    /// Where the process stands.
    public let source: Source

    init(_ row: CSVRow) throws(CSVError) {
      name = try row.text("name")
      aliases = try row.names("aliases")
      parts = try row.text("parts")
      processes = try row.names("processes")
      let basis = try row.text("process_basis")
      guard basis == "published" || basis == "assumed" else {
        throw try row.error(in: "process_basis", .other("'\(basis)' is neither published nor assumed"))
      }
      isProcessPublished = basis == "published"
      source = try row.source()
    }
  }

  /// What somebody prints as the embodied carbon of a whole card or host.
  public struct Whole: Hashable, Sendable {
    /// The card's full name, or `host of 8 cards`.
    public let subject: String
    /// Whose number.
    public let model: String
    /// Kilograms of CO2e.
    public let kilograms: Double
    /// Where it stands.
    public let source: Source
    /// What else to know.
    public let note: String?

    init(_ row: CSVRow) throws(CSVError) {
      subject = try row.text("subject")
      model = try row.text("model")
      kilograms = try row.requiredNumber("kilograms")
      source = try row.source()
      note = try row.optionalText("note")
    }
  }

  /// The cards, in the order of the table.
  public let cards: [Card]
  /// Printed wholes, in the order of the table.
  public let wholes: [Whole]

  init(cards: [UInt8], wholes: [UInt8]) throws(FactorError) {
    self.cards = try readTable("card_models", cards) { row throws(CSVError) in try Card(row) }
    self.wholes = try readTable("embodied_wholes", wholes) { row throws(CSVError) in try Whole(row) }
  }

  /// The card of that name; spaces, hyphens, case and the maker's name do not matter: `H100`, `NVIDIA A100-SXM4-80GB`,
  /// `Tesla T4`.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)`` with near names, or all of them when none is near.
  public func card(_ name: String) throws(FactorError) -> Card {
    try NameLookup.find(name, in: cards, kind: "GPU card", by: CardModelTable.key, elseNaming: cards.count) {
      [$0.name] + $0.aliases
    }
  }

  private static let makers = ["nvidia", "tesla", "amd", "instinct", "google", "intel"]

  private static func key(_ name: String) -> String {
    let words = name.lowercased().split { " -_".contains($0) }.map(String.init)
    return words.filter { !makers.contains($0) }.joined()
  }
}

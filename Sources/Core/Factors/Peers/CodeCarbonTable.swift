public import Methods

/// The grids that CodeCarbon 3.3.2 computes with when it has no live signal.
///
/// They are kept apart from Dimmer's own factors: they serve to compute what CodeCarbon would say, and why it differs.
public struct CodeCarbonTable: Sendable {
  /// One grid, or the mean over the world that stands in for what is not known.
  public struct Grid: Hashable, Sendable {
    /// What it is the grid of.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      /// The world.
      case world
      /// A fuel, by which a region's mix is turned into carbon.
      case fuel
      /// A country.
      case country
      /// A part of a country.
      case region
      /// A cloud provider's region.
      case cloud
    }

    /// What it is the grid of.
    public let kind: Kind
    /// The country's ISO code of three letters, or the cloud provider.
    public let area: String
    /// The name: `california`, `us-central1`, `Germany`.
    public let name: String
    /// Other names it is found under.
    public let aliases: [String]
    /// Grams CO2e per kilowatt-hour; `nil` when the printed value is not usable.
    public let gramsPerKilowattHour: Double?
    /// Where it stands.
    public let source: Source
    /// What else to know, or why it is not usable.
    public let note: String?

    /// 1 lb is 453.59237 g, by definition.
    private static let gramsPerPound = 453.59237

    init(_ row: CSVRow) throws(CSVError) {
      let word = try row.text("kind")
      guard let kind = Kind(rawValue: word) else { throw try row.error(in: "kind", .other("'\(word)' is no kind")) }
      self.kind = kind
      area = try row.text("area")
      name = try row.text("name")
      aliases = try row.names("aliases")
      note = try row.optionalText("note")
      source = try row.source()
      let printed = try row.number("value")
      switch try row.text("unit") {
      case "g/kWh": gramsPerKilowattHour = printed
      case "lb/MWh": gramsPerKilowattHour = printed.map { $0 * Grid.gramsPerPound / 1000 }
      default: throw try row.error(in: "unit", .other("an intensity is in g/kWh or lb/MWh"))
      }
      guard gramsPerKilowattHour ?? 1 > 0, gramsPerKilowattHour ?? 1 < 2000, printed != nil || note != nil else {
        throw try row.error(in: "value", .other("an intensity lies between 0 and 2000, or is missing with a note"))
      }
    }

    init(region name: String, of area: String, grams: Double, source: Source, note: String) {
      kind = .region
      self.area = area
      self.name = name
      aliases = []
      gramsPerKilowattHour = grams
      self.source = source
      self.note = note
    }
  }

  /// All grids, those made from a region's fuels among them.
  public let grids: [Grid]

  /// The table in this program, read once.
  ///
  /// - Throws: ``FactorError/damaged(table:_:)``, which a test excludes for a built program.
  public static func embedded() throws(FactorError) -> CodeCarbonTable { try parsed.get() }

  private static let parsed: Result<CodeCarbonTable, FactorError> = {
    do throws(FactorError) { return .success(try CodeCarbonTable()) } catch { return .failure(error) }
  }()

  private init() throws(FactorError) {
    let printed = try readTable("codecarbon_grids", PackageResources.codecarbon_grids_csv) { row throws(CSVError) in
      try Grid(row)
    }
    var fuels: [String: Double] = [:]
    for fuel in printed where fuel.kind == .fuel { fuels[fuel.name] = fuel.gramsPerKilowattHour }
    let mixes = try readTable("codecarbon_mixes", PackageResources.codecarbon_mixes_csv) { row throws(CSVError) in
      try Grid(mix: row, fuels: fuels)
    }
    grids = printed + mixes
  }

  /// The mean over the world that CodeCarbon takes for what it has no figure of.
  ///
  /// - Throws: ``FactorError`` when the table lacks it.
  public func world() throws(FactorError) -> Grid {
    guard let world = grids.first(where: { $0.kind == .world }) else {
      throw .unknown(kind: "CodeCarbon grid", name: "world", near: [])
    }
    return world
  }

  /// The grid of a country, if CodeCarbon has one.
  ///
  /// - Parameter code: an ISO code of three letters.
  public func country(_ code: String) -> Grid? { grids.first { $0.kind == .country && $0.area == code } }

  /// Codes of countries that `text` may mean.
  public func countries(near text: String) -> [String] {
    countryCodes(near: text, among: grids.filter { $0.kind == .country }.map(\.area))
  }

  /// The grid of a part of a country: `california` in `USA`, `NO1` in `NOR`.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)`` for a country without regions and for an unknown region.
  public func region(_ name: String, in country: String) throws(FactorError) -> Grid {
    let known = grids.filter { $0.kind == .region && FoldedName($0.area) == FoldedName(country.trimmedName) }
    guard !known.isEmpty else {
      let areas = Set(grids.filter { $0.kind == .region }.map(\.area))
      throw .unknown(kind: "CodeCarbon country with regions", name: country, near: areas.sorted())
    }
    return try CodeCarbonTable.grid(name, among: known, kind: "CodeCarbon region of \(known[0].area)")
  }

  /// The grid of a cloud region, of a provider that CodeCarbon has figures of.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)``.
  public func cloud(_ region: String, of provider: String) throws(FactorError) -> Grid {
    try CodeCarbonTable.grid(
      region, among: grids.filter { $0.kind == .cloud && FoldedName($0.area) == FoldedName(provider) },
      kind: "CodeCarbon region of \(provider)")
  }

  /// The providers whose regions are in the table.
  public var cloudProviders: Set<String> { Set(grids.filter { $0.kind == .cloud }.map(\.area)) }

  private static func grid(_ text: String, among known: [Grid], kind: String) throws(FactorError) -> Grid {
    try NameLookup.find(text, in: known, kind: kind) { [$0.name] + $0.aliases }
  }
}

extension CodeCarbonTable.Grid {
  /// The grid of a region by the shares of its fuels; CodeCarbon gives carbon to three fuels only.
  fileprivate init(mix row: CSVRow, fuels: [String: Double]) throws(CSVError) {
    let total = try row.requiredNumber("total_percent")
    guard total > 0, let coal = fuels["coal"], let petroleum = fuels["petroleum"], let gas = fuels["natural gas"] else {
      throw try row.error(in: "total_percent", .other("a mix needs a total above 0 and the fuels' factors"))
    }
    let grams =
      (try row.requiredNumber("coal_percent") * coal + (try row.requiredNumber("petroleum_percent")) * petroleum
        + (try row.requiredNumber("natural_gas_percent")) * gas) / total
    self.init(
      region: try row.text("name"), of: try row.text("area"), grams: grams, source: try row.source(),
      note: "Made from the shares of coal, petroleum and gas; CodeCarbon gives no carbon to other fuels here.")
  }
}

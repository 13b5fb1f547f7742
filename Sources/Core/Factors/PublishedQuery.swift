public import Methods
public import Quantities

/// What a source prints of one reply, image or video.
public struct PublishedQuery: Hashable, Sendable {
  /// How a number was found.
  public enum How: String, Hashable, Sendable, CaseIterable {
    /// A meter was read.
    case measured
    /// It was computed.
    case modelled
    /// Somebody said it.
    case stated
  }

  /// What a printed volume of water counts.
  public enum WaterScope: String, Hashable, Sendable, CaseIterable {
    /// Cooling on the site alone.
    case onSite = "on-site"
    /// Site, power plants and manufacturing.
    case lifeCycle = "life-cycle"
  }

  /// The id it is asked for by: `mit-llama31-8b`.
  public let id: String
  /// The model.
  public let model: String
  /// What was done: `image of 1024 x 1024`.
  public let task: String
  /// Energy of one.
  public let energy: Energy?
  /// The accelerators' part of it, where it is printed apart.
  public let gpuEnergy: Energy?
  /// Carbon of one.
  public let carbon: Carbon?
  /// Which electricity ``carbon`` is of.
  public let carbonBasis: PublishedCarbonBasis?
  /// Water of one.
  public let water: Water?
  /// What ``water`` counts.
  public let waterScope: WaterScope?
  /// Tokens of the reply, where they are printed.
  public let outputTokens: Double?
  /// What the energy counts.
  public let boundary: PublishedBoundary
  /// How it was found.
  public let how: How
  /// The accelerator, where it is printed.
  public let hardware: String?
  /// Whether its own source has replaced it since.
  public let isSuperseded: Bool
  /// How sure it is that it is printed so.
  public let verification: PublishedVerification
  /// Where it stands.
  public let source: Source
  /// What else to know.
  public let note: String?

  init(_ row: CSVRow) throws(CSVError) {
    id = try row.text("id")
    model = try row.text("model")
    task = try row.text("task")
    energy = try row.optionalPositiveNumber("energy_wh").map(Energy.wattHours)
    gpuEnergy = try row.optionalPositiveNumber("gpu_energy_wh").map(Energy.wattHours)
    carbon = try row.optionalPositiveNumber("carbon_grams").map(Carbon.grams)
    carbonBasis = try row.optionalWord("carbon_basis")
    water = try row.optionalPositiveNumber("water_millilitres").map { Water.litres($0 / 1000) }
    waterScope = try row.optionalWord("water_scope")
    outputTokens = try row.optionalPositiveNumber("output_tokens")
    boundary = try row.word("boundary")
    how = try row.word("how")
    hardware = try row.optionalText("hardware")
    isSuperseded = try row.word("status", PublishedStatus.self) == .superseded
    verification = try row.word("verification")
    source = try row.source()
    note = try row.optionalText("note")
    guard energy != nil || carbon != nil else {
      throw try row.error(in: "energy_wh", .other("a published query has energy or carbon"))
    }
    guard (carbon == nil) == (carbonBasis == nil), (water == nil) == (waterScope == nil) else {
      throw try row.error(in: "carbon_basis", .other("carbon needs its basis, water its scope"))
    }
  }

  /// The printed energy as a figure, or why there is none.
  public var energyFigure: Finding<Energy> {
    source.finding("energy", energy.map { published("energy of one \(task), \(model)", $0) })
  }

  /// The printed carbon as a figure, or why there is none.
  public var carbonFigure: Finding<Carbon> {
    source.finding("carbon", carbon.map { published("carbon of one \(task), \(model)", $0) })
  }

  private func published<Q: Quantity>(_ label: String, _ value: Q) -> Figure<Q> {
    PublishedFactor.figure(
      label, value, uncertainty: "published-query:\(id)", source: source,
      note: ["Boundary: \(boundary.rawValue).", note].compactMap(\.self).joined(separator: " "))
  }
}

/// Whether a source still stands by a number.
enum PublishedStatus: String, CaseIterable {
  case current, superseded
}

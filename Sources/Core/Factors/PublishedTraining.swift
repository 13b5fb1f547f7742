public import Methods
public import Quantities

/// What a source prints of one training run.
public struct PublishedTraining: Hashable, Sendable {
  /// The id it is asked for by: `gpt3`.
  public let id: String
  /// The model.
  public let model: String
  /// Parameters, in billions.
  public let parametersBillions: Double?
  /// The accelerator.
  public let hardware: String?
  /// How many of them.
  public let devices: Double?
  /// Hours of all devices together.
  public let deviceHours: Span?
  /// Power of one device as the source takes it.
  public let devicePower: Power?
  /// Energy.
  public let energy: Energy?
  /// What the energy counts.
  public let boundary: PublishedBoundary
  /// The site's PUE as the source takes it.
  public let pue: Double?
  /// The grid's intensity as the source takes it.
  public let intensity: CarbonIntensity?
  /// Carbon.
  public let carbon: Carbon?
  /// What the carbon counts, in words: `operational`.
  public let carbonScope: String?
  /// Which electricity the carbon is of.
  public let carbonBasis: PublishedCarbonBasis?
  /// Water.
  public let water: Water?
  /// Whether a later source has replaced it.
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
    parametersBillions = try row.optionalPositiveNumber("parameters_billions")
    hardware = try row.optionalText("hardware")
    devices = try row.optionalPositiveNumber("devices")
    deviceHours = try row.optionalPositiveNumber("device_hours").map(Span.hours)
    devicePower = try row.optionalPositiveNumber("device_watts").map(Power.watts)
    energy = try row.optionalPositiveNumber("energy_mwh").map { Energy.kilowattHours($0 * 1000) }
    boundary = try row.word("energy_boundary")
    pue = try row.optionalPositiveNumber("pue")
    guard pue ?? 1 >= 1 else { throw try row.error(in: "pue", .other("a PUE is at least 1")) }
    intensity = try row.optionalPositiveNumber("grams_per_kwh").map(CarbonIntensity.gramsPerKilowattHour)
    carbon = try row.optionalPositiveNumber("carbon_tonnes").map { Carbon.kilograms($0 * 1000) }
    carbonScope = try row.optionalText("carbon_scope")
    carbonBasis = try row.optionalWord("carbon_basis")
    water = try row.optionalPositiveNumber("water_cubic_metres").map { Water.litres($0 * 1000) }
    isSuperseded = try row.word("status", PublishedStatus.self) == .superseded
    verification = try row.word("verification")
    source = try row.source()
    note = try row.optionalText("note")
    guard carbon != nil || water != nil else {
      throw try row.error(in: "carbon_tonnes", .other("a published training run has carbon or water"))
    }
    guard (carbon == nil) == (carbonBasis == nil), (carbon == nil) == (carbonScope == nil) else {
      throw try row.error(in: "carbon_basis", .other("carbon needs its scope and basis"))
    }
  }

  /// The printed energy as a figure, or why there is none.
  public var energyFigure: Finding<Energy> {
    source.finding(
      "energy", energy.map { published("energy of training \(model)", $0, note: "Boundary: \(boundary.rawValue).") })
  }

  /// The printed carbon as a figure, or why there is none.
  public var carbonFigure: Finding<Carbon> {
    source.finding(
      "carbon",
      carbon.map { published("carbon of training \(model)", $0, note: carbonScope.map { "Counts: \($0)." }) })
  }

  /// A printed value of the row as a figure with the row's source.
  public func published<Q: Quantity>(_ label: String, _ value: Q, note own: String? = nil) -> Figure<Q> {
    PublishedFactor.figure(
      label, value, uncertainty: "published-training:\(id)", source: source,
      note: [own, note].compactMap(\.self).joined(separator: " "))
  }
}

public import Methods
public import Quantities

/// Energy at the boundary of the IT equipment: what meters in or beside the machine read.
public struct ITEnergy: Hashable, Sendable {
  /// The figure.
  public let figure: Figure<Energy>
  /// Energy read at the IT boundary.
  public init(_ figure: Figure<Energy>) { self.figure = figure }
}

/// Energy at the boundary of the whole site: IT energy and what cooling and power supply take on top (PUE).
///
/// Carbon and water of electricity are only computed from this type. There are three ways to one and none leads from
/// one to another, so that the overhead cannot be counted twice.
public struct FacilityEnergy: Hashable, Sendable {
  /// What the energy counts.
  public enum Boundary: String, Hashable, Sendable, Codable {
    /// IT energy times the site's PUE.
    case facility
    /// A meter at the site's entry, which holds the overhead already.
    case meteredAtFacility
    /// IT energy alone: no PUE is known, and no overhead is counted.
    case informationTechnologyOnly
  }

  /// The figure.
  public let figure: Figure<Energy>
  /// What it counts.
  public let boundary: Boundary

  private init(_ figure: Figure<Energy>, _ boundary: Boundary) {
    self.figure = figure
    self.boundary = boundary
  }

  /// IT energy times PUE (`pue@1`).
  public init(_ energy: ITEnergy, pue: Figure<Ratio>) {
    self.init(
      FacilityEnergy.formula.figure("energy with facility overhead", [Term(energy.figure), Term(pue)]), .facility)
  }

  /// Energy read by a meter that already holds the site's overhead.
  public init(meteredAtFacility figure: Figure<Energy>) {
    let note = "Metered at the facility: its overhead is in it, no PUE is applied."
    self.init(
      Figure(figure.receipt.label, figure.estimate, inputs: [figure.receipt], note: note), .meteredAtFacility)
  }

  /// IT energy alone, for a site whose PUE is not known.
  public init(withoutOverhead energy: ITEnergy) {
    let note = "Boundary: IT energy. No facility overhead (PUE) is counted; state one to count it (--pue)."
    self.init(
      Figure("IT energy, no facility overhead", energy.figure.estimate, inputs: [energy.figure.receipt], note: note),
      .informationTechnologyOnly)
  }

  /// `pue@1`: facility energy = IT energy x PUE.
  static let formula = Formula(
    id: "pue@1", summary: "The energy of a site that its IT energy makes it use: IT energy times PUE",
    formula: "energy_joules x pue",
    citation: Source("ISO/IEC 30134-2, power usage effectiveness: total over IT energy"),
    inputs: [
      MethodParameter("energy_joules", unit: "J", "IT energy", in: 0...Double.greatestFiniteMagnitude),
      MethodParameter("pue", "total over IT energy of the site, at least 1", in: 1...100),
    ],
    output: MethodParameter("facility_energy_joules", unit: "J", "energy of the site"), evaluate: { $0[0] * $0[1] })
}

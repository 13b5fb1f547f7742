public import Accounting
public import Methods
public import Quantities

/// What a piece of work costs at a site: the one shape in which every estimator answers, and what comparisons,
/// explanations and labels read.
public struct WorkFootprint: Hashable, Sendable {
  /// What it is the footprint of, for people: `one reply of Llama 3.1 8B`.
  public let label: String
  /// Energy at the IT boundary: accelerators and the rest of their machines.
  public let energy: Figure<Energy>
  /// Energy with the building's overhead, and its boundary.
  public let facilityEnergy: FacilityEnergy
  /// Operational carbon, location-based.
  public let carbon: Finding<Carbon>
  /// The share of the machines' embodied carbon.
  public let embodied: Finding<Carbon>
  /// Operational and embodied carbon together; unknown while one of them is.
  public let totalCarbon: Finding<Carbon>
  /// Water on the site and at the power plants.
  public let water: WaterUse
  /// What the electricity costs, in ``currency``.
  public let cost: Finding<Ratio>
  /// ISO 4217 code of ``cost``.
  public let currency: String
  /// How long it takes from asking to the last byte, or the work's duration.
  public let duration: Finding<Span>

  /// The footprint of work at a site. Pure: the same inputs give the same figures.
  ///
  /// - Parameters:
  ///   - energy: IT energy of the work.
  ///   - embodied: the machines' embodied carbon that it owes, or why that is not known.
  ///   - duration: how long it takes, or why that is not known.
  public init(
    of label: String, energy: Figure<Energy>, embodied: Finding<Carbon>, duration: Finding<Span>, at site: Site
  ) {
    self.label = label
    self.energy = energy
    self.embodied = embodied
    self.duration = duration
    let atRack = ITEnergy(energy)
    let facility =
      switch site.pue {
      case .figure(let pue): FacilityEnergy(atRack, pue: pue)
      case .unknown: FacilityEnergy(withoutOverhead: atRack)
      }
    facilityEnergy = facility
    carbon = site.intensity.map { OperationalCarbon.carbon(of: facility, at: $0) }
    switch (carbon, embodied) {
    case (.figure(let used), .figure(let made)):
      totalCarbon = .figure(RunFootprint.total.figure("carbon of use and making", [Term(used), Term(made)]))
    case (.unknown(let unknown), _), (_, .unknown(let unknown)): totalCarbon = .unknown(unknown)
    }
    water = WaterUse(
      energy: atRack, facility: facility, onSite: site.onSiteWater, offSite: site.offSiteWater)
    cost = site.price.map { WorkFootprint.cost.figure("cost of electricity", [Term(facility.figure), Term($0)]) }
    currency = site.currency
  }

  /// `electricity-cost@1`: energy with overhead times the price.
  static let cost = Formula(
    id: "electricity-cost@1", summary: "What electricity costs: energy with the site's overhead times its price",
    formula: "facility_energy_joules / 3.6e6 x price_per_kwh", citation: Source("The price stated by the user"),
    inputs: [
      MethodParameter(
        "facility_energy_joules", unit: "J", "energy with overhead", in: 0...Double.greatestFiniteMagnitude),
      MethodParameter("price_per_kwh", "price of a kilowatt-hour", in: -1e6...1e6),
    ],
    output: MethodParameter("cost", "in the price's currency"), evaluate: { $0[0] / 3.6e6 * $0[1] })
}

import Accounting
public import Methods
public import Quantities

/// What a service, or the world, will use over the years if it goes on in a stated way: a scenario, not a forecast.
///
/// Every input has its interval. Each uncertain thing is moved in all years at once, so that a growth that is high this
/// year is high in every year.
public struct FleetScenario: Hashable, Sendable {
  /// What it is of.
  public var name: String
  /// Energy of the first year, at ``boundary``.
  public var firstYear: Figure<Energy>
  /// What ``firstYear`` counts: IT energy, to which the site's overhead is added, or all of it.
  public var boundary: Boundary
  /// The calendar year of ``firstYear``.
  public var start: Int
  /// How many years, the first counted.
  public var years: Int
  /// Growth of the work a year: 0.2 is a fifth more every year.
  public var growth: Figure<Ratio>
  /// Energy saved a year for the same work: 0.1 is a tenth less every year.
  public var efficiencyGain: Figure<Ratio>
  /// Change of the grid's intensity a year: -0.03 is 3 % cleaner every year.
  public var gridChange: Figure<Ratio>
  /// Where: its grid in the first year, and its overhead.
  public var site: Site

  /// What the first year's energy counts.
  public enum Boundary: String, Hashable, Sendable {
    /// IT energy.
    case machines
    /// Everything, the site's overhead in it.
    case facility
  }

  /// One year of it.
  public struct Year: Hashable, Sendable {
    /// The calendar year.
    public let year: Int
    /// Energy with the site's overhead, where one is known.
    public let energy: Figure<Energy>
    /// The grid's intensity of the year, as the scenario has it.
    public let intensity: Finding<CarbonIntensity>
    /// Operational carbon.
    public let carbon: Finding<Carbon>
  }

  /// What a scenario comes to.
  public struct Outcome: Hashable, Sendable {
    /// Year by year.
    public let years: [Year]
    /// Energy of all years.
    public let energy: Figure<Energy>
    /// Carbon of all years.
    public let carbon: Finding<Carbon>
    /// The energy of the last year over that of the first; what they share has cancelled.
    public let change: Estimate<Ratio>
  }

  /// The longest scenario: growth that goes on for longer says nothing.
  public static let longest = 50

  /// A scenario.
  ///
  /// - Throws: ``Methods/Unknown`` for an input out of its range, with the range.
  public init(
    _ name: String, firstYear: Figure<Energy>, boundary: Boundary, start: Int, years: Int, growth: Figure<Ratio>,
    efficiencyGain: Figure<Ratio>, gridChange: Figure<Ratio>, site: Site
  ) throws(Unknown) {
    guard (1...FleetScenario.longest).contains(years) else {
      throw Unknown("a scenario has 1 to \(FleetScenario.longest) years, not \(years)")
    }
    try FleetScenario.check(growth, in: -0.99...10, what: "growth a year")
    try FleetScenario.check(efficiencyGain, in: 0...0.95, what: "efficiency gain a year")
    try FleetScenario.check(gridChange, in: -0.95...1, what: "change of the grid a year")
    self.name = name
    self.firstYear = firstYear
    self.boundary = boundary
    self.start = start
    self.years = years
    self.growth = growth
    self.efficiencyGain = efficiencyGain
    self.gridChange = gridChange
    self.site = site
  }

  private static func check(_ figure: Figure<Ratio>, in range: ClosedRange<Double>, what: String) throws(Unknown) {
    let estimate = figure.estimate
    guard range.contains(estimate.low.value), range.contains(estimate.high.value) else {
      throw Unknown(
        "the \(what) is \(estimate.formatted()); it goes from \(range.lowerBound) to \(range.upperBound), as a share")
    }
  }

  /// Energy of a first year of so many queries a day (`fleet-first-year@1`).
  public static func firstYear(queriesPerDay: Figure<Ratio>, energyPerQuery: Figure<Energy>) -> Figure<Energy> {
    FleetFormula.firstYear.figure("energy of the first year", [Term(queriesPerDay), Term(energyPerQuery)])
  }

  /// What it comes to. Pure.
  public func outcome() -> Outcome {
    let years = (0..<years).map { year($0) }
    let carbons = years.map(\.carbon)
    let energy = FleetFormula.total("energy of all years", years.map(\.energy))
    let carbon: Finding<Carbon> =
      carbons.first { $0.figure == nil }
      ?? .figure(
        FleetFormula.total("operational carbon of all years", carbons.compactMap(\.figure)))
    let change = (years.last?.energy.estimate ?? energy.estimate) / (years.first?.energy.estimate ?? energy.estimate)
    return Outcome(years: years, energy: energy, carbon: carbon, change: change)
  }

  private func year(_ index: Int) -> Year {
    let on = DeclaredValue.figure("years since \(start)", Ratio(Double(index)), note: "A year of the scenario.")
    let used: Figure<Energy> =
      index == 0
      ? firstYear
      : FleetFormula.energy.figure(
        "energy of \(start + index)", [Term(firstYear), Term(growth), Term(efficiencyGain), Term(on)])
    let facility =
      switch (boundary, site.pue) {
      case (.facility, _): FacilityEnergy(meteredAtFacility: used)
      case (.machines, .figure(let pue)): FacilityEnergy(ITEnergy(used), pue: pue)
      case (.machines, .unknown): FacilityEnergy(withoutOverhead: ITEnergy(used))
      }
    let intensity =
      index == 0
      ? site.intensity
      : site.intensity.map {
        FleetFormula.grid.figure("grid intensity of \(start + index)", [Term($0), Term(gridChange), Term(on)])
      }
    return Year(
      year: start + index, energy: facility.figure, intensity: intensity,
      carbon: intensity.map {
        OperationalCarbon.carbon(of: facility, at: $0, labelled: "operational carbon of \(start + index)")
      })
  }
}

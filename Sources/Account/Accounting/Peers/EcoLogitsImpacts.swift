import Factors

/// What EcoLogits charges a request: energy, and four criteria of what its use and its share of the hardware cost.
public struct EcoLogitsImpacts: Hashable, Sendable {
  /// What making hardware cost, or a request's share of it.
  public struct Making: Hashable, Sendable {
    /// Kilograms CO2e.
    public let carbonKilograms: PeerNumber
    /// Depletion of elements in kilograms of antimony equivalent.
    public let antimonyKilograms: PeerNumber
    /// Primary energy in megajoules.
    public let primaryEnergyMegajoules: PeerNumber
  }

  /// Electricity with the site's overhead, in kilowatt-hours.
  public let energyKilowattHours: PeerNumber
  /// Carbon of the electricity, in kilograms CO2e.
  public let usageCarbonKilograms: PeerNumber
  /// Depletion of elements for the electricity; `nil` where no factor of the grid is at hand.
  public let usageAntimonyKilograms: PeerNumber?
  /// Primary energy of the electricity; `nil` where no factor of the grid is at hand.
  public let usagePrimaryEnergyMegajoules: PeerNumber?
  /// Water consumed on the site and at power plants, in litres.
  public let waterLitres: PeerNumber
  /// The request's share of making the hardware.
  public let embodied: Making

  /// Carbon of use and of making, in kilograms CO2e.
  public var carbonKilograms: PeerNumber { usageCarbonKilograms + embodied.carbonKilograms }
  /// Depletion of elements of use and of making.
  public var antimonyKilograms: PeerNumber? { usageAntimonyKilograms.map { $0 + embodied.antimonyKilograms } }
  /// Primary energy of use and of making.
  public var primaryEnergyMegajoules: PeerNumber? {
    usagePrimaryEnergyMegajoules.map { $0 + embodied.primaryEnergyMegajoules }
  }

  /// The impacts of IT energy at a site, beside a share of the hardware.
  init(itEnergyKilowattHours: PeerNumber, embodied: Making, at site: EcoLogitsSite) {
    let energy = itEnergyKilowattHours * site.pue
    energyKilowattHours = energy
    usageCarbonKilograms = energy * site.grid.carbonKilograms
    usageAntimonyKilograms = site.grid.antimonyKilograms.map { energy * $0 }
    usagePrimaryEnergyMegajoules = site.grid.primaryEnergyMegajoules.map { energy * $0 }
    waterLitres = itEnergyKilowattHours * (site.waterLitres + site.pue * site.grid.waterLitres)
    self.embodied = embodied
  }

  /// The lower ends of one result and the upper ends of another, as EcoLogits joins runs for its ranges of parameters.
  init(from low: EcoLogitsImpacts, to high: EcoLogitsImpacts) {
    func join(_ path: KeyPath<EcoLogitsImpacts, PeerNumber>) -> PeerNumber {
      .between(low[keyPath: path].low, high[keyPath: path].high)
    }
    func join(_ path: KeyPath<EcoLogitsImpacts, PeerNumber?>) -> PeerNumber? {
      guard let first = low[keyPath: path], let last = high[keyPath: path] else { return nil }
      return .between(first.low, last.high)
    }
    energyKilowattHours = join(\.energyKilowattHours)
    usageCarbonKilograms = join(\.usageCarbonKilograms)
    usageAntimonyKilograms = join(\.usageAntimonyKilograms)
    usagePrimaryEnergyMegajoules = join(\.usagePrimaryEnergyMegajoules)
    waterLitres = join(\.waterLitres)
    embodied = Making(
      carbonKilograms: join(\.embodied.carbonKilograms), antimonyKilograms: join(\.embodied.antimonyKilograms),
      primaryEnergyMegajoules: join(\.embodied.primaryEnergyMegajoules))
  }
}

/// The grid and the site that EcoLogits puts a request on.
public struct EcoLogitsSite: Hashable, Sendable {
  /// What a delivered kilowatt-hour costs.
  public struct Grid: Hashable, Sendable {
    /// Kilograms CO2e.
    public var carbonKilograms: Double
    /// Litres consumed at power plants.
    public var waterLitres: Double
    /// Depletion of elements in kilograms of antimony equivalent, where known.
    public var antimonyKilograms: Double?
    /// Primary energy in megajoules, where known.
    public var primaryEnergyMegajoules: Double?

    /// What a delivered kilowatt-hour costs.
    public init(
      carbonKilograms: Double, waterLitres: Double, antimonyKilograms: Double?, primaryEnergyMegajoules: Double?
    ) {
      self.carbonKilograms = carbonKilograms
      self.waterLitres = waterLitres
      self.antimonyKilograms = antimonyKilograms
      self.primaryEnergyMegajoules = primaryEnergyMegajoules
    }
  }

  /// The grid.
  public var grid: Grid
  /// Facility energy over IT energy.
  public var pue: PeerNumber
  /// Litres consumed on the site per kilowatt-hour of IT energy.
  public var waterLitres: PeerNumber

  /// A grid and a site on it.
  public init(grid: Grid, pue: PeerNumber, waterLitres: PeerNumber) {
    self.grid = grid
    self.pue = pue
    self.waterLitres = waterLitres
  }
}

extension EcoLogitsServer.Making {
  /// A share of so much hardware: its cost times each number.
  func shared(_ share: Double, with accelerator: EcoLogitsServer.Making, servers: Double, accelerators: Double)
    -> EcoLogitsImpacts.Making
  {
    func part(_ path: KeyPath<EcoLogitsServer.Making, Double>) -> PeerNumber {
      .one(share * (servers * self[keyPath: path] + accelerators * accelerator[keyPath: path]))
    }
    return EcoLogitsImpacts.Making(
      carbonKilograms: part(\.carbonKilograms), antimonyKilograms: part(\.antimonyKilograms),
      primaryEnergyMegajoules: part(\.primaryEnergyMegajoules))
  }
}

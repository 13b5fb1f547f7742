import Accounting
import Estimation
public import Methods
public import Quantities

/// What is known of one option, each figure with its explanation or the reason why there is none.
public struct OptionFigures: Hashable, Sendable {
  /// IT energy: the machine's.
  public var machineEnergy: Finding<Energy>
  /// Electricity with the site's overhead; the machine's alone where no overhead was stated.
  public var energy: Finding<Energy>
  /// Total over IT energy of the site; nothing where the option was stated altogether.
  public var pue: Finding<Ratio>
  /// The grid's carbon intensity.
  public var intensity: Finding<CarbonIntensity>
  /// Carbon of the electricity.
  public var use: Finding<Carbon>
  /// The share of the machines' making.
  public var making: Finding<Carbon>
  /// Both.
  public var useAndMaking: Finding<Carbon>
  /// Water on the site.
  public var waterOnSite: Finding<Water>
  /// Water at the power plants.
  public var waterAtPlants: Finding<Water>
  /// Both.
  public var water: Finding<Water>
  /// Cost of the electricity.
  public var cost: Finding<Ratio>
  /// Time from asking to the last byte.
  public var latency: Finding<Span>
  /// Share of right answers.
  public var quality: Finding<Ratio>

  /// The figures of a footprint.
  init(_ work: WorkFootprint, at site: Site, quality: Finding<Ratio>) {
    machineEnergy = .figure(work.energy)
    energy = .figure(work.facilityEnergy.figure)
    pue = site.pue
    intensity = site.intensity
    use = work.carbon
    making = work.embodied
    useAndMaking = work.totalCarbon
    waterOnSite = work.water.onSite
    waterAtPlants = work.water.offSite
    water = work.water.total
    cost = work.cost
    latency = work.duration
    self.quality = quality
  }

  /// The figures of an option that the user states altogether.
  init(_ row: DeclaredRow) {
    let unstated = Unknown("nobody stated it for '\(row.name)'")
    func stated<Q: Quantity>(_ measure: Measure, _ label: String, as _: Q.Type) -> Finding<Q> {
      guard let amount = row.amounts[measure] else { return .unknown(unstated) }
      return .figure(
        DeclaredValue.figure("\(label), \(row.name)", Q(baseValue: amount), note: "stated by the user with --row"))
    }
    machineEnergy = .unknown(unstated)
    energy = stated(.energy, "electricity", as: Energy.self)
    pue = .unknown(unstated)
    intensity = .unknown(unstated)
    use = stated(.carbon, "carbon", as: Carbon.self)
    making = .unknown(unstated)
    useAndMaking = use
    waterOnSite = .unknown(unstated)
    water = stated(.water, "water", as: Water.self)
    waterAtPlants = water
    cost = stated(.cost, "cost", as: Ratio.self)
    latency = stated(.latency, "time", as: Span.self)
    quality = stated(.quality, "quality", as: Ratio.self)
  }

  /// The same figures with some of the uncertain things under other names.
  ///
  /// Two options cancel what they share by its name, so what they only seem to share must have two.
  func renaming(_ rename: (UncertaintySource) -> UncertaintySource) -> OptionFigures {
    var copy = self
    copy.machineEnergy = machineEnergy.map { $0.renaming(rename) }
    copy.energy = energy.map { $0.renaming(rename) }
    copy.intensity = intensity.map { $0.renaming(rename) }
    copy.use = use.map { $0.renaming(rename) }
    copy.making = making.map { $0.renaming(rename) }
    copy.useAndMaking = useAndMaking.map { $0.renaming(rename) }
    copy.waterOnSite = waterOnSite.map { $0.renaming(rename) }
    copy.waterAtPlants = waterAtPlants.map { $0.renaming(rename) }
    copy.water = water.map { $0.renaming(rename) }
    copy.cost = cost.map { $0.renaming(rename) }
    copy.latency = latency.map { $0.renaming(rename) }
    return copy
  }
}

extension Figure {
  /// The figure with some of the uncertain things that it rests on under other names.
  func renaming(_ rename: (UncertaintySource) -> UncertaintySource) -> Figure {
    var deviations: [UncertaintySource: Deviation] = [:]
    for (source, deviation) in estimate.deviations { deviations[rename(source)] = deviation }
    return Figure(
      receipt.label,
      Estimate(estimate.value, origin: estimate.origin, method: estimate.method, deviations: deviations),
      inputs: receipt.inputs, source: receipt.source, note: receipt.note)
  }
}

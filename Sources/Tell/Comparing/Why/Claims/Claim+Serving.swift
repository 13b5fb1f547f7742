import Accounting
public import Estimation
public import Factors
import Methods
import Quantities

extension Claim {
  /// A request to a text model as Dimmer estimates it, as a claim that can be run again with other numbers.
  ///
  /// Its energy is that of the site where a PUE is stated, else that of the machine; its carbon is that of use and
  /// making, of which it states the part.
  ///
  /// - Throws: what the estimator throws for work that cannot be.
  public init(estimating work: TextWork, at site: Site, from tables: FactorTables, id: String) throws {
    let answer = try TextEstimator(tables).footprint(of: work, at: site)
    self.init(id, label: answer.work.label, amounts: Claim.amounts(of: answer.work))
    name = "Dimmer's estimate"
    unit = .reply
    model = work.model.name
    hardware = answer.energy.machine.kind.name
    energyBoundary = site.pue.figure == nil ? .node : .facility
    carbonBoundary = energyBoundary
    countsIdle = work.utilisation != nil
    carbonScope = amounts[.carbon] == nil ? nil : .withEmbodied
    waterScope = amounts[.water] == nil ? nil : .withPlants
    basis = amounts[.carbon] == nil ? nil : .location
    factors[.node] = answer.energy.nodeFactor.receipt
    factors[.batch] = answer.energy.batch?.receipt
    factors[.outputTokens] = answer.energy.outputTokens?.receipt
    factors[.inputTokens] = answer.energy.inputTokens?.receipt
    factors[.activeParameters] = work.model.activeBillions.receipt
    factors[.parameters] = work.model.totalBillions.receipt
    factors[.pue] = site.pue.figure?.receipt
    factors[.intensity] = site.intensity.figure?.receipt
    if let whole = amounts[.carbon]?.value, let made = answer.work.embodied.figure {
      embodiedShare = .stated(
        "part of making", made.value.grams / whole, source: nil, note: "embodied over all carbon of \(id)")
    }
    let taken = Set(factors.keys).subtracting(work.model.isRange ? [.activeParameters, .parameters] : [])
    formula = ClaimFormula("node-energy@1", tool: "Dimmer", factors: taken) { replaced, quantity in
      let (changed, place) = Claim.changed(work, at: site, replaced)
      guard let changed, let answer = try? TextEstimator(tables).footprint(of: changed, at: place) else { return nil }
      return Claim.amounts(of: answer.work)[quantity]?.value
    }
  }

  private static func amounts(of work: WorkFootprint) -> [ClaimQuantity: Receipt] {
    var amounts: [ClaimQuantity: Receipt] = [:]
    amounts[.energy] = work.facilityEnergy.figure.receipt
    amounts[.carbon] = work.totalCarbon.figure?.receipt
    amounts[.water] = work.water.total.figure?.receipt
    return amounts
  }

  /// The work and its site with some numbers replaced; no work where they do not make a model.
  private static func changed(
    _ work: TextWork, at site: Site, _ replaced: [ClaimFactor: Double]
  ) -> (work: TextWork?, site: Site) {
    var (work, site) = (work, site)
    for (factor, value) in replaced {
      switch factor {
      case .outputTokens: (work.outputTokens, work.reasoningTokens) = (value, 0)
      case .inputTokens: work.inputTokens = value
      case .batch: work.batch = value
      case .node: work.nodeFactor = value
      case .pue: site.pue = .figure(DeclaredValue.figure("PUE of the other claim", Ratio(value)))
      case .intensity:
        site.intensity = .figure(
          DeclaredValue.figure("grid intensity of the other claim", CarbonIntensity.gramsPerKilowattHour(value)))
      default: break
      }
    }
    guard replaced[.parameters] != nil || replaced[.activeParameters] != nil else { return (work, site) }
    let total = replaced[.parameters] ?? work.model.totalBillions.value.value
    let active = replaced[.activeParameters] ?? work.model.activeBillions.value.value
    let precision = WeightPrecision.allCases.first { $0.bits == work.model.weightBits.value.value }
    guard let precision,
      let model = try? ServedModel(
        named: work.model.name, billions: total...total, activeBillions: active...active, precision: precision)
    else { return (nil, site) }
    work.model = model
    return (work, site)
  }
}

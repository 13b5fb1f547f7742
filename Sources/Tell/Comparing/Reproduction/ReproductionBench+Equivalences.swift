import Accounting
import Estimation
import Factors
import Methods
import Quantities

/// Published everyday comparisons by Dimmer's methods.
extension ReproductionBench {
  func equivalences() throws -> [ReproducedRow] {
    try bars() + factors() + rest()
  }

  /// The AI Index's bars beside training runs, and one of the runs in flights.
  private func bars() throws -> [ReproducedRow] {
    func bar(_ name: String, _ what: String) throws -> ReproducedRow {
      row(
        "aiindex-\(name)", .equivalences, what, published: try printed("aiindex-\(name)", as: Carbon.self),
        computed: try printed("strubell-\(name)-pounds"), within: 0.02, own: false,
        how: "Strubell's pounds at 0.45359237 kg",
        remark: "The bar is the pounds divided by 2000: short tons beside metric tonnes, a tenth too high.")
    }
    let run = try tables.published.training("aiindex-gpt3")
    let whole = try tables.published.training("gpt3")
    let flight: Figure<Carbon> = try printed("strubell-flight-pounds")
    let charted = ratio(
      "GPT-3 in flights, as charted", try run.carbonFigure.get(), try printed("aiindex-flight"))
    return [
      try bar("flight", "carbon of a passenger, New York to San Francisco and back"),
      try bar("human", "carbon of a human in a year"), try bar("car", "carbon of a car in its life"),
      row(
        "aiindex-gpt3-flights", .equivalences, "training GPT-3 in passengers' flights", published: charted,
        computed: ratio("GPT-3 in flights", try whole.carbonFigure.get(), flight), within: 0.05, own: false,
        how: "552.1 t / 0.900 t",
        remark:
          "The chart's 502 t leave out the site's overhead (552 / 1.1), and its flight is in short tons: both make "
          + "the number smaller."),
    ]
  }

  /// Factors that can be worked out from what is printed with them.
  private func factors() throws -> [ReproducedRow] {
    let mile = try factor("car-mile-us", as: Carbon.self)
    let electric = try factor("electric-car-mile", as: Energy.self)
    let flight = try factor("flight-zurich-san-francisco", as: Carbon.self)
    let charge = try factor("phone-charge-carbon", as: Carbon.self)
    let energy = try factor("phone-charge-energy", as: Energy.self)
    let one = Figure(
      "one kilowatt-hour", Estimate<Energy>.exact(.kilowattHours(1), origin: .declared, method: "declared-value@1"),
      note: "The unit in which a mile is counted.")
    let perMile = Figure(
      "energy of a mile",
      Estimate<Energy>.combining(
        one.estimate, try printed("doe-miles-per-kwh", as: Ratio.self).estimate, method: "ratio@1", /),
      inputs: [one.receipt, try printed("doe-miles-per-kwh", as: Ratio.self).receipt])
    let perCarMile: Figure<Carbon> = CycleCost.amortised(
      try printed("epa-vehicle-year"), over: try printed("epa-vehicle-miles"))
    return [
      row(
        "car-mile-us", .equivalences, "carbon of a mile in a US car", published: mile, computed: perCarMile,
        within: 0.01,
        own: true, how: "4290 kg a year / 10 917 miles a year"),
      row(
        "electric-car-mile", .equivalences, "energy of a mile in an electric car", published: electric,
        computed: perMile, within: 0.001, own: true, how: "1 / 3.60 miles a kWh"),
      row(
        "flight-zurich-san-francisco", .equivalences, "an economy seat, Zurich to San Francisco", published: flight,
        computed: FlightSeat.economy(
          fuelKilograms: try printed("tim-fuel"), cargoShare: try printed("tim-cargo"),
          equivalentSeats: try printed("tim-seats"), loadFactor: try printed("tim-load")), within: 0.001, own: true,
        how: "56 440 kg of fuel x 3.8359 x (1 - 0.08) / 411.5 seats / 0.845"),
      row(
        "phone-charge-carbon", .equivalences, "carbon of charging a phone", published: charge,
        computed: OperationalCarbon.carbon(
          of: FacilityEnergy(meteredAtFacility: energy),
          at: try tables.regions.intensity(of: "US", year: 2024, for: .wholeYear)), within: 0.1, own: false,
        how: "0.012 kWh a charge x the US grid of 2024",
        remark:
          "The two factors are of different editions: 12.4 g is the EPA's of 2024, 0.012 kWh its energy of a charge "
          + "until 2023. Together they would be a grid of 1033 g/kWh, so one of them must not be turned into the other."
      ),
    ]
  }

  /// What a source prints as a factor alone.
  private func rest() throws -> [ReproducedRow] {
    let known = try factors().map(\.id)
    return tables.equivalences.entries.filter { !known.contains($0.id) }.map { entry in
      let (value, unit) =
        switch entry.amount {
        case .energy(let energy): (energy.joules, Energy.baseUnit)
        case .carbon(let carbon): (carbon.grams, Carbon.baseUnit)
        }
      return row(
        entry.id, .equivalences, "one of the \(entry.activity)",
        published: Receipt(
          label: entry.activity, value: value, low: value, high: value, unit: unit, origin: .published,
          method: PublishedFactor.method, source: entry.source),
        because: "The source prints the factor alone, without what it is made of.")
    }
  }

  private func factor<Q: Quantity>(_ id: String, as _: Q.Type) throws -> Figure<Q> {
    let entry = try tables.equivalences.entry(id)
    let value =
      switch entry.amount {
      case .energy(let energy): energy.joules
      case .carbon(let carbon): carbon.grams
      }
    return PublishedFactor.figure(
      "one of the \(entry.activity)", Q(baseValue: value), uncertainty: "equivalence:\(id)", source: entry.source)
  }
}

public import Methods
public import Quantities

/// The time that an intensity is going to be used for.
public enum IntensityUse: Hashable, Sendable {
  /// Work spread over about a whole year, for which the yearly average is a fair mean.
  case wholeYear
  /// Work of some minutes to weeks: the grid may then be far from its yearly average, and the interval says so.
  case shorter
}

extension RegionTable {
  /// The yearly average grid intensity of a place: life cycle, location-based.
  ///
  /// Two figures of one place and year rest on the same uncertain things, so these cancel in a comparison.
  ///
  /// - Parameters:
  ///   - name: as in ``region(_:)``.
  ///   - year: a certain year; without one the newest, which the receipt names.
  ///   - use: how long the work lasts that it will be multiplied with.
  /// - Throws: ``FactorError`` for an unknown place (with near names), an unknown year (with those there are) and a
  ///   value that is not usable.
  public func intensity(
    of name: String, year: Int? = nil, for use: IntensityUse = .shorter
  ) throws(FactorError) -> Figure<CarbonIntensity> {
    switch try place(name) {
    case .cloud(let entry): try cloudIntensity(entry, year: year, use)
    case .entry(let entry, let zone): try yearlyIntensity(entry, zone: zone, year: year, use)
    }
  }

  /// The same, or why it is not known where the table has no usable value of the place.
  ///
  /// - Throws: ``FactorError`` for an unknown place (with near names) and an unknown year (with those there are).
  public func knownIntensity(
    of name: String, year: Int? = nil, for use: IntensityUse = .shorter
  ) throws(FactorError) -> Finding<CarbonIntensity> {
    do throws(FactorError) {
      return .figure(try intensity(of: name, year: year, for: use))
    } catch {
      guard case .noValue = error else { throw error }
      return .unknown(error.description)
    }
  }

  /// Water consumed at the power plants per generated energy (EWIF), or why it is not known.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)`` for an unknown place.
  public func waterIntensity(of name: String) throws(FactorError) -> Finding<WaterIntensity> {
    guard case .entry(let entry, let zone) = try place(name) else {
      return .unknown(
        "no table holds the power plants' water use for the cloud region \(name); name its country instead")
    }
    guard let water = entry.water else {
      return .unknown("no table holds the power plants' own water use for \(entry.region.name)")
    }
    let note = "Consumption, not withdrawal; reservoirs' evaporation is charged to power."
    return .figure(
      PublishedFactor.figure(
        "water per generated energy, \(entry.region.name)",
        WaterIntensity.litresPerKilowattHour(water.litresPerKilowattHour), relative: DefaultBounds.water,
        uncertainty: "water-per-energy:\(entry.region.code)", source: water.source,
        note: zone.map { "\(note) The country's figure stands in for the zone \($0.code)." } ?? note))
  }

  private func yearlyIntensity(
    _ entry: RegionEntry, zone: FactorRegion?, year: Int?, _ use: IntensityUse
  ) throws(FactorError) -> Figure<CarbonIntensity> {
    let place = entry.region
    guard let row = year.map({ year in entry.years.first { $0.year == year } }) ?? entry.years.first else {
      throw .unknownYear(year ?? 0, of: place.name, available: entry.years.map(\.year))
    }
    guard let grams = row.gramsPerKilowattHour else {
      throw .noValue(of: "\(place.name) in \(row.year)", reason: row.note ?? "the table has none")
    }
    var deviations: [UncertaintySource: Deviation] = [
      "grid-year:\(place.code):\(row.year)": deviation(of: grams, DefaultBounds.yearlyIntensity)
    ]
    var notes = ["Average of the year \(row.year), life cycle, location-based."]
    if let zone {
      deviations["zone-in-country:\(zone.code)"] = deviation(of: grams, DefaultBounds.hourOfYear)
      notes.append("The yearly figure of \(place.name) stands in for the zone \(zone.code).")
    }
    if use == .shorter {
      deviations["hour-of-year:\(zone?.code ?? place.code)"] = deviation(of: grams, DefaultBounds.hourOfYear)
      notes.append("The hours of the work itself may lie far from it.")
    }
    if let note = row.note { notes.append(note) }
    let estimate = Estimate(
      CarbonIntensity.gramsPerKilowattHour(grams), origin: .published, method: PublishedFactor.method,
      deviations: deviations)
    return Figure(
      "grid carbon intensity, \(zone?.name ?? place.name)", estimate, source: row.source,
      note: notes.joined(separator: " "))
  }

  private func cloudIntensity(
    _ entry: CloudEntry, year: Int?, _ use: IntensityUse
  ) throws(FactorError) -> Figure<CarbonIntensity> {
    if let year, year != entry.source.year {
      throw .unknownYear(year, of: entry.region.code, available: entry.source.year.map { [$0] } ?? [])
    }
    guard let grams = entry.gramsPerKilowattHour else {
      throw .noValue(of: entry.region.code, reason: entry.note ?? "the table has none")
    }
    var deviations = [
      "grid-cloud:\(entry.region.code)": deviation(of: grams, DefaultBounds.undatedIntensity)
    ]
    if use == .shorter {
      deviations["hour-of-year:\(entry.region.code)"] = deviation(of: grams, DefaultBounds.hourOfYear)
    }
    let estimate = Estimate(
      CarbonIntensity.gramsPerKilowattHour(grams), origin: .published, method: PublishedFactor.method,
      deviations: deviations)
    return Figure(
      "grid carbon intensity, \(entry.region.name)", estimate, source: entry.source,
      note: "Yearly average, location-based; the source states neither its year nor whether it is direct or life cycle."
    )
  }

  private func deviation(of value: Double, _ relative: ClosedRange<Double>) -> Deviation {
    Deviation(atLow: value * relative.lowerBound, atHigh: value * relative.upperBound)
  }
}

import Accounting
import Estimation
import Factors
import Methods
import Quantities

/// The sites of a board's options: a place's grid at a time, and what was stated of all of them.
struct BoardSites {
  private let query: BoardQuery
  private let signals: [BoardSlot: Finding<CarbonIntensity>]
  private let tables: FactorTables

  init(_ query: BoardQuery, signals: [BoardSlot: Finding<CarbonIntensity>], tables: FactorTables) {
    self.query = query
    self.signals = signals
    self.tables = tables
  }

  /// Where an option's work is done.
  ///
  /// - Throws: ``FactorError`` for an unknown place, year or operator.
  func site(of choice: BoardChoice) throws(FactorError) -> Site {
    var site: Site
    if let region = choice.region {
      site = try Site(region: region, year: query.year, for: .shorter, from: tables.regions)
      if let signal = signals[BoardSlot(region: region, time: choice.time)] { site.intensity = signal }
    } else {
      site = Site(name: "unstated site")
    }
    if let pue = query.pue {
      if let stated = Double(pue) {
        site.pue = .figure(DeclaredValue.figure("PUE, as stated", Ratio(stated), note: "stated by the user with --pue"))
      } else {
        site.pue = .figure(try tables.facilities.pue(of: pue))
      }
    }
    if let wue = query.wue {
      site.onSiteWater = .figure(
        DeclaredValue.figure(
          "WUE, as stated", WaterIntensity.litresPerKilowattHour(wue), note: "stated by the user with --wue"))
    }
    if let price = query.price {
      site.price = .figure(
        DeclaredValue.figure(
          "price of electricity in \(query.currency) per kWh", Ratio(price), note: "stated by the user with --price"))
    }
    site.currency = query.currency
    return site
  }

  /// Places as people call them.
  var placeNames: [String: String] {
    var names: [String: String] = [:]
    for region in query.regions { names[region] = (try? tables.regions.region(region))?.name }
    return names
  }

  /// What a reader must know of places and times.
  var statements: [String] {
    var statements: [String] = []
    if query.regions.isEmpty, !query.models.isEmpty || !query.aliases.isEmpty {
      statements.append(
        "No place was named, so carbon and the power plants' water are not known; name one with --region.")
    }
    let blind = Set(query.slots.filter { signals[$0] == nil }.map(\.region)).sorted()
    if !blind.isEmpty {
      statements.append(
        "For \(blind.joined(separator: ", ")) no signal of the grid is at hand, only the yearly average: hours there "
          + "cannot be compared. Give one with --series, or a configuration with 'grid' (--config).")
    }
    return statements
  }
}

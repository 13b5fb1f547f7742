import Accounting
import ArgumentParser
import Estimation
import Factors
import Methods
import Quantities

/// Where estimated work is done: `--region --year --pue --wue --price --currency`.
struct SiteOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where: a country, a zone or a cloud region (DE, US-CAL-CISO, aws:us-east-1, World); without it no carbon.",
      valueName: "PLACE"))
  var region: String?

  @Option(help: ArgumentHelp("Year of the grid's average; the newest without it.", valueName: "YEAR"))
  var year: Int?

  @Option(
    help: ArgumentHelp(
      "Total over IT energy of the site, 1 to 10, or an operator whose PUE is published (AWS, unknown).",
      valueName: "PUE"))
  var pue: String?

  @Option(help: ArgumentHelp("Water on the site in litres per kWh of IT energy, 0 to 100.", valueName: "L/kWh"))
  var wue: Double?

  @Option(help: ArgumentHelp("Price of a kilowatt-hour, in --currency.", valueName: "PRICE"))
  var price: Double?

  @Option(help: ArgumentHelp("ISO 4217 code of --price.", valueName: "CODE"))
  var currency = "USD"

  func validate() throws {
    if year != nil, region == nil { throw ValidationError("--year needs --region, whose grid it is the year of") }
    if let stated = pue.flatMap(Double.init), !(1...10).contains(stated) {
      throw ValidationError("--pue \(pue ?? "") is out of range: a PUE is total over IT energy, from 1 to 10")
    }
    if let wue, !(0...100).contains(wue) {
      throw ValidationError("--wue \(wue) is out of range: litres on the site per kWh of IT energy, from 0 to 100")
    }
    if let price, !(0...1000).contains(price) {
      throw ValidationError("--price \(price) is out of range: \(currency) per kWh, from 0 to 1000")
    }
    guard currency.count == 3, currency.allSatisfy({ $0.isASCII && $0.isUppercase }) else {
      throw ValidationError("--currency '\(currency)' is no ISO 4217 code, which has three capitals: EUR")
    }
  }

  /// The site that was described; what was left out is unknown and says how to state it.
  ///
  /// - Parameter use: how long the work lasts, see ``IntensityUse``.
  /// - Throws: ``Factors/FactorError`` for an unknown region, year or operator, with near names.
  func site(for use: IntensityUse = .shorter) throws -> Site {
    let tables = try FactorTables.embedded()
    var site =
      try region.map { try Site(region: $0, year: year, for: use, from: tables.regions) } ?? Site(name: "unstated site")
    if let pue {
      if let stated = Double(pue) {
        site.pue = .figure(DeclaredValue.figure("PUE, as stated", Ratio(stated), note: "stated by the user with --pue"))
      } else {
        site.pue = .figure(try tables.facilities.pue(of: pue))
      }
    }
    if let wue {
      site.onSiteWater = .figure(
        DeclaredValue.figure(
          "WUE, as stated", WaterIntensity.litresPerKilowattHour(wue), note: "stated by the user with --wue"))
    }
    if let price {
      site.price = .figure(
        DeclaredValue.figure(
          "price of electricity in \(currency) per kWh", Ratio(price), note: "stated by the user with --price"))
    }
    site.currency = currency
    return site
  }
}

public import Accounting
public import Factors
public import Methods
public import Quantities

/// Where work is done: the grid, the building's overhead and water, and what electricity costs there.
///
/// What nobody stated is unknown with its reason, and stays unknown in every figure that needs it.
public struct Site: Hashable, Sendable {
  /// The place's name, for people.
  public var name: String
  /// The grid's carbon intensity.
  public var intensity: Finding<CarbonIntensity>
  /// Total over IT energy.
  public var pue: Finding<Ratio>
  /// Litres on the site per kWh of IT energy (WUE).
  public var onSiteWater: Finding<WaterIntensity>
  /// Litres at the power plants per kWh (EWIF).
  public var offSiteWater: Finding<WaterIntensity>
  /// Price of a kilowatt-hour, in ``currency``.
  public var price: Finding<Ratio>
  /// ISO 4217 code of ``price``.
  public var currency: String

  /// A site of which nothing is known but what is given.
  public init(
    name: String, intensity: Finding<CarbonIntensity> = .unknown(RunFootprint.noRegion),
    pue: Finding<Ratio> = .unknown(RunFootprint.noPUE),
    onSiteWater: Finding<WaterIntensity> = .unknown(RunFootprint.noOnSiteWater),
    offSiteWater: Finding<WaterIntensity> = .unknown(RunFootprint.noRegion),
    price: Finding<Ratio> = .unknown(Site.noPrice), currency: String = "USD"
  ) {
    self.name = name
    self.intensity = intensity
    self.pue = pue
    self.onSiteWater = onSiteWater
    self.offSiteWater = offSiteWater
    self.price = price
    self.currency = currency
  }

  /// The site with the published figures of a named region.
  ///
  /// - Parameters:
  ///   - region: as in ``Factors/RegionTable/region(_:)``: `DE`, `US-CAL-CISO`, `aws:us-east-1`, `Germany`, `World`.
  ///   - year: a certain year; without one the newest, which the receipt names.
  ///   - use: how long the work lasts.
  /// - Throws: ``Factors/FactorError`` for an unknown region (with near names) or year.
  public init(
    region: String, year: Int? = nil, for use: IntensityUse = .wholeYear, from tables: RegionTable
  ) throws(FactorError) {
    self.init(name: region)
    intensity = try tables.knownIntensity(of: region, year: year, for: use)
    offSiteWater = try tables.waterIntensity(of: region)
  }

  /// Why no cost is known when no price was stated.
  public static let noPrice = Unknown("no price of electricity was given; state one with --price, in USD per kWh")
}

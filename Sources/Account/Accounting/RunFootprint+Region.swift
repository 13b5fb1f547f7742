public import Factors
public import Methods
import Quantities

extension RunFootprint.Inputs {
  /// Takes intensity and power plants' water from the published tables for a named region.
  ///
  /// - Parameters:
  ///   - region: as in ``Factors/RegionTable/region(_:)``: `DE`, `US-CAL-CISO`, `aws:us-east-1`, `Germany`.
  ///   - year: a certain year; without one the newest, which the receipt names.
  /// - Throws: ``Factors/FactorError`` for an unknown region or year; a region without a usable figure leaves the
  ///   reason in ``intensity``.
  public mutating func take(
    region: String, year: Int? = nil, from tables: RegionTable
  ) throws(FactorError) {
    // A yearly average is only a fair mean for work of about a year.
    let use: IntensityUse = duration >= .years(0.9) ? .wholeYear : .shorter
    intensity = try tables.knownIntensity(of: region, year: year, for: use)
    offSiteWater = try tables.waterIntensity(of: region)
  }

  /// Takes a PUE that the user states.
  ///
  /// - Throws: ``Methods/Unknown`` when it is below 1 or not finite, which no site can have.
  public mutating func take(statedPUE value: Double) throws(Unknown) {
    guard value.isFinite, (1...100).contains(value) else {
      throw Unknown("a PUE is total over IT energy and at least 1; \(Decimals.significant(value, digits: 3)) is not")
    }
    pue = .figure(DeclaredValue.figure("PUE, as stated", Ratio(value)))
  }

  /// Takes embodied carbon from the server model for what is visible of the machine.
  ///
  /// - Throws: ``Factors/FactorError`` when the tables lack a coefficient.
  public mutating func take(machine: Machine, from tables: FactorTables) throws(FactorError) {
    self.machine = .success(try MachineCarbon(tables).account(of: machine))
  }
}

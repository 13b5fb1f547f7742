public import Methods
import Quantities

/// Carbon intensity at a facility: the grid's, times the PUE of the hour's weather. Method `facility-intensity@1`.
///
///     facility intensity = grid intensity x PUE(wet bulb)      in g per kWh of computing
///
/// It is a kind of its own (``SignalKind/atFacility``), so that nothing multiplies it by a PUE again, and windows are
/// looked for on it like on any series. Where the weather is not known it has a gap.
public enum FacilityIntensity {
  /// The intensity at a facility.
  ///
  /// - Parameters:
  ///   - grid: a carbon intensity of the grid.
  ///   - wetBulb: the wet bulb of the place, under the same region's name.
  /// - Throws: ``WeatherError`` when one of them is something else.
  public static func series(grid: Series, wetBulb: Series, curve: PUECurve) throws(WeatherError) -> Series {
    guard let kind = grid.kind.atFacility else { throw .noIntensity(grid.kind) }
    guard wetBulb.kind == .wetBulb else { throw .wrongKind(wetBulb.kind, expected: .wetBulb) }
    let slots = try grid.pairs(with: wetBulb).map { pair in
      let pue = curve.range(at: pair.other.value)
      let hasRange = pair.own.low != nil || pair.own.high != nil || curve.spread > 0
      let value = pair.own.value * curve.pue(at: pair.other.value)
      let low = pair.own.low ?? pair.own.value
      let high = pair.own.high ?? pair.own.value
      return Slot(
        pair.validity, value: value,
        low: hasRange ? min(value, low * pue.lowerBound, low * pue.upperBound) : nil,
        high: hasRange ? max(value, high * pue.upperBound, high * pue.lowerBound) : nil,
        issuedAt: pair.issuedAt, isEstimated: pair.isEstimated)
    }
    let hours = slots.reduce(0) { $0 + $1.validity.milliseconds }
    let asked = grid.slots.reduce(0) { $0 + $1.validity.milliseconds }
    let share = asked > 0 ? 100 * Double(hours) / Double(asked) : 0
    return Series(
      region: grid.region, kind: kind, unit: grid.unit, provider: GridMethods.facilityIntensity.description,
      source: grid.source,
      receipt: Receipt(
        label: "\(kind.label), \(grid.region)", value: nil, unit: grid.unit,
        origin: curve.origin == .assumed ? .assumed : .modelled, method: GridMethods.facilityIntensity,
        source: grid.source,
        note: "\(grid.provider)'s intensity times PUE by wet bulb; the weather is known for "
          + "\(Decimals.significant(share, digits: 3)) % of the time",
        inputs: [grid.receipt, wetBulb.receipt, curve.receipt].compactMap { $0 }),
      checked: ArraySlice(slots), isIssuedInOrder: Series.isIssuedInOrder(slots))
  }

  /// The same from what had been issued by a moment, for plans.
  ///
  /// - Throws: ``WeatherError`` as for whole series.
  public static func series(
    grid: IssuedSeries, wetBulb: IssuedSeries, curve: PUECurve
  ) throws(WeatherError) -> IssuedSeries {
    try series(grid: grid.series, wetBulb: wetBulb.series, curve: curve).asIssued(by: max(grid.moment, wetBulb.moment))
  }
}

extension PUECurve {
  /// What stands behind the curve.
  public var receipt: Receipt {
    let bends = points.map {
      "\(Decimals.significant($0.pue, digits: 4)) at \(Decimals.significant($0.wetBulbCelsius, digits: 4)) °C"
    }.joined(separator: ", ")
    let beyond = slopeBeyond > 0 ? ", then \(Decimals.significant(slopeBeyond, digits: 3)) more per °C" : ""
    return Receipt(
      label: "PUE by wet bulb", value: nil, unit: Ratio.baseUnit, origin: origin, method: GridMethods.pueWetBulb,
      source: source,
      note: "\(bends)\(beyond); the rise may be off by \(Decimals.significant(spread * 100, digits: 3)) %")
  }
}

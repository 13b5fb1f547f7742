import Grid
import Methods
import Quantities
import Service

/// Weather as what it costs in cooling.
enum Cooling {
  /// `1.1`, or `1.1,0.02,15`.
  static func curve(_ text: String) throws -> PUECurve {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Double($0) }
    guard numbers.count == parts.count, [1, 3].contains(numbers.count) else {
      throw Failure(.usage, "--pue '\(text)' must be BASE or BASE,SLOPE,ABOVE, for example 1.1 or 1.1,0.02,15")
    }
    guard numbers.count == 3 else { return try PUECurve.assumed(base: numbers[0]) }
    return try PUECurve(
      base: numbers[0], slope: numbers[1], above: numbers[2], origin: .declared, source: Source("--pue \(text)"))
  }

  /// The intensity at the facility, with the weather of the same file.
  static func facility(_ grid: Series, _ curve: PUECurve, path: String) throws -> Series {
    let file = try SeriesFile(try Files.read(path), name: path)
    if let name = file.columns.first(where: { $0.lowercased().hasSuffix("wet_bulb_c") }) {
      return try FacilityIntensity.series(
        grid: grid, wetBulb: try file.series(column: name, region: grid.region, kind: .wetBulb), curve: curve)
    }
    guard let temperature = file.columns.first(where: { $0.lowercased().hasSuffix("temp_c") }),
      let humidity = file.columns.first(where: { $0.lowercased().hasSuffix("rh_pct") })
    else { throw Failure(.data, "\(path) has neither wet_bulb_c nor temp_c and rh_pct, which --pue needs") }
    let wetBulb = try WetBulb.series(
      temperature: try file.series(column: temperature, region: grid.region),
      relativeHumidity: try file.series(column: humidity, region: grid.region))
    return try FacilityIntensity.series(grid: grid, wetBulb: wetBulb, curve: curve)
  }

  /// The same with the weather that is expected at the place.
  static func facility(_ grid: Series, _ curve: PUECurve, _ desk: GridDesk) async throws -> Series {
    guard let extent = grid.extent else { return grid }
    let weather = await desk.forecast(grid.region, .wetBulb, over: extent)
    guard let wetBulb = weather.series else {
      throw Failure(.unavailable, "the weather of \(grid.region) is not known, which --pue needs: \(weather.reason)")
    }
    return try FacilityIntensity.series(grid: grid, wetBulb: wetBulb, curve: curve)
  }
}

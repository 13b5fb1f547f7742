import Foundation
import Grid
import Methods
import Quantities
import Testing

@Suite("Weather into energy") struct WeatherTests {
  static let start = at("2023-07-01")

  /// R. Stull, "Wet-bulb temperature from relative humidity and air temperature", J. Appl. Meteor. Climatol. 50 (2011):
  /// a fit that states its own error, -1.0 to +0.65 °C, for 5 to 99 % and -20 to 50 °C without the cold and dry corner.
  static func stull(_ celsius: Double, _ humidity: Double) -> Double {
    celsius * atan(0.151977 * (humidity + 8.313659).squareRoot()) + atan(celsius + humidity) - atan(humidity - 1.676331)
      + 0.00391838 * pow(humidity, 1.5) * atan(0.023101 * humidity) - 4.686035
  }

  @Test("the wet bulb follows Stull's fit within the error that it states up to 35 °C, and within 1 °C up to 50")
  func stull() throws {
    for celsius in stride(from: -10.0, through: 50, by: 2.5) {
      for humidity in stride(from: celsius < 10 ? 40.0 : 10, through: 99, by: 5) {
        let ours = try #require(WetBulb.celsius(temperature: celsius, relativeHumidity: humidity))
        let difference = Self.stull(celsius, humidity) - ours
        #expect(
          difference > -1 && difference < (celsius <= 35 ? 0.65 : 1), "\(celsius) °C, \(humidity) %: \(difference)")
      }
    }
    // Stull's own example: 20 °C and 50 % make 13.7 °C.
    #expect(abs(try #require(WetBulb.celsius(temperature: 20, relativeHumidity: 50)) - 13.7) < 0.15)
  }

  @Test("the wet bulb is the temperature itself in saturated air, falls with drier air, and with height")
  func physics() throws {
    for celsius in stride(from: -40.0, through: 60, by: 10) {
      let saturated = try #require(WetBulb.celsius(temperature: celsius, relativeHumidity: 100))
      #expect(abs(saturated - celsius) < 1e-6)
      var previous = saturated
      for humidity in stride(from: 95.0, through: 0, by: -5) {
        let wetBulb = try #require(WetBulb.celsius(temperature: celsius, relativeHumidity: humidity))
        #expect(wetBulb < previous)
        previous = wetBulb
      }
    }
    let sea = try #require(WetBulb.celsius(temperature: 30, relativeHumidity: 30))
    let high = try #require(WetBulb.celsius(temperature: 30, relativeHumidity: 30, pressure: 800))
    #expect(high < sea)
  }

  @Test("a temperature or humidity that cannot be makes no wet bulb")
  func range() {
    #expect(WetBulb.celsius(temperature: 20, relativeHumidity: 101) == nil)
    #expect(WetBulb.celsius(temperature: 20, relativeHumidity: -1) == nil)
    #expect(WetBulb.celsius(temperature: 293, relativeHumidity: 50) == nil)
    #expect(WetBulb.celsius(temperature: .nan, relativeHumidity: 50) == nil)
    #expect(WetBulb.celsius(temperature: 20, relativeHumidity: 50, pressure: 10) == nil)
  }

  func weather(_ values: [Double?], _ kind: SignalKind) throws -> Series {
    try hourly(values, from: Self.start, kind: kind)
  }

  @Test("the wet bulb of a place has a value where temperature and humidity have, and says how it was made")
  func series() throws {
    let wetBulb = try WetBulb.series(
      temperature: weather([20, 20, nil, 20], .temperature),
      relativeHumidity: weather([100, 50, 50, nil], .relativeHumidity))
    #expect(wetBulb.kind == .wetBulb && wetBulb.unit == "°C" && wetBulb.slots.count == 2)
    #expect(abs(wetBulb.slots[0].value - 20) < 1e-6)
    #expect(wetBulb.receipt?.method == GridMethods.wetBulb)
    #expect(wetBulb.receipt?.note?.contains("2 of 3 intervals") == true)
    #expect(throws: WeatherError.wrongKind(.demand, expected: .relativeHumidity)) {
      try WetBulb.series(
        temperature: weather([20], .temperature), relativeHumidity: hourly([1], kind: .demand, unit: "MW"))
    }
  }

  @Test("PUE rises above its threshold, or follows a facility's own points and makes nothing up beyond them")
  func curve() throws {
    let line = try PUECurve(base: 1.2, slope: 0.01, above: 12, source: Source("test"))
    #expect(line.pue(at: -20) == 1.2 && line.pue(at: 12) == 1.2)
    #expect(isClose(line.pue(at: 22), 1.3))
    #expect(line.range(at: 22).lowerBound == line.range(at: 22).upperBound && line.origin == .declared)
    let own = try PUECurve(
      points: [.init(wetBulbCelsius: 20, pue: 1.4), .init(wetBulbCelsius: 0, pue: 1.2)], origin: .measured,
      source: Source("test"))
    #expect(isClose(own.pue(at: 5), 1.25) && own.pue(at: -30) == 1.2 && own.pue(at: 40) == 1.4)
    let assumed = try PUECurve.assumed(base: 1.2)
    #expect(assumed.origin == .assumed)
    #expect(isClose(assumed.range(at: 22).lowerBound, 1.2) && isClose(assumed.range(at: 22).upperBound, 1.4))
  }

  @Test("a PUE that cannot be is refused", arguments: [0.9, 6, .nan])
  func badCurve(pue: Double) {
    #expect(throws: WeatherError.self) { try PUECurve(base: pue, slope: 0, above: 0, source: Source("test")) }
    #expect(throws: WeatherError.self) {
      try PUECurve(points: [.init(wetBulbCelsius: 0, pue: pue)], source: Source("test"))
    }
  }

  @Test("points that make no curve are refused")
  func badPoints() {
    #expect(throws: WeatherError.self) { try PUECurve(points: [], source: Source("test")) }
    #expect(throws: WeatherError.self) {
      try PUECurve(
        points: [.init(wetBulbCelsius: 1, pue: 1.1), .init(wetBulbCelsius: 1, pue: 1.2)], source: Source("test"))
    }
    #expect(throws: WeatherError.self) { try PUECurve(base: 1.2, slope: -0.1, above: 0, source: Source("test")) }
    #expect(throws: WeatherError.self) {
      try PUECurve(base: 1.2, slope: 0, above: 0, spread: 2, source: Source("test"))
    }
  }

  @Test("at the facility a clean hot hour can be worse than a cool one: cooler enters as kWh")
  func facility() throws {
    let grid = try hourly([200, 196, 210, 200], from: Self.start)
    let wetBulb = try weather([12, 22, 12, nil], .wetBulb)
    let curve = try PUECurve(base: 1.2, slope: 0.01, above: 12, source: Source("test"))
    let facility = try FacilityIntensity.series(grid: grid, wetBulb: wetBulb, curve: curve)
    #expect(zip(facility.slots.map(\.value), [240, 254.8, 252]).allSatisfy { isClose($0, $1) })
    #expect(facility.slots.count == 3, "an hour without weather is a gap")
    #expect(facility.kind == .facilityLifecycle && !facility.kind.isCarbonIntensity)
    let plan = try WindowIndex(hindsight: facility).plan(
      WindowQuery(from: Self.start, within: .hours(3), duration: .hours(1)))
    #expect(plan.start == Self.start)
    #expect(
      try WindowIndex(hindsight: grid).plan(WindowQuery(from: Self.start, within: .hours(3), duration: .hours(1))).start
        == Self.start + .hours(1))
    #expect(facility.receipt?.method == GridMethods.facilityIntensity)
    #expect(facility.receipt?.inputs.last?.method == GridMethods.pueWetBulb)
    #expect(facility.receipt?.note?.contains("75 %") == true)
    // Twice a PUE is refused.
    #expect(throws: WeatherError.noIntensity(.facilityLifecycle)) {
      try FacilityIntensity.series(grid: facility, wetBulb: wetBulb, curve: curve)
    }
  }

  @Test("an assumed curve makes the interval wider, and the receipt says that it is assumed")
  func assumed() throws {
    let facility = try FacilityIntensity.series(
      grid: hourly([100], from: Self.start), wetBulb: weather([22], .wetBulb), curve: .assumed(base: 1.2))
    let slot = try #require(facility.slots.first)
    #expect(isClose(slot.value, 130) && isClose(slot.low, 120) && isClose(slot.high, 140))
    #expect(facility.receipt?.origin == .assumed)
  }

  @Test("a facility's intensity was issued when the later of its two halves was")
  func issues() throws {
    let grid = try hourly([100, 100], from: Self.start)
    let late = try weather([12, 12], .wetBulb).issued(after: .hours(1))
    let curve = try PUECurve(base: 1.5, slope: 0, above: 0, source: Source("test"))
    let now = Self.start + .hours(1)
    let known = try FacilityIntensity.series(
      grid: grid.asIssued(by: now), wetBulb: late.asIssued(by: now), curve: curve)
    #expect(known.moment == now && known.series.slots.count == 1)
    #expect(known.series.slots.first?.issuedAt == now)
  }

  @Test("columns of wet bulb and humidity are told by their names")
  func columns() throws {
    let file = try file("datetime_utc,wet_bulb_c,rh_pct\n2023-01-01T00:00Z,3,80\n2023-01-01T01:00Z,4,81\n")
    #expect(try file.series(column: "wet_bulb_c").kind == .wetBulb)
    #expect(try file.series(column: "rh_pct").kind == .relativeHumidity)
    #expect(try file.series(column: "rh_pct").unit == "%")
  }

  @Test("the methods give the typed functions' answers")
  func methods() throws {
    let registry = MethodRegistry(GridMethods.all)
    let wetBulb = try registry.method(named: "wet-bulb").calculate([
      "temperature_celsius": .number(20), "relative_humidity_percent": .number(50),
    ])
    #expect(
      wetBulb["wet_bulb_celsius"] == .number(try #require(WetBulb.celsius(temperature: 20, relativeHumidity: 50))))
    let pue = try registry.method(named: "pue-wet-bulb").calculate([
      "wet_bulb_celsius": .number(22), "base": .number(1.25), "slope_per_celsius": .number(0.0125),
      "threshold_celsius": .number(12),
    ])
    #expect(pue["pue"] == .number(1.375))
    let facility = try registry.method(named: "facility-intensity").calculate([
      "intensity_grams_per_kwh": .number(200), "pue": .number(1.5),
    ])
    #expect(facility["facility_grams_per_kwh"] == .number(300))
    let verdict = try registry.method(named: "saving-verdict").calculate([
      "saved": .number(50), "standard_error": .number(10),
    ])
    #expect(verdict["wait"] == .number(1) && verdict["low"] == .number(50 - 19.6))
  }
}

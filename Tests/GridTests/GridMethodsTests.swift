import Foundation
import Grid
import Methods
import Quantities
import Testing

@Suite("The grid's methods") struct GridMethodsTests {
  let registry = MethodRegistry(GridMethods.all)

  func run(_ name: String, _ inputs: [String: MethodValue]) throws -> [String: MethodValue] {
    try registry.method(named: name).calculate(inputs)
  }

  @Test("are in the registry, every one that a figure or a signal of this room names")
  func registered() {
    for id in [
      GridMethods.intensityByFuel, GridMethods.persistenceForecast, GridMethods.typicalDay, GridMethods.meanIntensity,
      Signal.takenAsPublished, GridMethods.bestWindow, GridMethods.savingVerdict, GridMethods.proxyAudit,
      GridMethods.wetBulb, GridMethods.pueWetBulb, GridMethods.facilityIntensity,
      GridMethods.hourOfWeekMean, GridMethods.ensembleForecast,
    ] { #expect(registry[id] != nil) }
    #expect(GridMethods.all.allSatisfy { !$0.summary.isEmpty && !$0.formula.isEmpty && !$0.outputs.isEmpty })
  }

  @Test("give the intensity of a mix, wider by the unknown share")
  func byFuel() throws {
    let result = try run(
      "intensity-by-fuel",
      [
        "generation_mwh": .numbers([80]), "factors_grams_per_kwh": .numbers([490]), "unknown_mwh": .number(20),
        "table_factors_grams_per_kwh": .numbers([11, 820]),
      ])
    #expect(result["intensity_grams_per_kwh"] == .number(490))
    #expect(result["unknown_share"] == .number(0.2))
    guard case .number(let low) = result["low_grams_per_kwh"], case .number(let high) = result["high_grams_per_kwh"]
    else {
      Issue.record("no interval")
      return
    }
    #expect(abs(low - 394.2) < 1e-9 && abs(high - 556) < 1e-9)
    #expect(throws: MethodError.self) {
      try run("intensity-by-fuel@1", ["generation_mwh": .numbers([1, 2]), "factors_grams_per_kwh": .numbers([1])])
    }
    #expect(throws: MethodError.self) {
      try run("intensity-by-fuel@1", ["generation_mwh": .numbers([0]), "factors_grams_per_kwh": .numbers([1])])
    }
  }

  @Test("give the forecast of the typed function")
  func persistence() throws {
    let values = (0..<24).map { 100 + Double($0) } + [120]
    let result = try run("persistence-forecast", ["hourly_values": .numbers(values), "lead_hours": .number(3)])
    guard case .number(let value) = result["value"] else {
      Issue.record("no value")
      return
    }
    #expect(abs(value - 103 * (1 + 0.2 * exp(-0.5))) < 1e-9)
    #expect(throws: MethodError.self) {
      try run("persistence-forecast", ["hourly_values": .numbers([1, 2]), "lead_hours": .number(1)])
    }
  }

  @Test("give the learned forecast with its range, and the mean of the hour of the week")
  func learned() throws {
    let values = madeUp(hours: 24 * 9)
    let inputs: [String: MethodValue] = ["hourly_values": .numbers(values), "lead_hours": .number(3)]
    let result = try run("ensemble-forecast", inputs)
    let series = try Series(
      region: .unstated, kind: .unstated, provider: "caller", source: Source("the caller"),
      slots: hourly(values, from: at("1970-01-01")).slots)
    let now = at("1970-01-10")
    let slot = try #require(
      EnsembleForecaster().forecast(from: series.asIssued(by: now), over: hour(now + .hours(2))).slots.first)
    #expect(result["value"] == slot.value.map(MethodValue.number))
    #expect(result["low"] == slot.low.map(MethodValue.number))
    #expect(result["high"] == slot.high.map(MethodValue.number))
    let weekBefore = values[values.count - 1 + 3 - 168]
    #expect(try run("hour-of-week-mean", inputs) == ["value": .number(weekBefore)])
    let few: [String: MethodValue] = ["hourly_values": .numbers([1, 2]), "lead_hours": .number(30)]
    #expect(throws: MethodError.self) { try run("ensemble-forecast", few) }
    #expect(throws: MethodError.self) { try run("hour-of-week-mean", few) }
  }

  @Test("give the typical hour and the mean intensity")
  func means() throws {
    let days = [Double](repeating: 10, count: 24) + [Double](repeating: 20, count: 24)
    #expect(try run("typical-day", ["hourly_values": .numbers(days), "hour": .number(5)]) == ["value": .number(15)])
    let mean = try run(
      "mean-intensity", ["intensities_grams_per_kwh": .numbers([100, 400]), "overlap_hours": .numbers([2, 1])])
    #expect(mean == ["intensity_grams_per_kwh": .number(200)])
    #expect(throws: MethodError.self) {
      try run("mean-intensity", ["intensities_grams_per_kwh": .numbers([1]), "overlap_hours": .numbers([0])])
    }
  }
}

import Factors
import Grid
import Methods
import Quantities
import Testing

@Suite("The built-in trace") struct BuiltInTraceTests {
  let trace = BuiltInTrace.ciso

  @Test("is California ISO from the spring equinox of 2021 for 48 hours, with eight days before")
  func extent() throws {
    #expect(trace.region.name == "US-CAL-CISO")
    #expect(trace.start == at("2021-03-20T00:00Z"))
    #expect(trace.period == at("2021-03-20")..<at("2021-03-22"))
    #expect(trace.history == at("2021-03-12")..<at("2021-03-20"))
    let imported = try trace.intensity(factors: exactFactors)
    #expect(imported.series.extent == at("2021-03-12")..<at("2021-03-22"))
    #expect(imported.series.coverage(over: trace.period) == 1)
    #expect(imported.series.coverage(over: trace.history) == 1)
    #expect(imported.cadence.isRegular)
  }

  @Test("ships generation only, in the public domain, with its source")
  func content() throws {
    let file = try trace.generation()
    #expect(file.columns.first == "datetime_utc")
    #expect(file.columns.dropFirst().allSatisfy { $0.hasSuffix("_mwh") })
    #expect(trace.source.citation.contains("EIA-930") && trace.source.citation.contains("CISO"))
    #expect(trace.source.licence == "public domain")
  }

  @Test("computes its first hour from 13 coal, 6216 gas, 1147 nuclear, 1102 hydro, 5017 solar, 2705 wind, 47 oil")
  func firstHour() throws {
    let sum: Double = 13 * 820 + 6216 * 490 + 1147 * 12 + 1102 * 24 + 5017 * 48 + 2705 * 11
    let slot = try #require(try trace.intensity(factors: exactFactors).series.slot(at: trace.start))
    #expect(abs(slot.value - sum / 16_200) < 1e-9)
    let unknown = 47.0 / 16_247
    #expect(abs(try #require(slot.high) - (slot.value * (1 - unknown) + 820 * unknown)) < 1e-6)
  }

  @Test("is cleaner at noon than at night, as a solar grid is, within what any fuel can be")
  func shape() throws {
    let series = try trace.intensity(factors: exactFactors).series
    let noon = try #require(series.value(at: at("2021-03-20T20:00Z")))
    let night = try #require(series.value(at: at("2021-03-21T06:00Z")))
    #expect(noon * 1.5 < night)
    #expect(series.slots.allSatisfy { $0.value > 11 && $0.value < 490 })
  }

  @Test("has enough history for a forecast of every hour from its first on")
  func forecast() throws {
    let series = try trace.intensity(factors: exactFactors).series
    let forecast = PersistenceForecast().forecast(from: series.asIssued(by: trace.start), over: trace.period)
    #expect(forecast.slots.count == 48)
    #expect(forecast.values.allSatisfy { $0 != nil })
    #expect(TypicalDay(of: series.asIssued(by: trace.start)).hours.allSatisfy { $0.days == 7 })
  }

  @Test("rests on the factor tables that come with Dimmer, with their uncertainty and sources")
  func embeddedFactors() throws {
    let factors = try GenerationImport(fuels: FactorTables.embedded().fuels).factors
    let imported = try trace.intensity(factors: factors)
    let slot = try #require(imported.series.slot(at: trace.start))
    #expect(try #require(slot.low) < slot.value && slot.value < (try #require(slot.high)))
    #expect(imported.receipt.inputs.contains { $0.source?.citation.contains("IPCC") == true })
  }
}

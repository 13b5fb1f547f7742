import Quantities
import Testing

@Suite("Units")
struct UnitTests {
  @Test("One kilowatt-hour is 3.6 megajoules, exactly")
  func kilowattHour() {
    #expect(Energy.kilowattHours(1).joules == 3_600_000)
    #expect(Energy.wattHours(1).joules == 3600)
    #expect(Energy.joules(3_600_000).kilowattHours == 1)
  }

  @Test("Power times time is energy, and energy over time is power")
  func powerAndEnergy() {
    #expect(Power.watts(100) * Span.hours(1) == Energy.joules(360_000))
    #expect(Energy.joules(360_000) / Span.hours(1) == Power.watts(100))
  }

  @Test("Energy times intensity is carbon: 1 kWh at 400 g/kWh is 400 g")
  func carbon() {
    #expect(Energy.kilowattHours(1) * CarbonIntensity.gramsPerKilowattHour(400) == Carbon.grams(400))
  }

  @Test("A pound is 453.59237 g, and pounds per megawatt-hour convert with the same number")
  func pounds() throws {
    #expect(try Carbon(parsing: "1 lb").grams == 453.59237)
    #expect(try CarbonIntensity(parsing: "1000 lb/MWh").gramsPerKilowattHour == 453.59237)
  }

  @Test("g/kWh and kg/MWh are numerically the same; kg/kWh is a thousand times more")
  func intensities() throws {
    #expect(try CarbonIntensity(parsing: "383.55 kg/MWh") == .gramsPerKilowattHour(383.55))
    #expect(try CarbonIntensity(parsing: "0.4 kg/kWh") == .gramsPerKilowattHour(400))
  }

  @Test("A year of device life has 365 days")
  func deviceYears() throws {
    #expect(Span.years(4).seconds == 126_144_000)
    #expect(try Span(parsing: "1 y") == .years(1))
  }

  @Test("Bytes are 8 bits and a gigabyte has a thousand million of them, a GiB 2^30")
  func bytes() throws {
    #expect(Bits.bytes(1e9).gigabytes == 1)
    #expect(try Bits(parsing: "1 GiB").bytes == 1_073_741_824)
  }

  @Test("Every unit's symbol is there once, and the base unit is worth 1", arguments: Everything.quantities)
  func symbols(_ quantity: any Quantity.Type) {
    let symbols = quantity.units.map(\.symbol)
    #expect(Set(symbols).count == symbols.count)
    #expect(quantity.units[0].scale == 1)
  }

  @Test("Printing chooses only among units that can be read back", arguments: Everything.quantities)
  func displayUnits(_ quantity: any Quantity.Type) {
    for unit in quantity.displayUnits where !unit.symbol.isEmpty { #expect(quantity.units.contains(unit)) }
    #expect(quantity.displayUnits.map(\.scale) == quantity.displayUnits.map(\.scale).sorted())
  }

  @Test("Money of different currencies is never added")
  func money() {
    let euro = Money(millionths: 1_500_000, currency: "EUR")
    #expect(euro.adding(Money(millionths: 500_000, currency: "EUR")) == Money(millionths: 2_000_000, currency: "EUR"))
    #expect(euro.adding(Money(millionths: 1, currency: "USD")) == nil)
    #expect(euro.formatted() == "1.5 EUR")
  }
}

enum Everything {
  static let quantities: [any Quantity.Type] = [
    Energy.self, Power.self, Carbon.self, CarbonIntensity.self, Water.self, WaterIntensity.self, Span.self, Ratio.self,
    Bits.self,
  ]
}

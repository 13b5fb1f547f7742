import ArgumentParser
import Factors
import Grid
import Methods
import Quantities
import Reporting

extension GridCommand {
  /// `dimmer grid regions`.
  struct Regions: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List places, or find the grid of one.",
      discussion: """
        Countries with the mean intensity of their newest year, and cloud regions with the grid that feeds them.

        Examples:
          dimmer grid regions                  countries
          dimmer grid regions --cloud          cloud regions
          dimmer grid regions westeurope       whose grid that is
        """)

    @Argument(help: ArgumentHelp("A place to look up.", valueName: "PLACE"))
    var place: String?

    @Flag(help: "Cloud regions instead of countries.")
    var cloud = false

    @Flag(help: "One JSON document.")
    var json = false

    func run() throws {
      let tables = try FactorTables.embedded()
      if let place { return try show(tables.places.place(place), tables) }
      cloud ? listClouds(tables) : listCountries(tables)
    }

    private func show(_ place: PlaceTable.Place, _ tables: FactorTables) throws {
      let yearly = try tables.regions.intensity(of: place.zone)
      if json {
        Output.result([
          "region": .string(place.zone), "name": .string(place.name),
          "cloud_region": .optional(place.cloud?.code),
          "latitude": .optional(place.cloud?.coordinates.latitude),
          "longitude": .optional(place.cloud?.coordinates.longitude),
          "yearly_intensity_grams_per_kwh": .figure(yearly.receipt),
        ])
        return
      }
      Output.result("\(place.name): grid \(place.zone), yearly mean \(ReceiptText.amount(yearly.receipt))")
    }

    private func listCountries(_ tables: FactorTables) {
      let known = tables.regions.entries.filter { $0.region.kind == .country }
      if json {
        Output.result([
          "regions": .array(
            known.map { entry in
              [
                "region": .string(entry.region.code), "iso3": .optional(entry.region.iso3),
                "name": .string(entry.region.name),
                "intensity_grams_per_kwh": .optional(entry.years.first?.gramsPerKilowattHour),
                "year": .optional(entry.years.first.map { Double($0.year) }),
              ]
            })
        ])
        return
      }
      var table = TextTable([
        .init("region"), .init("name"), .init("g/kWh", numeric: true), .init("year", numeric: true),
      ])
      for entry in known {
        let newest = entry.years.first
        table.add([
          entry.region.code, entry.region.name,
          newest?.gramsPerKilowattHour.map(SignalText.number) ?? "unknown", newest.map { "\($0.year)" } ?? "",
        ])
      }
      Output.result(table.text(style: Output.style))
    }

    private func listClouds(_ tables: FactorTables) {
      if json {
        Output.result([
          "cloud_regions": .array(
            tables.places.clouds.map { cloud in
              [
                "provider": .string(cloud.provider), "cloud_region": .string(cloud.region),
                "place": .string(cloud.place), "region": .string(cloud.zone),
                "latitude": .number(cloud.coordinates.latitude), "longitude": .number(cloud.coordinates.longitude),
              ]
            })
        ])
        return
      }
      var table = TextTable([.init("cloud region"), .init("place"), .init("grid")])
      for cloud in tables.places.clouds { table.add([cloud.code, cloud.place, cloud.zone]) }
      Output.result(table.text(style: Output.style))
    }
  }
}

import Accounting
import ArgumentParser
import Factors
import Methods
import Quantities
import Reporting

/// `dimmer equivalences`: an amount beside everyday things, by a rule of what may be compared.
struct EquivalencesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "equivalences", abstract: "Set an amount of energy or carbon beside everyday things.",
    discussion: """
      Devices, electric cars and households are compared by energy, which does
      not depend on the grid; petrol cars, flights and streaming by carbon. The
      carbon is given, or reckoned from the energy and a region's grid.

      Examples:
        dimmer equivalences --energy "1.2 kWh"
        dimmer equivalences --energy "1.2 kWh" --region DE
        dimmer equivalences --carbon "400 g" --json
        dimmer equivalences --list                  every factor, with its year
        dimmer equivalences --forms --region US     an image against car miles,
                                                    a car's charge against texts

      Default: a battery of 60 kWh, assumed; state yours with --battery.
      """)

  @Option(help: ArgumentHelp("The energy, with its unit: '1.2 kWh', '350 Wh', '4 MJ'.", valueName: "AMOUNT"))
  var energy: String?

  @Option(help: ArgumentHelp("The carbon, with its unit: '400 g', '1.2 kg'.", valueName: "AMOUNT"))
  var carbon: String?

  @Option(help: ArgumentHelp("The grid that the energy was taken from: DE, US-CAL-CISO, World.", valueName: "REGION"))
  var region: String?

  @Option(help: ArgumentHelp("The year of that grid's figure; the newest without it.", valueName: "YEAR"))
  var year: Int?

  @Option(
    help: ArgumentHelp(
      "A full charge of the electric car, 1 to 1000 kWh (default: 60 kWh, assumed).", valueName: "AMOUNT"))
  var battery: String?

  @Flag(help: "List the factors, with those that other tools still carry.")
  var list = false

  @Flag(help: "One image against car miles, and a car's charge against texts, with their derivation.")
  var forms = false

  @Flag(help: "One JSON document instead of tables.")
  var json = false

  func validate() throws {
    if list, forms || energy != nil || carbon != nil { throw ValidationError("--list goes alone") }
    if list { return }
    _ = try given()
    if carbon != nil, region != nil {
      throw ValidationError("--carbon and --region contradict each other: the carbon is given or reckoned, not both")
    }
    if year != nil, region == nil { throw ValidationError("--year is of a --region; name one") }
    if forms {
      if energy != nil || carbon != nil { throw ValidationError("--forms takes a --region, and no amount") }
      if region == nil { throw ValidationError("--forms needs the grid that images are made on: --region World") }
    } else {
      if energy == nil, carbon == nil {
        throw ValidationError("give --energy or --carbon with its unit, for example --energy '1.2 kWh', or --list")
      }
      if region != nil, energy == nil { throw ValidationError("--region is of the energy; give --energy too") }
    }
  }

  func run() throws {
    let tables = try FactorTables.embedded()
    let table = tables.equivalences
    if list {
      json ? Output.result(EquivalencesDocument.list(table)) : Output.result(EquivalencesText.list(table))
      return
    }
    let amounts = try given()
    let battery = EverydayComparison.battery(stated: amounts.battery)
    var grid: Figure<CarbonIntensity>?
    do throws(FactorError) {
      if let region { grid = try tables.regions.intensity(of: region, year: year, for: .wholeYear) }
      if forms, let grid {
        let forms = try EverydayForms(grid: grid, battery: battery, table: table)
        json ? Output.result(EquivalencesDocument.forms(forms)) : Output.result(EquivalencesText.forms(forms, on: grid))
        return
      }
    } catch {
      throw Failure(.usage, error.description)
    }
    let energy: Finding<Energy> =
      amounts.energy.map { .figure(DeclaredValue.figure("energy", $0, note: "As stated with --energy.")) }
      ?? .unknown(EverydayComparison.noEnergy)
    let comparison = EverydayComparison(
      energy: energy, carbon: carbon(amounts.carbon, energy, grid), battery: battery, table: table)
    json
      ? Output.result(EquivalencesDocument.comparison(comparison))
      : Output.result(EquivalencesText.comparison(comparison))
  }

  private func carbon(
    _ stated: Carbon?, _ energy: Finding<Energy>, _ grid: Figure<CarbonIntensity>?
  ) -> Finding<Carbon> {
    if let stated { return .figure(DeclaredValue.figure("carbon", stated, note: "As stated with --carbon.")) }
    guard let grid, case .figure(let energy) = energy else { return .unknown(EverydayComparison.noCarbon) }
    return .figure(OperationalCarbon.carbon(of: FacilityEnergy(meteredAtFacility: energy), at: grid))
  }

  private struct Amounts {
    var energy: Energy?
    var carbon: Carbon?
    var battery: Energy?
  }

  private func given() throws -> Amounts {
    func amount<Q: Quantity>(_ text: String?, _ option: String, _ range: ClosedRange<Q>) throws -> Q? {
      guard let text else { return nil }
      let value: Q
      do throws(QuantityParseError) { value = try Q(parsing: text) } catch {
        throw ValidationError("\(option): \(error.description)")
      }
      guard range.contains(value) else {
        throw ValidationError(
          "\(option) is \(value.formatted()); allowed is \(range.lowerBound.formatted()) to \(range.upperBound.formatted())"
        )
      }
      return value
    }
    return Amounts(
      energy: try amount(energy, "--energy", Energy.joules(1e-6)...Energy.kilowattHours(1e13)),
      carbon: try amount(carbon, "--carbon", Carbon.grams(1e-9)...Carbon.kilograms(1e13)),
      battery: try amount(battery, "--battery", Energy.kilowattHours(1)...Energy.kilowattHours(1000)))
  }
}

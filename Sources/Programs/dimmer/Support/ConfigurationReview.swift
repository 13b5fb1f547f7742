import Foundation
import Gateway
import Grid
import Ledger
import LedgerSQLite
import Quantities
import Service
import Switching

/// What `dimmer config check` says beyond that the file can be read.
enum ConfigurationReview {
  /// One line each, by alias; keys that are not there come first.
  ///
  /// - Parameter isAsking: whether model servers are asked what they take and give.
  static func sentences(of configuration: Configuration, asking isAsking: Bool) async throws -> [String] {
    var lines = missingKeys(of: configuration)
    let store: SQLiteLedger?
    do { store = try ledger() } catch let error as LedgerError {
      // A check needs no ledger: it says what it could not look at.
      store = nil
      lines.append("calibrations and grid values kept so far were not looked at: \(error)")
    }
    let kept = try await store?.variants(alias: nil) ?? []
    let regions = Set(configuration.models.flatMap(\.variants).compactMap(\.region))
    let grid = try GridSetup(configuration.grid, store: store, regions: regions)
    let past = await grid.past()
    await grid.close()
    for settings in configuration.models {
      var single = configuration
      single.models = [settings]
      do {
        let found = try Calibrations.models(
          of: single, kept: kept, identifiers: IdentifierSource(), now: Wall.clock()
        ).models
        for model in found {
          let review = AliasReview(
            of: model, on: past, pue: configuration.pue ?? 1, grids: grid.places.mapValues(\.kind),
            kind: grid.provider?.kind)
          lines += review.sentences.map { "\(model.alias): \($0)" }
          if isAsking { lines += try await contract(of: model).map { "\(model.alias): \($0)" } }
        }
      } catch let error as Calibrations.MissingCalibration {
        lines.append("\(settings.alias): not reviewed, because \(error)")
      } catch let error as SwitchingError {
        lines.append("\(settings.alias): not reviewed: \(error)")
      }
    }
    return lines
  }

  /// Where variants that are to stand in for each other take or give different tensors.
  private static func contract(of model: ServingModel) async throws -> [String] {
    let route: AliasRoute
    do { route = try model.route(secrets: ConfigurationFile.secrets) } catch let error as ConfigurationError {
      return ["its servers were not asked: \(error.message)"]
    }
    let (metadata, silent) = try await ContractFetch.metadata(of: route)
    let differences = ContractCheck.differences(metadata)
    guard differences.isEmpty else { return silent + differences + [ContractCheck.advice] }
    return silent + (metadata.count > 1 ? ["\(metadata.count) variants take and give the same tensors."] : [])
  }

  /// The user's ledger where there is one; a check makes none.
  private static func ledger() throws -> SQLiteLedger? {
    let path = try Record.directory().ledgerPath
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return try SQLiteLedger.openForReading(at: path)
  }

  private static func missingKeys(of configuration: Configuration) -> [String] {
    var lines: [String] = []
    func look(_ place: SecretPlace, _ purpose: String) {
      do throws(ConfigurationError) {
        _ = try ConfigurationFile.secrets.secret(at: place, of: purpose)
      } catch { lines.append("not ready: \(error.message)") }
    }
    for key in configuration.keys { look(key.place, "key '\(key.name)'") }
    for variant in configuration.models.flatMap(\.variants) {
      if let place = variant.key { look(place, "variant '\(variant.name)'") }
    }
    return lines
  }
}

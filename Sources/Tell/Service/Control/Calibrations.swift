public import Ledger
import Methods
public import Quantities
import Switching

/// Finds the calibration of each variant that a configuration names: declared there, or measured earlier and kept in
/// the ledger.
public enum Calibrations {
  /// Why an alias cannot be served.
  public struct MissingCalibration: Error, CustomStringConvertible {
    let alias: String
    let variant: String
    /// One line with the fix.
    public var description: String {
      "variant '\(variant)' of '\(alias)' has no energy: give 'quality' and 'energy_per_unit', or calibrate it first"
    }
  }

  /// The models of a configuration with their calibrations; those declared in the configuration are new records.
  ///
  /// - Returns: the models, and the records to commit.
  public static func models(
    of configuration: Configuration, store: any LedgerStore, identifiers: IdentifierSource, now: Timestamp
  ) async throws -> (models: [ServingModel], declared: [VariantRecord]) {
    var models: [ServingModel] = []
    var declared: [VariantRecord] = []
    for settings in configuration.models {
      let kept = try await store.variants(alias: settings.alias)
      var calibrations: [VariantRecord] = []
      for variant in settings.variants {
        if let record = declaration(variant, alias: settings.alias, id: identifiers.next(), now: now) {
          declared.append(record)
          calibrations.append(record)
        } else if let record = kept.inForce(variant.name, at: now) {
          calibrations.append(record)
        } else {
          throw MissingCalibration(alias: settings.alias, variant: variant.name)
        }
      }
      let policy = try SwitchingPolicies.policy(named: settings.policy.rawValue)
      models.append(try ServingModel(settings: settings, policy: policy, calibrations: calibrations))
    }
    return (models, declared)
  }

  private static func declaration(
    _ variant: VariantSettings, alias: String, id: VariantID, now: Timestamp
  ) -> VariantRecord? {
    guard let perUnit = variant.energyPerUnit, let quality = variant.quality else { return nil }
    let perRequest = variant.energyPerRequest ?? .zero
    let note = "stated in the configuration, without an interval"
    let receipt = Receipt(
      id: id.description, label: "marginal energy of one unit on \(variant.name)", value: perUnit.joules,
      low: perUnit.joules, high: perUnit.joules, unit: Energy.baseUnit, origin: .declared, method: "declared-value@1",
      note: note)
    return VariantRecord(
      id: id, alias: alias, name: variant.name, calibrated: now, quality: quality,
      qualityLow: variant.qualityLow ?? quality, perUnit: (perUnit.joules, perUnit.joules, perUnit.joules),
      perRequest: (perRequest.joules, perRequest.joules, perRequest.joules), receipt: receipt)
  }
}

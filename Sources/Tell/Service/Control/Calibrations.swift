public import Ledger
import Methods
public import Quantities
import Switching

/// Finds the calibration of each variant that a configuration names: declared there, or measured earlier and kept in
/// the ledger.
public enum Calibrations {
  /// Why an alias cannot be served.
  public struct MissingCalibration: Error, Hashable, CustomStringConvertible {
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
    let kept = try await store.variants(alias: nil)
    var configuration = configuration
    for index in configuration.models.indices {
      let settings = configuration.models[index]
      let newest = settings.variants.compactMap { kept.inForce($0.name, of: settings.alias, at: now) }
      guard settings.lacksTokens(beside: newest + deciding(newest, kept: kept, at: now), at: now) else { continue }
      let page = try await store.requests(RequestQuery(alias: settings.alias, limit: 1000))
      configuration.models[index].takeTypicalTokens(from: page.requests)
    }
    return try models(of: configuration, kept: kept, identifiers: identifiers, now: now)
  }

  /// The same with the calibrations that are kept, of all aliases.
  public static func models(
    of configuration: Configuration, kept: [VariantRecord], identifiers: IdentifierSource, now: Timestamp
  ) throws -> (models: [ServingModel], declared: [VariantRecord]) {
    var models: [ServingModel] = []
    var declared: [VariantRecord] = []
    for settings in configuration.models {
      var newest: [VariantRecord] = []
      for variant in settings.variants {
        let known = kept.inForce(variant.name, of: settings.alias, at: now)
        let record = declaration(
          variant, over: known, alias: settings.alias, isProbed: settings.probes != nil, id: identifiers.next(),
          now: now)
        if let record {
          declared.append(record)
          newest.append(record)
        } else if let known {
          newest.append(known)
        } else {
          throw MissingCalibration(alias: settings.alias, variant: variant.name)
        }
      }
      models.append(
        try ServingModel(
          settings: settings, policy: settings.switchingPolicy,
          calibrations: deciding(newest, kept: kept, at: now), charging: newest,
          home: configuration.grid.home))
    }
    return (models, declared)
  }

  /// The calibrations to decide by: the newest set that was made the same way for all variants of an alias
  /// (``Swift/Sequence/comparable(quiet:)``).
  static func deciding(_ newest: [VariantRecord], kept: [VariantRecord], at moment: Timestamp) -> [VariantRecord] {
    newest.comparable { one in
      kept.lazy.filter { !$0.isLearned }.inForce(one.name, of: one.alias, at: moment)
    }
  }

  /// What the configuration states, the rest as it is known; `nil` when that is nothing new or there is no energy. Where
  /// quality is kept fresh by probes, a stated one stands only until it was measured.
  private static func declaration(
    _ variant: VariantSettings, over known: VariantRecord?, alias: String, isProbed: Bool, id: VariantID,
    now: Timestamp
  ) -> VariantRecord? {
    let declared = variant.statesEnergy ? stated(variant, alias: alias, id: id, now: now) : known
    guard var record = declared else { return nil }
    if isProbed, let known, known.qualityReceipt != nil {
      (record.quality, record.qualityLow, record.samples) = (known.quality, known.qualityLow, known.samples)
      record.qualityReceipt = known.qualityReceipt
    } else {
      record.quality = variant.quality ?? known?.quality
      // A bound that was measured for another quality says nothing about a stated one.
      record.qualityLow = variant.qualityLow ?? variant.quality ?? known?.qualityLow
      record.samples = variant.quality == nil ? known?.samples : nil
      record.qualityReceipt = variant.quality == nil ? known?.qualityReceipt : nil
    }
    record.directiveOf = variant.directive == nil ? nil : variant.base
    guard var same = known else { return record }
    (same.id, same.calibrated, same.receipt.id) = (record.id, record.calibrated, record.receipt.id)
    guard record != same else { return nil }
    (record.id, record.calibrated) = (id, now)
    return record
  }

  private static func stated(
    _ variant: VariantSettings, alias: String, id: VariantID, now: Timestamp
  ) -> VariantRecord {
    let perUnit = variant.energyPerUnit ?? .zero
    let perRequest = variant.energyPerRequest ?? .zero
    let receipt = Receipt(
      id: id.description, label: "marginal energy of one unit on \(variant.name)", value: perUnit.joules,
      low: perUnit.joules, high: perUnit.joules, unit: Energy.baseUnit, origin: .declared, method: "declared-value@1",
      note: "stated in the configuration, without an interval")
    return VariantRecord(
      id: id, alias: alias, name: variant.name, calibrated: now,
      perUnit: (perUnit.joules, perUnit.joules, perUnit.joules),
      perRequest: (perRequest.joules, perRequest.joules, perRequest.joules),
      perInputToken: variant.energyPerInputToken.map { EnergyCoefficient($0.joules) },
      perOutputToken: variant.energyPerOutputToken.map { EnergyCoefficient($0.joules) }, receipt: receipt)
  }
}

extension ModelSettings {
  /// Whether a kept calibration is by the token and nothing says how many a typical request has.
  func lacksTokens(beside kept: [VariantRecord], at now: Timestamp) -> Bool {
    variants.contains { variant in
      guard !variant.statesEnergy,
        let known = kept.inForce(variant.name, of: alias, at: now)
      else { return false }
      let tokens = variant.tokens(beside: self)
      return known.perInputToken != nil && tokens.input == nil || known.perOutputToken != nil && tokens.output == nil
    }
  }

  /// Takes the means of the requests that were recorded, for each variant, where nothing is stated.
  mutating func takeTypicalTokens(from requests: [RequestRecord]) {
    let mean = { (counts: [Int64]) in
      counts.isEmpty ? nil : Double(counts.reduce(0, +)) / Double(counts.count)
    }
    for index in variants.indices {
      let own = requests.filter { $0.variant == variants[index].name && !$0.isFailed }
      let all = requests.filter { !$0.isFailed }
      let tokens = variants[index].tokens(beside: self)
      variants[index].typicalTokens.input =
        tokens.input ?? mean(own.compactMap(\.tokensIn)) ?? mean(all.compactMap(\.tokensIn))
      variants[index].typicalTokens.output =
        tokens.output ?? mean(own.compactMap(\.tokensOut)) ?? mean(all.compactMap(\.tokensOut))
    }
  }
}

extension Sequence<VariantRecord> {
  /// The newest calibration of an alias's variant that was there by then.
  fileprivate func inForce(_ name: String, of alias: String, at moment: Timestamp) -> VariantRecord? {
    filter { $0.alias == alias }.inForce(name, at: moment)
  }
}

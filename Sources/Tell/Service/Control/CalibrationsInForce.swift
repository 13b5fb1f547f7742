import Gateway
import Ledger
import Logging
import Synchronization

/// The calibrations in force, of all aliases. Whoever finds a new one puts it here: the gateway charges by it at once, and
/// the alias's next decision is made with it.
final class CalibrationsInForce: Sendable {
  /// What a new calibration found; the other half is the one before.
  enum Part: Sendable {
    case energy
    case quality
  }

  private let table: RouteTable
  private let loops: [String: ControlLoop]
  private let logger: Logger
  private let inForce: Mutex<[String: [VariantRecord]]>

  /// The calibrations that the models begin with.
  init(_ models: [ServingModel], table: RouteTable, loops: [ControlLoop] = [], logger: Logger) {
    self.table = table
    self.loops = Dictionary(uniqueKeysWithValues: loops.map { ($0.alias, $0) })
    self.logger = logger
    inForce = Mutex(Dictionary(uniqueKeysWithValues: models.map { ($0.alias, $0.variants) }))
  }

  /// The calibrations of an alias's variants.
  func variants(of alias: String) -> [VariantRecord] { inForce.withLock { $0[alias] ?? [] } }

  /// Puts a new calibration in force beside the others of its alias. Where the other half was found anew meanwhile, that
  /// stays.
  ///
  /// - Returns: the calibration as it is in force.
  @discardableResult
  func put(_ found: VariantRecord, newIn part: Part) async -> VariantRecord {
    let record = inForce.withLock { inForce in
      var members = inForce[found.alias] ?? []
      let before = members.first { $0.name == found.name }
      let record = before.map { found.merged(with: $0, newIn: part) } ?? found
      members.removeAll { $0.name == found.name }
      members.append(record)
      inForce[found.alias] = members
      publish(members, of: found.alias)
      return record
    }
    await loops[record.alias]?.recalibrated(record)
    return record
  }

  private func publish(_ variants: [VariantRecord], of alias: String) {
    do throws(RouteTableError) {
      try table.publish(
        alias: alias, tariffs: Dictionary(uniqueKeysWithValues: variants.map { ($0.name, Tariff($0)) }),
        qualities: Dictionary(uniqueKeysWithValues: variants.compactMap { one in one.quality.map { (one.name, $0) } }))
    } catch { logger.error("a new tariff could not be put in force", metadata: ["error": "\(error)"]) }
  }
}

extension VariantRecord {
  /// This calibration with the half that it did not find as it is in force.
  fileprivate func merged(with other: VariantRecord, newIn part: CalibrationsInForce.Part) -> VariantRecord {
    switch part {
    case .energy:
      var merged = self
      merged.takeQuality(of: other)
      return merged
    case .quality:
      var merged = other
      (merged.id, merged.calibrated) = (id, calibrated)
      merged.takeQuality(of: self)
      return merged
    }
  }

  private mutating func takeQuality(of other: VariantRecord) {
    (quality, qualityLow, samples) = (other.quality, other.qualityLow, other.samples)
    qualityReceipt = other.qualityReceipt
  }
}

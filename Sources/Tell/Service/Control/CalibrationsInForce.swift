import Gateway
import Ledger
import Logging
import Synchronization

/// The calibrations in force, of all aliases. Whoever finds a new one puts it here: the gateway charges by it at once, and
/// the alias's next decision is made with it, if its energy can be compared with the others'
/// (``Swift/Sequence/comparable(quiet:)``).
final class CalibrationsInForce: Sendable {
  /// What a new calibration found; the other half is the one before.
  enum Part: Sendable {
    case energy
    case quality
  }

  /// The calibrations of one alias.
  private struct InForce {
    /// The newest ones, by which requests are charged.
    var charging: [VariantRecord]
    /// Those that decisions rest on.
    var deciding: [VariantRecord]
    /// Counts the changes of the latter.
    var edition = 0
  }

  private let table: RouteTable
  private let loops: [String: ControlLoop]
  private let logger: Logger
  private let inForce: Mutex<[String: InForce]>

  /// The calibrations that the models begin with.
  init(_ models: [ServingModel], table: RouteTable, loops: [ControlLoop] = [], logger: Logger) {
    self.table = table
    self.loops = Dictionary(uniqueKeysWithValues: loops.map { ($0.alias, $0) })
    self.logger = logger
    inForce = Mutex(
      Dictionary(
        uniqueKeysWithValues: models.map { ($0.alias, InForce(charging: $0.charging, deciding: $0.variants)) }))
  }

  /// The newest calibrations of an alias's variants.
  func variants(of alias: String) -> [VariantRecord] { inForce.withLock { $0[alias]?.charging ?? [] } }

  /// Puts a new calibration in force beside the others of its alias. Where the other half was found anew meanwhile, that
  /// stays.
  ///
  /// - Returns: the calibration as it is in force.
  @discardableResult
  func put(_ found: VariantRecord, newIn part: Part) async -> VariantRecord {
    let (record, news) = inForce.withLock { all -> (VariantRecord, (set: [VariantRecord], edition: Int)?) in
      var now = all[found.alias] ?? InForce(charging: [], deciding: [])
      let before = now.charging.first { $0.name == found.name }
      let record = before.map { found.merged(with: $0, newIn: part) } ?? found
      now.charging = now.charging.filter { $0.name != found.name } + [record]
      publish(now.charging, of: found.alias)
      let deciding = now.charging.comparable { newest in now.deciding.first { $0.name == newest.name } }
      let isNew = Set(deciding) != Set(now.deciding)
      if isNew { (now.deciding, now.edition) = (deciding, now.edition + 1) }
      all[found.alias] = now
      return (record, isNew ? (deciding, now.edition) : nil)
    }
    let loop = loops[record.alias]
    loop?.charges(by: record)
    if let news { await loop?.recalibrated(news.set, edition: news.edition) }
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
    case .energy: return takingQuality(of: other)
    case .quality:
      var merged = other.takingQuality(of: self)
      (merged.id, merged.calibrated) = (id, calibrated)
      return merged
    }
  }
}

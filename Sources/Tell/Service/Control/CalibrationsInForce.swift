import Gateway
import Ledger
import Logging
import Synchronization

/// The tariffs in force of each alias: the route table takes them all at once, calibrations come one by one.
final class PublishedTariffs: Sendable {
  private let table: RouteTable
  private let logger: Logger
  private let inForce: Mutex<[String: [VariantRecord]]>

  /// The calibrations that the models begin with.
  init(_ models: [ServingModel], table: RouteTable, logger: Logger) {
    self.table = table
    self.logger = logger
    inForce = Mutex(Dictionary(uniqueKeysWithValues: models.map { ($0.alias, $0.variants) }))
  }

  /// Puts a new calibration in force beside the others of its alias.
  func publish(_ record: VariantRecord) {
    let variants = inForce.withLock { inForce in
      let others = inForce[record.alias, default: []].filter { $0.name != record.name }
      inForce[record.alias] = others + [record]
      return others + [record]
    }
    do throws(RouteTableError) {
      try table.publish(
        alias: record.alias,
        tariffs: Dictionary(uniqueKeysWithValues: variants.map { ($0.name, Tariff($0)) }),
        qualities: Dictionary(uniqueKeysWithValues: variants.compactMap { one in one.quality.map { (one.name, $0) } }))
    } catch { logger.error("a new tariff could not be put in force", metadata: ["error": "\(error)"]) }
  }
}

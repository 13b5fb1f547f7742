import Foundation
import Gateway
import Grid
import Ledger
import LedgerSQLite
import Logging
import Methods
import Quantities
import Switching
import Synchronization

@testable import Service

/// A moment written as in the text of a test.
func at(_ text: String) -> Timestamp {
  guard let moment = Timestamp(iso8601: text) else { preconditionFailure("'\(text)' is no time") }
  return moment
}

/// Logs nothing: what is logged is not what is tested.
let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A folder of its own, which goes away with the value.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = "\(NSTemporaryDirectory())/dimmer-service-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A real ledger in it.
  func ledger(_ name: String = "ledger") throws -> SQLiteLedger { try SQLiteLedger.open(at: "\(path)/\(name).sqlite") }
}

extension VariantRecord {
  /// The same calibration with its energy learned while serving, or stated by an operator.
  func found(by method: MethodID, origin: Origin = .modelled) -> VariantRecord {
    var record = self
    record.receipt = Receipt(label: receipt.label, value: receipt.value, unit: "J", origin: origin, method: method)
    return record
  }

  /// A calibration that was learned while serving.
  static func learned(
    _ name: String, quality: Double, perUnit: Double, at moment: Timestamp = at("2021-02-01")
  ) -> VariantRecord {
    sample(name, quality: quality, perUnit: perUnit, at: moment).found(by: "token-fit@1")
  }

  /// A calibration with plain numbers.
  static func sample(
    _ name: String, alias: String = "digits", quality: Double?, low: Double? = nil, perUnit: Double,
    perRequest: Double = 0, spread: Double = 0, at moment: Timestamp = at("2021-01-01"),
    id: VariantID = IdentifierSource().next()
  ) -> VariantRecord {
    let ends = { (value: Double) in (value: value, low: value * (1 - spread), high: value * (1 + spread)) }
    return VariantRecord(
      id: id, alias: alias, name: name, calibrated: moment, quality: quality, qualityLow: low ?? quality,
      perUnit: ends(perUnit), perRequest: ends(perRequest),
      receipt: Receipt(
        label: "calibration of \(name)", value: perUnit, unit: "J", origin: .modelled, method: "request-energy@1",
        source: Source("a test")))
  }
}

extension ServingModel {
  /// Three variants under one alias: 60 points for 1 J, 80 for 4 J, 90 for 16 J.
  static func sample(
    alias: String = "digits", floor: Double = 82, interval: Span = .hours(1),
    policy: any SwitchingPolicy = RecedingHorizon(), variants: [VariantRecord]? = nil
  ) throws -> ServingModel {
    let calibrations =
      variants ?? [
        .sample("small", alias: alias, quality: 60, perUnit: 1),
        .sample("middle", alias: alias, quality: 80, perUnit: 4),
        .sample("large", alias: alias, quality: 90, perUnit: 16),
      ]
    var settings = ModelSettings(
      alias: alias, floor: floor,
      variants: calibrations.map { VariantSettings(name: $0.name, url: "http://127.0.0.1:9") })
    settings.interval = interval
    settings.unitNoun = "images"
    return try ServingModel(settings: settings, policy: policy, calibrations: calibrations)
  }

  /// A table of routes for this model alone.
  func table() throws -> RouteTable {
    try RouteTable(routes: [
      AliasRoute(
        alias: alias,
        variants: variants.map { VariantTarget(name: $0.name, backends: [Backend(host: "127.0.0.1", port: 9)]) })
    ])
  }
}

/// An hourly series; `nil` is a gap.
func hourly(
  _ values: [Double?], from start: Timestamp, region: String = "DE", kind: SignalKind = .averageLifecycle,
  lag: Span = .zero
) throws -> Series {
  let slots = values.enumerated().compactMap { index, value in
    let begin = start + .hours(Double(index))
    return value.map { Slot(begin..<(begin + .hours(1)), value: $0, issuedAt: begin + lag) }
  }
  return try Series(
    region: Region(region), kind: kind, provider: "test", source: Source("a test", year: 2021), slots: slots)
}

/// A provider that cannot be reached.
struct DeadProvider: SignalProvider {
  struct Away: Error {}
  var name: String { "dead" }
  var region: Region { .unstated }
  var kind: SignalKind { .averageLifecycle }
  func history(since start: Timestamp, issuedBy moment: Timestamp) async throws -> IssuedSeries { throw Away() }
}

extension RequestObservation {
  /// An answered request.
  static func sample(
    _ id: ActivityID = IdentifierSource().next(.request), alias: String = "digits", variant: String? = "small",
    decision: DecisionID? = nil, received: Timestamp, duration: Span = .seconds(0.1), status: Int = 200,
    units: Int = 10,
    why: RoutingReason = .price
  ) -> RequestObservation {
    RequestObservation(
      id: id.description, alias: alias, variant: variant, decisionID: decision?.description,
      requestProtocol: .kserveInfer, received: received, duration: duration, status: status, units: units, why: why)
  }
}

import Factors
import Foundation
import Grid
import Methods
import Quantities
import Synchronization

@testable import GridProviders

/// A moment written as in the text of a test.
func at(_ text: String) -> Timestamp {
  guard let moment = Timestamp(iso8601: text) else { preconditionFailure("'\(text)' is no time") }
  return moment
}

/// The time from one moment to another.
func range(_ start: String, _ end: String) -> Range<Timestamp> { at(start)..<at(end) }

let germany = try! Region("DE")
let britain = try! Region("GB")
let california = try! Region("US-CAL-CISO")

/// A key that must be seen nowhere.
let secretText = "S3cr3t/K3y+that=nobody&may~see"
let key = Credential(secretText, from: "DIMMER_TEST_KEY")

/// Factors without uncertainty, so that expected numbers can be worked out by hand.
let exactFuels = GenerationImport(
  factors: Dictionary(
    uniqueKeysWithValues: [
      ("coal", 820.0), ("gas_combined_cycle", 490), ("nuclear", 12), ("hydro", 24), ("solar_pv_utility", 48),
      ("wind_onshore", 11), ("wind_offshore", 12), ("biomass_dedicated", 230), ("geothermal", 38),
    ].map { fuel, grams in
      (
        fuel,
        Figure(
          fuel,
          .exact(CarbonIntensity.gramsPerKilowattHour(grams), origin: .published, method: "published-factor@1"),
          source: Source("a test"))
      )
    }))

/// An answer read at a moment.
func answer(
  _ body: String, to request: FetchRequest? = nil, readAt moment: Timestamp, status: Int = 200
) -> CodecAnswer {
  CodecAnswer(
    request ?? FetchRequest(WebAddress("http://test")!, "/"), FetchResponse(status: status, body: Array(body.utf8)),
    receivedAt: moment)
}

/// What a codec reads out of one answer to the first request of a query.
func read(
  _ codec: some SignalCodec, _ query: SignalQuery, _ body: String, at now: Timestamp
) throws(ProviderError) -> [Signal] {
  try codec.signals(in: [answer(body, to: try codec.requests(for: query, at: now)[0], readAt: now)], for: query)
}

/// The error that a piece of work ends with.
func failure(_ work: () throws(ProviderError) -> some Any) -> ProviderError? {
  do throws(ProviderError) { _ = try work() } catch { return error }
  return nil
}

/// A transport that answers from a script, by path, and counts.
final class ScriptedTransport: HTTPFetching {
  typealias Reply = @Sendable (FetchRequest) -> Result<FetchResponse, FetchFailure>
  private let reply: Reply
  private let log = Mutex<[FetchRequest]>([])
  init(_ reply: @escaping Reply) { self.reply = reply }
  var requests: [FetchRequest] { log.withLock { $0 } }
  func fetch(_ request: FetchRequest, limits: FetchLimits) async throws(FetchFailure) -> FetchResponse {
    log.withLock { $0.append(request) }
    return try reply(request).get()
  }
}

/// A supplier that does what a test says.
struct ScriptedSupplier: SignalSupplier {
  var name = "scripted"
  var maximumAge = Span.hours(2)
  var kinds: [SignalKind] = [.averageLifecycle]
  var reply: @Sendable (SignalQuery) async throws(ProviderError) -> Delivery
  func objection(to query: SignalQuery) -> ProviderError? { query.requireKind(kinds, of: name) }
  func deliver(_ query: SignalQuery, by deadline: Timestamp) async throws(ProviderError) -> Delivery {
    try await reply(query)
  }
}

/// An hour's signal.
func signal(
  _ start: Timestamp, _ value: Double, region: Region = germany, kind: SignalKind = .averageLifecycle,
  provider: String = "test", issuedAt: Timestamp? = nil, isEstimated: Bool = false
) -> Signal {
  Signal(
    region: region, kind: kind, unit: kind.unit ?? "MW", validity: start..<(start + .hours(1)), value: value,
    issuedAt: issuedAt ?? start, provider: provider, isEstimated: isEstimated, source: Source("a test"))
}

/// Data that is handed to developers and lies beside the repository.
enum SharedData {
  static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("../shared/data/grid")
    .standardizedFileURL
  static var isThere: Bool { FileManager.default.fileExists(atPath: folder.appendingPathComponent("README.md").path) }
  static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }
  static func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: folder.appendingPathComponent(name)))
  }
}

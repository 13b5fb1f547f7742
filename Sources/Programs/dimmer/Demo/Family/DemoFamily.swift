import Ledger
import Quantities

/// A family of models as a demo serves it: what is sent to it, and how what comes back is judged.
protocol DemoFamily: Sendable {
  /// What things are called.
  var subject: DemoSubject { get }
  /// Where the models answer.
  var url: String { get }
  /// The mean quality to promise, in points from 0 to 100.
  var floor: Double { get }
  /// How fast requests come.
  var pace: DemoPace { get }
  /// What a reader of the report must know besides, a sentence each.
  var notes: [String] { get }
  /// What has come so far, for a line of progress.
  var standing: String { get }
  /// Sends one request to the gateway and keeps what came, an answer or the reason why there is none.
  func ask(_ arrival: Traffic.Arrival, gateway: String) async
  /// Judges every answer that came.
  func judge() async throws -> ServedQuality
}

/// How fast a demo goes.
struct DemoPace: Sendable {
  /// Mean requests of a grid hour.
  var requestsPerHour = 12.0
  /// Real seconds of a grid hour.
  var secondsPerHour = DemoOptions.usualSecondsPerHour
}

/// What a demo is about, in words and keys.
struct DemoSubject: Sendable {
  /// The command after `dimmer`.
  let command: String
  /// The name that callers use.
  let alias: String
  /// One piece of work, and many.
  let unit: (one: String, many: String)
  /// How many pieces a request carries.
  let unitsPerRequest: ClosedRange<Int>
  /// What the measure of quality is called, and its key in the summary.
  let quality: (name: String, key: String)
  /// What comes after a number of quality.
  let qualitySuffix: String
  /// The heading over the served quality.
  let qualityTitle: String
  /// How qualities and energies were come by, for the report.
  let explanation: String

  /// The mean of how many pieces a request carries.
  var meanUnits: Double { Double(unitsPerRequest.lowerBound + unitsPerRequest.upperBound) / 2 }

  /// A quality as people read it.
  func text(_ points: Double?, places: Int = 2) -> String {
    points.map { Decimals.fixed($0, places: places) + qualitySuffix } ?? "unknown"
  }
}

/// How good the answers were that came.
struct ServedQuality: Sendable {
  /// The verdict on each request that was answered.
  let verdicts: [ActivityID: Verdict]
  /// Pieces of work answered.
  let units: Int
  /// Mean quality over pieces, in points; `nil` when none was answered.
  let mean: Double?
  /// Its standard error; `nil` when too little varies to tell.
  let error: Double?
  /// Why requests have no answer.
  let failures: [String]

  /// Twice the standard error as people read it.
  var spread: String { error.map { "± " + Decimals.fixed(2 * $0, places: 1) } ?? "± unknown" }
}

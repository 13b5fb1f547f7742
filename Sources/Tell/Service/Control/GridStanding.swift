import Grid
import Methods
import Quantities
import Reporting

/// What a decision knows of the grid: the value it rests on, on what rung of the ladder that stands, and why there.
struct GridStanding: Sendable {
  let mode: SignalMode
  let signal: Signal?
  /// One sentence, or two when a provider failed.
  let reason: String
  private let hasFailed: Bool

  /// - Parameters:
  ///   - reading: what the ladder said; nothing when nothing was issued.
  ///   - failure: why the provider has nothing new; nothing when it has.
  ///   - isAsked: whether there is a provider at all.
  init(_ reading: SignalReading?, failure: String?, isAsked: Bool) {
    mode = reading?.mode ?? .unknown
    signal = reading?.signal
    hasFailed = failure != nil
    let found =
      reading?.reason ?? (isAsked ? "nothing is known of the grid" : "no provider of grid values is configured")
    reason = [found, failure].compactMap(\.self).joined(separator: "; ")
  }

  /// What the record of a decision says of its signal: nothing when all is as it should be.
  var remark: String? {
    guard hasFailed || (mode != .live && signal != nil) else { return nil }
    return "Grid signal: \(reason)."
  }

  /// The same of another place.
  func remark(of place: String) -> String? {
    remark.map { "At \(place): " + $0.prefix(1).lowercased() + $0.dropFirst() }
  }

  /// For `/api/v1/now`. The age counts from the issue, as on the page.
  func json(at now: Timestamp) -> JSONValue {
    [
      "mode": .string(mode.rawValue), "value": .optional(signal?.value), "unit": .optional(signal?.unit),
      "kind": .optional(signal?.kind.rawValue), "region": .optional(signal?.region.name),
      "valid_from": signal.map { .time($0.validity.lowerBound) } ?? .null,
      "valid_to": signal.map { .time($0.validity.upperBound) } ?? .null,
      "issued_at": signal.map { .time($0.issuedAt) } ?? .null,
      "age_seconds": signal.map { .number(max(0, (now - $0.issuedAt).seconds)) } ?? .null,
      "provider": .optional(signal?.provider), "source": .optional(signal?.source.citation),
      "estimated": signal.map { .bool($0.isEstimated) } ?? .null, "reason": .string(reason),
    ]
  }
}

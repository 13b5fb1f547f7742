import Ledger
import Quantities
import Reporting

/// What is to be said of an alias's evaluations: the last one, why then, and when the next is at the latest.
struct ProbeStanding: Sendable {
  /// The last one of this serve; `nil` before it.
  var last: ProbeRound?
  /// When quality was last evaluated, of this serve or one before; `nil`: never.
  var evaluated: Timestamp?
  /// When it is done again however dirty the grid is; `nil` before the first decision.
  var latest: Timestamp?
  /// Whether one is under way.
  var isRunning = false

  /// For `/api/v1/now`.
  var json: JSONValue {
    [
      "evaluated_at": evaluated.map { .time($0) } ?? .null, "running": .bool(isRunning),
      "next_at_the_latest": latest.map { .time($0) } ?? .null, "activity": .optional(last?.activity.description),
      "reason": .optional(last?.reason), "joules": .optional(last?.total.energy?.joules),
      "grams": .optional(last?.total.carbon?.grams),
      "probes": .optional(last.map { Double($0.found.map(\.asked).reduce(0, +)) }),
      "qualities": .array(
        (last?.renewed ?? []).map { variant -> JSONValue in
          [
            "variant": .string(variant.name), "quality": .optional(variant.quality),
            "quality_low": .optional(variant.qualityLow), "answers": .optional(variant.samples.map(Double.init)),
            "id": .string(variant.id.description),
          ]
        }),
    ]
  }
}

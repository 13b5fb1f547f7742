import Quantities

/// What one request brings to the choice of its variant.
struct Wish {
  var hints = CallerHints()
  /// The conversation it belongs to; nil when none is known or conversations do not matter.
  var session: UInt64?
  /// How hard it is; nil when that is not known or does not matter.
  var score: Double?
  /// Nanoseconds on a monotonic clock.
  var now: Int64 = 0
  /// Wall time when it came; nil when that does not matter.
  var received: Timestamp?
}

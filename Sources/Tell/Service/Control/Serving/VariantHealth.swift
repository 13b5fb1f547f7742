import Quantities

/// Which variants fail and are left out of the ladder for a while: for one interval after ``leastFailures`` failures
/// without an answer between them, for twice as long each time it happens again, at most eight intervals.
struct VariantHealth: Sendable {
  /// So many failures in a row are no accident.
  static let leastFailures = 5
  private static let longest = 8

  private struct State: Sendable {
    var failures = 0
    /// Intervals of the next absence.
    var absence = 1
    var outUntil: Timestamp?
  }

  private var states: [String: State] = [:]

  /// A variant answered.
  mutating func answered(_ variant: String) {
    guard states[variant] != nil else { return }
    states[variant] = nil
  }

  /// A variant was tried and did not answer.
  mutating func failed(_ variant: String) { states[variant, default: State()].failures += 1 }

  /// The variants of `names` to leave out of the interval that begins at `now`, each with its sentence.
  mutating func leftOut(of names: [String], at now: Timestamp, interval: Span) -> [String: String] {
    var sentences: [String: String] = [:]
    for name in names {
      guard var state = states[name] else { continue }
      if state.outUntil.map({ $0 <= now }) ?? false {
        // Back on trial: what it does now decides.
        (state.outUntil, state.failures) = (nil, 0)
      } else if state.outUntil == nil, state.failures >= Self.leastFailures {
        state.outUntil = now + interval * Double(state.absence)
        state.absence = min(2 * state.absence, Self.longest)
      }
      states[name] = state
      guard let until = state.outUntil else { continue }
      sentences[name] = "\(name) is left out until \(until): its last \(state.failures) tries failed."
    }
    return sentences
  }
}

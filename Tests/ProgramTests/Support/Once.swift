import Foundation
import Synchronization

/// A value that comes once, and for which many can wait within bounds.
final class Once<Value: Sendable>: Sendable {
  private struct State {
    var value: Value?
    var waiting: [Int: CheckedContinuation<Value?, Never>] = [:]
    var next = 0
  }
  private let state = Mutex(State())

  /// Gives the value to all who wait; later values are dropped.
  func set(_ value: Value) {
    let waiting = state.withLock { state -> [CheckedContinuation<Value?, Never>] in
      guard state.value == nil else { return [] }
      state.value = value
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for continuation in waiting { continuation.resume(returning: value) }
  }

  /// The value, if it has come.
  var now: Value? { state.withLock { $0.value } }

  /// The value once it has come; `nil` when it has not come within `limit`.
  func value(within limit: Duration) async -> Value? {
    await withCheckedContinuation { continuation in
      let (present, number) = state.withLock { state -> (Value?, Int) in
        if let value = state.value { return (value, 0) }
        state.next += 1
        state.waiting[state.next] = continuation
        return (nil, state.next)
      }
      if let present { return continuation.resume(returning: present) }
      let milliseconds = Int(limit / .milliseconds(1))
      DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) {
        self.state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(returning: nil)
      }
    }
  }
}

/// Something that did not happen in time. The limits only keep a broken program from stopping the tests for ever.
struct TookTooLong: Error, CustomStringConvertible {
  let description: String
}

/// Waits until `condition` gives a value.
///
/// - Throws: ``TookTooLong`` naming `what` when it has not within `limit`.
func eventually<Value>(
  _ what: String, within limit: Duration = .seconds(120), _ condition: () async throws -> Value?
) async throws -> Value {
  let end = ContinuousClock.now.advanced(by: limit)
  while true {
    if let value = try await condition() { return value }
    guard ContinuousClock.now < end else { throw TookTooLong(description: "\(what): not within \(limit)") }
    try await Task.sleep(for: .milliseconds(10))
  }
}

/// Waits until `condition` holds.
func eventually(
  _ what: String, within limit: Duration = .seconds(120), holds condition: () async throws -> Bool
) async throws {
  _ = try await eventually(what, within: limit) { try await condition() ? true : nil }
}

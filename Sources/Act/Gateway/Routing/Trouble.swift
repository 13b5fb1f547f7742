import NIOCore

/// How long a backend that could not be reached is passed over: a while after the first failure, doubling to 32 times
/// that, until one connection succeeds. It is still tried when nothing else is left.
struct Trouble: Equatable {
  /// The time after the first failure.
  let first: TimeAmount
  private var failures = 0
  private var until = NIODeadline.uptimeNanoseconds(0)
  private var restsUntil = NIODeadline.uptimeNanoseconds(0)

  init(first: TimeAmount) { self.first = first }

  /// Whether others should be tried first.
  func isPresent(at now: NIODeadline) -> Bool { (failures > 0 && now < until) || now < restsUntil }

  mutating func failed(at now: NIODeadline) {
    failures += 1
    until = now + .nanoseconds(first.nanoseconds << Int64(min(failures - 1, 5)))
  }

  /// The backend answered and asked to be left alone.
  mutating func rests(until moment: NIODeadline) { restsUntil = max(restsUntil, moment) }

  mutating func succeeded() { failures = 0 }
}

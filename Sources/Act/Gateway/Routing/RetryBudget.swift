import NIOCore

/// How many further tries the requests of one loop may have: a tenth of their number, and a few to begin with, so that
/// a busy backend's trouble is not made worse. Connections that could not be opened cost nothing and are not counted.
struct RetryBudget: Equatable {
  private static let perRequest = 0.1
  private static let most = 10.0
  private var tokens = RetryBudget.most

  mutating func requestCame() { tokens = min(Self.most, tokens + Self.perRequest) }

  /// Takes one try; false when there is none.
  mutating func take() -> Bool {
    guard tokens >= 1 else { return false }
    tokens -= 1
    return true
  }
}

/// How long to wait before a backend is tried again (full jitter; AWS Architecture Blog, "Exponential backoff and
/// jitter", 2015), and what its `Retry-After` means.
enum RetryDelay {
  /// The longest time that a caller waits for a second try, and the longest that a backend is left alone.
  static let longestWait = TimeAmount.seconds(2)
  static let longestRest = TimeAmount.seconds(60)

  /// A random part, `random` from 0 to 1, of 50 ms doubled with each failure, at most a second.
  static func jittered(failures: Int, random: Double) -> TimeAmount {
    let ceiling = min(1000, 50 << Int64(min(max(failures - 1, 0), 5)))
    return .microseconds(Int64(Double(ceiling) * 1000 * min(max(random, 0), 1)))
  }

  /// Whole seconds of a `Retry-After` field; nil for dates and nonsense.
  static func seconds(_ field: String?) -> TimeAmount? {
    field.flatMap { Int64($0) }.flatMap { $0 >= 0 ? .seconds(min($0, 86_400)) : nil }
  }
}

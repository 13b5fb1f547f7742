public import Quantities

/// When the work is done, as people say it.
public enum BoardTime: Hashable, Sendable {
  /// Nothing was said: an hour like any other of the year.
  case anyHour
  /// At once.
  case now
  /// So much later.
  case later(Span)
  /// The next time that it is ten in the evening where the asker is.
  case tonight
  /// At a moment.
  case at(Timestamp)

  /// What can be written, for errors.
  static let expected = "now, tonight, a wait like +3h or +90min, or a moment like 2026-11-21T22:00Z"
  /// The longest wait.
  static let longestWait = Span.hours(24 * 14)

  /// Reads `now`, `tonight`, `+3h`, `2026-11-21T22:00Z`.
  ///
  /// - Throws: ``BoardError/badValue(key:_:expected:)``.
  public init(_ text: String) throws(BoardError) {
    let word = text.lowercased()
    switch word {
    case "now": self = .now
    case "tonight": self = .tonight
    default:
      if text.hasPrefix("+"), let wait = try? Span(parsing: String(text.dropFirst())), wait > .zero,
        wait <= BoardTime.longestWait
      {
        self = .later(wait)
      } else if let moment = Timestamp(iso8601: text) {
        self = .at(moment)
      } else {
        throw .badValue(key: "time", text, expected: "\(BoardTime.expected), at most 14 days ahead")
      }
    }
  }

  /// The text that is read as this; empty for no time.
  public var text: String {
    switch self {
    case .anyHour: ""
    case .now: "now"
    case .later(let wait): "+" + BoardTime.exact(wait)
    case .tonight: "tonight"
    case .at(let moment): moment.description
    }
  }

  /// For people: `now`, `in 3 h`, `tonight`.
  public var words: String {
    switch self {
    case .anyHour: "any hour"
    case .now: "now"
    case .later(let wait): "in \(wait.formatted())"
    case .tonight: "tonight"
    case .at(let moment): "at \(moment)"
    }
  }

  /// The moment that is meant; nothing when none was said.
  ///
  /// - Parameter utcOffset: of the asker's clock, for `tonight`.
  public func moment(after now: Timestamp, utcOffset: Span = .zero) -> Timestamp? {
    switch self {
    case .anyHour: return nil
    case .now: return now
    case .later(let wait): return now + wait
    case .at(let moment): return moment
    case .tonight:
      let local = now + utcOffset
      let midnight = Timestamp(milliseconds: local.milliseconds - Timestamp.positive(local.milliseconds, 86_400_000))
      let evening = midnight + .hours(22)
      return (evening >= local ? evening : evening + .hours(24)) - utcOffset
    }
  }

  private static func exact(_ wait: Span) -> String {
    let units: [(Double, String)] = [(3600, "h"), (60, "min")]
    for (seconds, symbol) in units where (wait.seconds / seconds).rounded() * seconds == wait.seconds {
      return "\(Decimals.fixed(wait.seconds / seconds, places: 0))\(symbol)"
    }
    return "\(Decimals.significant(wait.seconds, digits: 15))s"
  }
}

extension Timestamp {
  /// The remainder that is never negative.
  fileprivate static func positive(_ value: Int64, _ divisor: Int64) -> Int64 {
    let rest = value % divisor
    return rest < 0 ? rest + divisor : rest
  }
}

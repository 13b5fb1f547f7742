public import Quantities

/// How far an activity has come.
public enum ActivityStatus: Hashable, Sendable {
  /// It has begun and no one has seen it end.
  case running
  /// It ended and did what it was to do.
  case done
  /// It ended without: a status other than 0, a signal, an error.
  case failed
  /// Its meter died: nothing is known after that moment, which is also the activity's end.
  case notObserved(after: Timestamp)

  /// How much is known: a commit that knows less never replaces one that knows more.
  public var knowledge: Int {
    switch self {
    case .running: 0
    case .notObserved: 1
    case .done, .failed: 2
    }
  }

  /// The name without the moment: `running`, `done`, `failed`, `not_observed`.
  public var name: String {
    switch self {
    case .running: "running"
    case .done: "done"
    case .failed: "failed"
    case .notObserved: "not_observed"
    }
  }

  /// The status of that name; a status that is not observed takes the activity's end as its moment.
  public init?(name: some StringProtocol, ended: Timestamp?) {
    switch (String(name), ended) {
    case ("running", _): self = .running
    case ("done", _): self = .done
    case ("failed", _): self = .failed
    case ("not_observed", let ended?): self = .notObserved(after: ended)
    default: return nil
    }
  }
}

extension ActivityStatus: CodedAsText {
  public static var textForm: String { "a status" }
  private static let unobserved = "not observed after "

  public var description: String {
    guard case .notObserved(let moment) = self else { return name }
    return "\(Self.unobserved)\(moment)"
  }

  public init?(parsing text: some StringProtocol) {
    if text.hasPrefix(Self.unobserved), let moment = Timestamp(iso8601: text.dropFirst(Self.unobserved.count)) {
      self = .notObserved(after: moment)
    } else {
      self.init(name: text, ended: nil)
    }
  }
}

public import Grid
public import Quantities

/// What an answer stands on, from best to none.
public enum ChainRung: String, Hashable, Sendable, Codable, CaseIterable {
  /// A provider answered just now.
  case provider
  /// A value kept from earlier, still fresh, or a kept forecast for the time.
  case kept
  /// The same time yesterday or in the last week, from kept values.
  case persistence
  /// The usual value of the hour in the last week that values are kept of.
  case typicalDay = "typical-day"
  /// The yearly mean of the place.
  case yearlyMean = "yearly-mean"
  /// Nothing is known.
  case unknown
}

/// One step down the chain, or the one that ended it.
public struct ChainStep: Hashable, Sendable {
  /// Who was asked.
  public let supplier: String
  /// Why there was nothing to go by; nothing for the one that answered.
  public let failure: ProviderError?
  /// How long it took.
  public let duration: Span

  /// One sentence: `Electricity Maps: 401, the key is not accepted; …`
  public var sentence: String {
    "\(supplier): \(failure.map(\.description) ?? "answered")"
  }
}

/// What is to be known about an answer besides its values.
public enum ChainFlag: Hashable, Sendable, CustomStringConvertible {
  /// Values of another kind than asked stand in.
  case otherKind(asked: SignalKind, got: SignalKind)
  /// All values are forecasts or estimates.
  case estimated
  /// Some values were not believed.
  case rejected(Int)
  /// The values end before the asked time does.
  case endsEarly(Timestamp)
  /// The values are older than the supplier's usual age.
  case old(Span)

  /// A few words.
  public var description: String {
    switch self {
    case .otherKind(let asked, let got): "\(got.label), where \(asked.label) was asked for"
    case .estimated: "estimated"
    case .rejected(let count): "\(count) value\(count == 1 ? " was" : "s were") not believed"
    case .endsEarly(let end): "known until \(end) only"
    case .old(let age): "\(Decimals.fixed(age.hours, places: 1)) h old"
    }
  }
}

/// What a chain found, from whom, and why from nobody better.
public struct ChainAnswer: Hashable, Sendable {
  /// What was asked.
  public let query: SignalQuery
  /// What the values stand on.
  public let rung: ChainRung
  /// Who gave them; nothing when nothing is known.
  public let supplier: String?
  /// The values, by start, all of one provider; none when nothing is known.
  public let signals: [Signal]
  /// Values that were not believed, from all who were asked.
  public let rejected: [RejectedSignal]
  /// What else is to be known.
  public let flags: [ChainFlag]
  /// Everyone who was asked, in order.
  public let steps: [ChainStep]
  /// When the answer was ready.
  public let answeredAt: Timestamp

  /// The value that holds at `moment`, or else the newest earlier one.
  public func signal(at moment: Timestamp) -> Signal? {
    signals.last { $0.validity.lowerBound <= moment }
  }

  /// How long ago the interval of the value for the answer's moment began.
  public var age: Span? { signal(at: answeredAt).map { answeredAt - $0.validity.lowerBound } }

  /// One sentence for the record: what it stands on, and why on nothing better.
  public var reason: String {
    let found =
      switch rung {
      case .provider: "\(supplier ?? "a provider") answered"
      case .kept: "a value kept from \(supplier ?? "earlier") stands in"
      case .persistence: "the same time of the days before stands in (\(supplier ?? ""))"
      case .typicalDay: "the usual value of the hour stands in (\(supplier ?? ""))"
      case .yearlyMean: "the yearly mean stands in"
      case .unknown: "nothing is known"
      }
    let failures = steps.filter { $0.failure != nil }.map(\.sentence)
    let notes = flags.isEmpty ? "" : " (" + flags.map(\.description).joined(separator: "; ") + ")"
    return found + notes + (failures.isEmpty ? "" : ". " + failures.joined(separator: ". "))
  }
}

public import Quantities

/// What values of a signal are believed.
public struct SignalLimits: Hashable, Sendable, Codable {
  /// The highest carbon intensity believed, g/kWh. Coal alone is below 1,300 in every source; 3,000 is a slip of unit.
  public var maximumIntensity: Double
  /// Whether the source says itself that its intensity can be zero; else a zero is taken for a missing value.
  public var isZeroIntensityPossible: Bool

  /// The usual limits: up to 3,000 g/kWh, zero not believed.
  public init(maximumIntensity: Double = 3000, isZeroIntensityPossible: Bool = false) {
    self.maximumIntensity = maximumIntensity
    self.isZeroIntensityPossible = isZeroIntensityPossible
  }

  /// Why a value is not believed, as the end of a sentence; nothing when it is.
  public func objection(to value: Double, kind: SignalKind) -> String? {
    guard value.isFinite else { return "it is not a number" }
    if kind.isCarbonIntensity {
      let text = Decimals.significant(value, digits: 4)
      if value < 0 { return "an intensity of \(text) g/kWh is negative" }
      if value > maximumIntensity {
        return "an intensity of \(text) g/kWh is above \(Decimals.significant(maximumIntensity, digits: 4))"
      }
      if value == 0, !isZeroIntensityPossible {
        return "an intensity of 0 is suspicious and the source does not vouch for it"
      }
    }
    return nil
  }

  /// The signals that are believed and those that are not, with the reason.
  public func sift(_ signals: some Sequence<Signal>) -> (believed: [Signal], rejected: [RejectedSignal]) {
    var believed: [Signal] = []
    var rejected: [RejectedSignal] = []
    for signal in signals {
      if let objection = objection(to: signal.value, kind: signal.kind) {
        rejected.append(RejectedSignal(validity: signal.validity, value: signal.value, reason: objection))
      } else {
        believed.append(signal)
      }
    }
    return (believed, rejected)
  }
}

/// A value that was not believed.
public struct RejectedSignal: Hashable, Sendable, Codable {
  /// The interval it was meant for.
  public let validity: Range<Timestamp>
  /// The value as it came.
  public let value: Double
  /// Why it was not believed, as the end of a sentence.
  public let reason: String

  /// A value that was not believed.
  public init(validity: Range<Timestamp>, value: Double, reason: String) {
    self.validity = validity
    self.value = value
    self.reason = reason
  }
}

import Foundation
public import Switching

/// The one way decisions and their inputs are written, so that a replay can be compared byte for byte.
public enum DecisionCoding {
  /// The canonical JSON of a value: sorted keys, no spaces.
  public static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// Reads a value back.
  public static func value<T: Decodable>(_: T.Type, from text: String) throws -> T {
    try JSONDecoder().decode(T.self, from: Data(text.utf8))
  }
}

/// What is kept of a decision beside its input: what it was and what the policy remembers afterwards.
public struct DecisionOutcome: Hashable, Sendable, Codable {
  /// The state that was handed to the policy.
  public var before: PolicyState
  /// The decision.
  public var decision: Decision
  /// The state for the next one.
  public var after: PolicyState
  /// Whose forecast the input holds; `nil` when it holds none.
  public var forecast: ForecastNote?
  /// The same for other places; `nil` when every variant stands here.
  public var forecastsElsewhere: [String: ForecastNote]?

  /// An outcome.
  public init(
    before: PolicyState, decision: Decision, after: PolicyState, forecast: ForecastNote? = nil,
    forecastsElsewhere: [String: ForecastNote]? = nil
  ) {
    self.before = before
    self.decision = decision
    self.after = after
    self.forecast = forecast
    self.forecastsElsewhere = forecastsElsewhere
  }
}

import Quantities

/// How far ahead an hour lies, in the four classes that skill is kept in.
public enum LeadBand: String, Hashable, Sendable, Codable, CaseIterable {
  /// Up to 6 hours after the newest value.
  case next6 = "1-6 h"
  /// 7 to 12 hours.
  case next12 = "7-12 h"
  /// 13 to 24 hours.
  case next24 = "13-24 h"
  /// 25 to 48 hours, and what lies further.
  case next48 = "25-48 h"

  /// The farthest hour that forecasts are scored for.
  public static let farthest = 48

  /// The band of the hour `lead` hours ahead, from 1.
  public init(lead: Int) {
    self = lead <= 6 ? .next6 : lead <= 12 ? .next12 : lead <= 24 ? .next24 : .next48
  }

  /// Its place, from 0.
  var index: Int {
    switch self {
    case .next6: 0
    case .next12: 1
    case .next24: 2
    case .next48: 3
    }
  }
}

/// How well a forecast did lately in one band, from its own past issues on this series.
public struct ForecastSkill: Hashable, Sendable, Codable {
  /// How far ahead.
  public let band: LeadBand
  /// How many past values it was held against.
  public let samples: Int
  /// Mean absolute error in the series' unit, newer errors weighing more.
  public let meanAbsoluteError: Double
  /// The same of persistence, on the same hours.
  public let persistenceError: Double
  /// The same of the mean of the hour over seven days, on the same hours.
  public let weekMeanError: Double
  /// The share of truths within the range, 0 to 1; nothing while there were no ranges.
  public let coverage: Double?
  /// Mean width of the range in the series' unit; nothing while there were none.
  public let meanWidth: Double?

  /// The share of the better simple rule's error that it avoids: 0 is no better, negative is worse, 1 is perfect.
  public var score: Double? {
    let rival = min(persistenceError, weekMeanError)
    return rival > 0 ? 1 - meanAbsoluteError / rival : nil
  }
}

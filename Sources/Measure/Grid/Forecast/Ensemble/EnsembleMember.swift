/// One of the forecasts that an ensemble is made of.
public enum EnsembleMember: String, Hashable, Sendable, Codable, CaseIterable {
  /// The same hour the day before, moved by how the newest hour differs from its own day before, which fades (6 h).
  case persistence
  /// The mean of the hour over the last seven days.
  case weekMean = "week-mean"
  /// The mean of the hour of the day, fading with 20 days.
  case dayClimatology = "day-climatology"
  /// The mean of the hour of the week, fading with four weeks.
  case weekClimatology = "week-climatology"
  /// A regression for each hour ahead on the calendar, the last hours and days, and the signals beside.
  case regression

  /// Its place, from 0.
  var index: Int {
    switch self {
    case .persistence: 0
    case .weekMean: 1
    case .dayClimatology: 2
    case .weekClimatology: 3
    case .regression: 4
    }
  }
}

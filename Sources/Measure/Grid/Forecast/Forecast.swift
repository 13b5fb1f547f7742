public import Quantities

/// How an interval of a forecast got its value.
public enum FillRule: String, Hashable, Sendable, Codable, CaseIterable {
  /// It had been issued already: an observation, or a provider's own forecast.
  case issued
  /// From the same time the day before.
  case dayBefore = "day-before"
  /// From the same time two days before, for want of the day before.
  case twoDaysBefore = "two-days-before"
  /// From the mean of the same time over the last seven days, for want of both.
  case weekMean = "week-mean"
  /// Nothing to go by.
  case unknown
}

/// One interval of a forecast.
public struct ForecastSlot: Hashable, Sendable, Codable {
  /// The interval: its start included, its end not.
  public let validity: Range<Timestamp>
  /// The expected value in the series' unit; nothing when there is nothing to go by.
  public let value: Double?
  /// How it came about.
  public let rule: FillRule
}

/// What is expected of a series, made at one moment from what had been issued by then.
public struct Forecast: Hashable, Sendable {
  /// The moment it was made at.
  public let issuedAt: Timestamp
  /// The intervals asked for, in order and without gaps; those without a value say so.
  public let slots: [ForecastSlot]
  /// The newest value it rests on; nothing when there was none.
  public let reference: Slot?
  /// How the newest value compares to the same time the day before, within the limits; nothing when that is unknown.
  public let ratio: Double?
  /// Whether the ratio was beyond the limits.
  public let isRatioLimited: Bool
  /// The values that are known, as a series by the forecasting method.
  public let series: Series

  /// The values in order, for a policy.
  public var values: [Double?] { slots.map(\.value) }
}

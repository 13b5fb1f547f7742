import Methods
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
  /// From a mean over a season: an hour of the day or of the week.
  case climatology
  /// From several forecasts, weighted by how well each did lately.
  case ensemble
  /// From the newest value, fading to the mean of the few hours there are.
  case recentMean = "recent-mean"
  /// Nothing to go by.
  case unknown
}

/// One interval of a forecast.
public struct ForecastSlot: Hashable, Sendable, Codable {
  /// The interval: its start included, its end not.
  public let validity: Range<Timestamp>
  /// The expected value in the series' unit; nothing when there is nothing to go by.
  public let value: Double?
  /// The low end at the forecast's ``Forecast/level``; nothing where no interval is known (yet).
  public let low: Double?
  /// The high end at the forecast's ``Forecast/level``; nothing where no interval is known (yet).
  public let high: Double?
  /// How it came about.
  public let rule: FillRule

  init(validity: Range<Timestamp>, value: Double?, low: Double? = nil, high: Double? = nil, rule: FillRule) {
    self.validity = validity
    self.value = value
    self.low = low
    self.high = high
    self.rule = rule
  }
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
  /// The values that are known, as a series by the forecasting method. It carries no ranges, since a series' ranges are
  /// 95 % intervals and those of a forecast are at its own ``level``.
  public let series: Series
  /// The formula behind it.
  public let method: MethodID
  /// The share of truths that the slots' ranges are meant to hold, 0 to 1; nothing when it makes no ranges.
  public let level: Double?
  /// How well the method did lately on this series, by distance; empty when it keeps no record.
  public let skill: [ForecastSkill]
  /// One sentence on what it rests on.
  public let basis: String

  init(
    issuedAt: Timestamp, slots: [ForecastSlot], like source: Series, method: MethodID, reference: Slot?,
    ratio: Double? = nil, isRatioLimited: Bool = false, level: Double? = nil, skill: [ForecastSkill] = [],
    basis: String
  ) {
    self.issuedAt = issuedAt
    self.slots = slots
    self.reference = reference
    self.ratio = ratio
    self.isRatioLimited = isRatioLimited
    self.method = method
    self.level = level
    self.skill = skill
    self.basis = basis
    let known = slots.compactMap { slot in
      slot.value.map { Slot(slot.validity, value: $0, issuedAt: issuedAt, isEstimated: slot.rule != .issued) }
    }
    series = Series(
      region: source.region, kind: source.kind, unit: source.unit, provider: method.description,
      source: source.source, receipt: source.receipt, checked: ArraySlice(known), isIssuedInOrder: true)
  }

  /// The values in order, for a policy.
  public var values: [Double?] { slots.map(\.value) }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The last ten days or more, hour by hour and without gaps, and what is told from them.
struct RecentHours: Hashable, Sendable, Codable {
  private var values = Reals([])
  private var anomalies = Reals([])
  private var dayMeans = Reals([])

  /// What must be at hand: 168 hours and the 48 of a forecast, with some to spare. Twice that is kept at most.
  private static var reach: Int { 240 }

  /// The value `back` hours before the newest.
  subscript(back: Int) -> Double? {
    let place = values.count - 1 - back
    return place >= 0 && back >= 0 ? values[place] : nil
  }

  /// Appends the next hour.
  mutating func append(_ value: Double) {
    values.values.append(value)
    let days = (1...7).compactMap { self[24 * $0] }
    anomalies.values.append(days.isEmpty ? 0 : value - days.reduce(0, +) / Double(days.count))
    dayMeans.values.append(mean(of: 24))
    if values.count > 2 * Self.reach {
      values.values.removeFirst(values.count - Self.reach)
      anomalies.values.removeFirst(anomalies.count - Self.reach)
      dayMeans.values.removeFirst(dayMeans.count - Self.reach)
    }
  }

  private func mean(of hours: Int) -> Double {
    let part = values.values.suffix(hours)
    return part.isEmpty ? 0 : part.reduce(0, +) / Double(part.count)
  }

  private static func at(_ list: Reals, _ back: Int) -> Double {
    let place = list.count - 1 - back
    return place >= 0 ? list[place] : 0
  }

  /// The lowest and highest value of the last week.
  private var bounds: (low: Double, high: Double)? {
    let part = values.values.suffix(168)
    guard let low = part.min(), let high = part.max() else { return nil }
    return (low, high)
  }

  /// A value that an unheard-of outlier is cut to: three times the last week's range beyond its ends. A true change of
  /// level gets through within a few hours, since each cut value widens the range.
  func tamed(_ value: Double) -> Double {
    guard values.count >= 24, let (low, high) = bounds, high > low else { return value }
    let reach = 3 * (high - low)
    return min(max(value, low - reach), high + reach)
  }

  /// What a forecast is held to: half the last week's range beyond its ends.
  var believable: ClosedRange<Double> {
    guard let (low, high) = bounds else { return 0...0 }
    let reach = (high - low) / 2
    return (low - reach)...(high + reach)
  }

  /// The newest value, fading (6 h) to the mean of the hours there are.
  func fading(lead: Int) -> Double {
    let mean = mean(of: 168)
    return mean + ((self[0] ?? mean) - mean) * exp(-Double(lead) / 6)
  }

  /// Fills in how the newest hours differ from what is usual.
  func describe(_ issue: inout PendingIssue) {
    issue[.anomaly] = Self.at(anomalies, 0)
    issue[.anomaly1] = Self.at(anomalies, 1)
    issue[.anomaly2] = Self.at(anomalies, 2)
    issue[.anomaly3] = Self.at(anomalies, 3)
    issue[.anomaly6] = Self.at(anomalies, 6)
    issue[.anomaly12] = Self.at(anomalies, 12)
    let today = Self.at(dayMeans, 0)
    issue[.dayLevel] = today - mean(of: 168)
    issue[.dayChange] = dayMeans.count > 24 ? today - Self.at(dayMeans, 24) : 0
  }

  /// Fills in what is known of the same hour on the days before.
  func describe(_ issue: inout PendingIssue, lead: Int) {
    let first = (lead + 23) / 24
    let back = 24 * first - lead
    let before = self[back]
    issue[lead, .dayBefore] = before ?? .nan
    issue[lead, .dayBeforeThat] = self[back + 24] ?? .nan
    let weekBefore = self[168 - lead]
    issue[lead, .weekBefore] = values.count >= 192 ? weekBefore ?? .nan : .nan
    var sum = 0.0
    var number = 0.0
    for day in 0..<7 {
      guard let value = self[back + 24 * day] else { break }
      sum += value
      number += 1
    }
    issue[lead, .weekMean] = number > 0 ? sum / number : .nan
    if let before, let newest = self[0] {
      // The newest hour beside the hour as many days before it as the forecast hour's own.
      let change = self[24 * first].map { newest - $0 } ?? 0
      issue[lead, .persistence] = before + change * Self.fade[lead - 1]
    }
  }

  private static let fade = (1...LeadBand.farthest).map { exp(-Double($0) / 6) }
}

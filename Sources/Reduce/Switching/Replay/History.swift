public import Quantities

/// One interval of history.
public struct HistoryInterval: Hashable, Sendable, Codable {
  /// When it began.
  public var start: Timestamp
  /// Its realised intensity on the site's own grid; `nil` where the record has a gap.
  public var intensity: CarbonIntensity?
  /// The requests that came.
  public var requests: Double
  /// Realised intensities of other places; a place is absent where its record has a gap, and all of it is `nil` when every
  /// variant stands here.
  public var elsewhere: [String: CarbonIntensity]?

  /// An interval of history.
  public init(
    start: Timestamp, intensity: CarbonIntensity?, requests: Double, elsewhere: [String: CarbonIntensity]? = nil
  ) {
    self.start = start
    self.intensity = intensity
    self.requests = requests
    self.elsewhere = elsewhere
  }
}

/// What had happened by a moment of a replay. It cannot show anything later.
///
/// Intervals are counted backwards: 0 is the one to decide for, 1 the one before.
public struct PastView: Sendable {
  private let past: ArraySlice<HistoryInterval>
  private let current: HistoryInterval
  private let lag: Int
  /// The place whose intensities are seen; `nil` for the site's own grid.
  public let place: String?

  /// The start of the interval to decide for.
  public let now: Timestamp

  /// The view at the start of `current`, after `past`, where intensities are known `lag` intervals late. Of the current
  /// interval only the start and, with no lag, the intensity are kept.
  init(past: ArraySlice<HistoryInterval>, current: HistoryInterval, lag: Int, place: String? = nil) {
    self.past = past
    self.current = HistoryInterval(
      start: current.start, intensity: lag == 0 ? current.intensity : nil, requests: 0,
      elsewhere: lag == 0 ? current.elsewhere : nil)
    self.lag = lag
    self.place = place
    self.now = current.start
  }

  /// The same past with the intensities of another place.
  func seen(from place: String) -> PastView { PastView(past: past, current: current, lag: lag, place: place) }

  /// How many earlier intervals there are.
  public var count: Int { past.count }

  /// The intensity `back` intervals ago; `nil` when missing, not known yet or not in the past.
  public func intensity(back: Int) -> CarbonIntensity? {
    guard back >= lag, back <= count else { return nil }
    return (back == 0 ? current : past[past.endIndex - back]).intensity(at: place)
  }

  /// The requests `back` intervals ago; `nil` for the current one and for what is not in the past.
  public func requests(back: Int) -> Double? {
    guard back >= 1, back <= count else { return nil }
    return past[past.endIndex - back].requests
  }

  /// The newest known intensity and how many intervals ago it was.
  public var newest: (intensity: CarbonIntensity, back: Int)? {
    for back in lag..<max(count + 1, lag) {
      if let intensity = intensity(back: back) { return (intensity, back) }
    }
    return nil
  }

  /// The name of the value of a moment.
  func issue(at moment: Timestamp) -> String { place.map { "history:\($0):\(moment)" } ?? "history:\(moment)" }

  /// Known intensities from `reach` intervals ago to the newest that may be known, oldest first.
  public func intensities(reach: Int) -> [CarbonIntensity?] {
    guard reach >= lag else { return [] }
    return (lag...reach).reversed().map { intensity(back: $0) }
  }
}

/// Forecasts the intensities of so many intervals, the current one first, from the past alone.
public typealias IntensityForecaster = @Sendable (PastView, _ count: Int) -> [CarbonIntensity]
/// Forecasts the requests of so many intervals, the current one first, from the past alone.
public typealias DemandForecaster = @Sendable (PastView, _ count: Int) -> [Double]

/// Forecasters that need nothing but the past.
public enum Forecasters {
  /// ``DayPersistence`` on the last three days.
  public static func persistence(interval: Span = .hours(1), lag: Int = 0) -> IntensityForecaster {
    let reach = 3 * Int((Span.hours(24) / interval).rounded()) + lag
    return { past, count in
      DayPersistence.intensities(
        history: past.intensities(reach: reach), interval: interval, lead: lag, count: count)
    }
  }

  /// The same number of requests in every interval, stated by the operator.
  public static func constantDemand(_ requests: Double) -> DemandForecaster {
    { _, count in [Double](repeating: requests, count: count) }
  }

  /// The requests of the same interval of the day before; before there is one, the mean of what came so far; none
  /// before anything came.
  public static func demandOfYesterday(interval: Span = .hours(1)) -> DemandForecaster {
    let day = max(1, Int((Span.hours(24) / interval).rounded()))
    return { past, count in
      let seen = (1...max(1, min(day, past.count))).compactMap { past.requests(back: $0) }
      guard !seen.isEmpty else { return [] }
      let mean = seen.reduce(0, +) / Double(seen.count)
      return (0..<count).map { past.requests(back: day - $0 % day) ?? mean }
    }
  }
}

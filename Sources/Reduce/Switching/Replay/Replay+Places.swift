public import Quantities

extension HistoryInterval {
  /// The realised intensity at a place, or at home for `nil`; `nil` where the record has a gap.
  public func intensity(at place: String?) -> CarbonIntensity? {
    guard let place else { return intensity }
    return elsewhere?[place]
  }
}

extension Replay {
  /// An interval with every realised intensity; `nil` where one that the ladder needs is missing.
  func realised(_ interval: HistoryInterval) -> Problem.Interval? {
    if ladder.hasHome, interval.intensity == nil { return nil }
    var there: [String: Problem.Elsewhere]?
    for place in ladder.places {
      guard let value = interval.intensity(at: place), let pue = pueElsewhere[place] else { return nil }
      there = (there ?? [:]).merging([place: Problem.Elsewhere(value, pue: pue)]) { $1 }
    }
    // Where no variant stands at home its grid is in no sum.
    return Problem.Interval(
      requests: interval.requests, intensity: interval.intensity ?? .zero, pue: pue, length: self.interval,
      elsewhere: there)
  }

  /// Carbon of an interval's requests on `shares`; `nil` where a realised intensity that the ladder needs is missing.
  func carbon(of shares: [Double], in interval: HistoryInterval) -> Carbon? {
    guard ladder.isPlaced else {
      let energy = Energy.joules(ladder.joulesPerRequest(shares))
      return interval.intensity.map { (energy * interval.requests) * $0 * pue }
    }
    return realised(interval).map { .grams($0.grams(sharing: shares, on: ladder)) }
  }

  /// What had been known of each place by a moment.
  func elsewhere(
    _ past: PastView, _ forecasts: [String: IntensityForecaster], count: Int
  ) -> [String: PolicyInput.Elsewhere]? {
    guard ladder.isPlaced else { return nil }
    var there: [String: PolicyInput.Elsewhere] = [:]
    for place in ladder.places {
      let view = past.seen(from: place)
      let forecast = forecasts[place] ?? Forecasters.persistence(interval: interval, lag: lag)
      there[place] = PolicyInput.Elsewhere(
        signal: signal(view), forecast: forecast(view, count), recent: recent(view), pue: pueElsewhere[place] ?? pue)
    }
    return there
  }

  /// What is wrong with the places of a history; `nil` when nothing is.
  static func problem(of ladder: Ladder, _ pueElsewhere: [String: Double]) -> SwitchingError? {
    for place in ladder.places {
      guard let pue = pueElsewhere[place], pue >= 1, pue.isFinite else {
        return .invalidReplay("variants stand in '\(place)'; give its PUE, at least 1")
      }
    }
    return nil
  }
}

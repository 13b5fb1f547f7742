import Quantities

/// The problems that a policy solves, with what every place costs in each interval.
extension Outlook {
  /// The remaining intervals of the period; `nil` without a forecast for the site's own grid, or, where no variant stands
  /// there, for any. A place that is not known in an interval counts as the dirtiest there can be.
  func intervals(_ input: PolicyInput) -> [Problem.Interval]? {
    guard input.ladder.isPlaced else {
      return intensities.map { intensities in
        zip(intensities, requests).map {
          Problem.Interval(requests: $1, intensity: $0, pue: input.pue, length: input.interval)
        }
      }
    }
    let isPlanned = input.ladder.hasHome ? intensities != nil : elsewhere.values.contains { $0.intensities != nil }
    guard isPlanned else { return nil }
    return requests.indices.map { t in
      Problem.Interval(
        requests: requests[t], intensity: intensities?[t] ?? Problem.Elsewhere.dirtiest.intensity, pue: input.pue,
        length: input.interval,
        elsewhere: there(input) { t == 0 ? $0.current : $0.intensities?[t] })
    }
  }

  /// The current interval; `nil` when the site's own grid is not known, or, where no variant stands there, none is.
  func now(_ input: PolicyInput) -> Problem.Interval? {
    let isKnown = input.ladder.hasHome ? current != nil : elsewhere.values.contains { $0.current != nil }
    guard isKnown else { return nil }
    return Problem.Interval(
      requests: requests[0], intensity: current ?? Problem.Elsewhere.dirtiest.intensity, pue: input.pue,
      length: input.interval, elsewhere: there(input, \.current))
  }

  /// The last 24 hours as far as known. Where a place was not recorded in the same intervals its mean stands for each, and
  /// without a record it counts as the dirtiest.
  func past(_ input: PolicyInput) -> [Problem.Interval] {
    let own =
      input.ladder.hasHome || !input.recent.isEmpty
      ? input.recent
      : input.ladder.places.lazy.compactMap { input.elsewhere?[$0]?.recent }.first { !$0.isEmpty } ?? []
    return own.indices.map { t in
      var elsewhere: [String: Problem.Elsewhere]?
      if input.ladder.isPlaced {
        elsewhere = [:]
        for place in input.ladder.places {
          let there = input.elsewhere?[place]
          let values = there?.recent ?? []
          let value = values.count == own.count ? values[t].intensity : Outlook.mean(values)
          elsewhere?[place] = Outlook.believed(value, pue: there?.pue)
        }
      }
      return Problem.Interval(
        requests: max(0, own[t].requests), intensity: own[t].intensity, pue: input.pue, length: input.interval,
        elsewhere: elsewhere)
    }
  }

  /// How places compare where the hour is not looked at: by the mean of their last 24 hours if all have one, else all alike.
  ///
  /// - Returns: an interval of the requests that are expected now, and the places of which nothing is known; the site's own
  ///   is ``here``.
  func standing(_ input: PolicyInput) -> (interval: Problem.Interval, unknown: [String]) {
    let home = Outlook.mean(input.recent)
    var known: [String: Problem.Elsewhere] = [:]
    for (place, there) in input.elsewhere ?? [:] where Outlook.isUsable(pue: there.pue) {
      known[place] = Outlook.mean(there.recent).map { Problem.Elsewhere($0, pue: there.pue) }
    }
    let places = input.ladder.places
    let unknown = (input.ladder.hasHome && home == nil ? [Outlook.here] : []) + places.filter { known[$0] == nil }
    let alike = Problem.Elsewhere(.gramsPerKilowattHour(1))
    let interval =
      unknown.isEmpty
      ? Problem.Interval(
        requests: requests[0], intensity: home ?? alike.intensity, pue: input.pue, length: input.interval,
        elsewhere: known)
      : Problem.Interval(
        requests: requests[0], intensity: alike.intensity, length: input.interval,
        elsewhere: Dictionary(uniqueKeysWithValues: places.map { ($0, alike) }))
    return (interval, unknown)
  }

  /// The site's own place in sentences.
  static let here = "here"

  static func isUsable(pue: Double) -> Bool { pue >= 1 && pue.isFinite }

  private func there(
    _ input: PolicyInput, _ value: (GridView) -> CarbonIntensity?
  ) -> [String: Problem.Elsewhere] {
    var there: [String: Problem.Elsewhere] = [:]
    for (place, view) in elsewhere {
      there[place] = Outlook.believed(value(view), pue: input.elsewhere?[place]?.pue)
    }
    return there
  }

  private static func believed(_ value: CarbonIntensity?, pue: Double?) -> Problem.Elsewhere {
    guard let value, GridView.isUsable(value), let pue, isUsable(pue: pue) else { return .dirtiest }
    return Problem.Elsewhere(value, pue: pue)
  }

  private static func mean(_ past: [PolicyInput.Past]) -> CarbonIntensity? {
    let known = past.map(\.intensity).filter(GridView.isUsable).map(\.gramsPerKilowattHour)
    return known.isEmpty ? nil : .gramsPerKilowattHour(known.reduce(0, +) / Double(known.count))
  }
}

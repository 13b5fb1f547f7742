import Grid
import Quantities
public import Switching

/// What watching the grid is worth for a model here, or why that cannot be told: ``TimingWorth`` on grid values that are
/// at hand, with the model's own policy, ladder and floors, and the same demand in each hour.
public struct TimingFinding: Sendable {
  /// One sentence for a person.
  public let sentence: String
  /// The figures; `nil` when it cannot be told.
  public let worth: TimingWorth?

  /// No more of the past than this is gone through.
  static let memory = Span.hours(24 * 60)

  /// The finding on the grid values at hand.
  ///
  /// Variants elsewhere are in it where the values of all their places are at hand, of the kind of the site's own; else
  /// it is of the variants on the site's own grid alone, which is then said.
  ///
  /// - Parameter pue: facility overhead of the site, at least 1.
  public init(for model: ServingModel, on past: GridPast, pue: Double) {
    let series = past.home
    let isWhole = model.ladder.places.allSatisfy { place in
      past.elsewhere[place].map { $0.kind == series?.kind } ?? false
    }
    worth = series.flatMap { Self.worth(of: model, on: $0, elsewhere: isWhole ? past.elsewhere : nil, pue: pue) }
    if let worth {
      sentence =
        worth.sentence
        + (isWhole ? "" : " This is of the variants on the site's own grid alone, without those elsewhere.")
    } else if let series, !series.kind.isCarbonIntensity, series.kind != .unstated {
      sentence = "What timing is worth here cannot be told: the values at hand are \(series.kind.label), not carbon."
    } else if series == nil {
      sentence =
        "What timing is worth here cannot be told yet: no grid values are at hand. Configure 'grid' with a series or "
        + "providers; what providers say is kept and counts from its first whole day on."
    } else {
      sentence =
        "What timing is worth here cannot be told yet: the grid values at hand do not cover a whole UTC day."
    }
  }

  /// - Parameter elsewhere: the values of other places; `nil` leaves the variants there out.
  private static func worth(
    of model: ServingModel, on series: Series, elsewhere: [String: Series]?, pue: Double
  ) -> TimingWorth? {
    guard series.kind.isCarbonIntensity || series.kind == .unstated, let first = series.slots.first?.start,
      let last = series.slots.last?.end
    else { return nil }
    let begin = max(first, last - memory).startOfHour
    var history: [HistoryInterval] = []
    var start = begin
    while start + .hours(1) <= last {
      let value = { (series: Series) in
        series.mean(over: start..<(start + .hours(1))).map { CarbonIntensity.gramsPerKilowattHour($0.value) }
      }
      history.append(
        HistoryInterval(
          start: start, intensity: value(series), requests: 1, elsewhere: elsewhere?.compactMapValues(value)))
      start = start + .hours(1)
    }
    // The first day has no day before it that a forecast could rest on; where there are more it is only looked at.
    let midnight = begin == begin.startOfDay ? begin : begin.startOfDay + .hours(24)
    let whole = Int((midnight - begin).hours.rounded())
    let learned = whole + 24
    let from = learned + 24 <= history.count ? learned : whole
    guard from + 24 <= history.count else { return nil }
    let days = (history.count - from) / 24
    let offered = model.ladder.variants.filter { elsewhere != nil || $0.place == nil }
    guard let ladder = try? Ladder(offered) else { return nil }
    let stated = model.statedPUE
    let replay = try? Replay(
      history: Array(history.prefix(from + 24 * days)), first: from, ladder: ladder, floor: model.floor,
      instantFloor: model.settings.instantFloor, pue: pue, requestNoun: model.unitNoun,
      pueElsewhere: Dictionary(uniqueKeysWithValues: ladder.places.map { ($0, stated[$0] ?? pue) }))
    return replay.flatMap {
      TimingWorth(of: $0, policy: model.policy, demand: Forecasters.constantDemand(1))
    }
  }
}

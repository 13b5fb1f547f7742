public import Grid
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

  /// The finding on `series`.
  ///
  /// - Parameter series: grid intensity; `nil` when none is at hand.
  public init(for model: ServingModel, on series: Series?, pue: Double) {
    worth = series.flatMap { Self.worth(of: model, on: $0, pue: pue) }
    if let worth {
      sentence =
        worth.sentence
        + (model.ladder.isPlaced
          ? " This is of the variants on the site's own grid alone, without those elsewhere." : "")
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

  private static func worth(of model: ServingModel, on series: Series, pue: Double) -> TimingWorth? {
    guard series.kind.isCarbonIntensity || series.kind == .unstated, let first = series.slots.first?.start,
      let last = series.slots.last?.end
    else { return nil }
    let begin = max(first, last - memory).startOfHour
    var history: [HistoryInterval] = []
    var start = begin
    while start + .hours(1) <= last {
      let value = series.mean(over: start..<(start + .hours(1)))?.value
      history.append(
        HistoryInterval(start: start, intensity: value.map(CarbonIntensity.gramsPerKilowattHour), requests: 1))
      start = start + .hours(1)
    }
    // The first day has no day before it that a forecast could rest on; where there are more it is only looked at.
    let midnight = begin == begin.startOfDay ? begin : begin.startOfDay + .hours(24)
    let whole = Int((midnight - begin).hours.rounded())
    let learned = whole + 24
    let from = learned + 24 <= history.count ? learned : whole
    guard from + 24 <= history.count else { return nil }
    let days = (history.count - from) / 24
    guard let home = try? Ladder(model.ladder.variants.filter { $0.place == nil }) else { return nil }
    let replay = try? Replay(
      history: Array(history.prefix(from + 24 * days)), first: from, ladder: home, floor: model.floor,
      instantFloor: model.settings.instantFloor, pue: pue, requestNoun: model.unitNoun)
    return replay.flatMap {
      TimingWorth(of: $0, policy: model.policy, demand: Forecasters.constantDemand(1))
    }
  }
}

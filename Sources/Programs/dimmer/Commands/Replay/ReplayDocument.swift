import Methods
import Quantities
import Reporting
import Switching

/// Replays as JSON, by the contract.
enum ReplayDocument {
  /// One policy on one history at one floor.
  static func json(_ result: ReplayResult, of shown: ReplayCase, forecast: String) -> JSONValue {
    let ledger = SavingsLedger(result, of: shown.replay, directives: shown.offer.directives)
    let spread = try? SavingsSpread(
      result, of: shown.replay, energies: shown.offer.energies, directives: shown.offer.directives)
    let ends = spread?.total
    let grams = { (carbon: Carbon, term: SavingsSpread.Term) in figure(carbon, ends?[term], by: "price-rule@1") }
    // The ledger has a fixed mix for each day; the one of the whole is as unsure as those together.
    let days = ledger.total.staticMix
    let mix = ends.map { $0[.staticMix] }.map { range in
      days > .zero ? result.staticMix * (range.lowerBound / days)...result.staticMix * (range.upperBound / days) : range
    }
    let plain: JSONValue = [
      "policy": .string(result.policy), "floor": .number(shown.replay.floor), "mean_quality": .optional(result.quality),
      "carbon_grams": grams(result.carbon, .emitted), "clairvoyant_grams": grams(result.clairvoyant, .clairvoyant),
      "static_mix_grams": figure(result.staticMix, mix, by: "price-rule@1"),
      "always_best_grams": grams(result.alwaysBest, .alwaysBest),
      "saved_percent": .optional(result.savedPercent), "sizing_percent": .optional(result.sizingPercent),
      "timing_percent": .optional(result.timingPercent), "timing_gain_percent": .optional(result.timingGainPercent),
      "regret_percent": .optional(result.regretPercent), "switches": .count(result.switches),
      "requests": .number(result.requests), "intervals": .count(result.steps.count),
      "missing_intervals": .count(result.missingIntervals), "days": .count(result.periods.count),
      "days_at_floor": .count(result.periods.count { $0.isFloorMet }),
      "baselines": [
        "always_best": "the variant of highest quality for every request",
        "static_mix": "the best fixed mix at the achieved mean quality, which ignores the grid",
        "clairvoyant": shown.replay.period == .whole
          ? "all of it known beforehand, at the achieved mean quality"
          : "each UTC day known beforehand, at that day's achieved mean quality",
      ],
      "directive_grams": figure(ledger.total.directive, ends?[.directive], by: "savings-split@2"),
      "forecast": .string(forecast),
    ]
    let document =
      shown.replay.ladder.isPlaced
      ? plain.adding([
        "placing_percent": .optional(result.placingPercent),
        "placing_grams": figure(ledger.total.placing, ends?[.placing], by: "savings-split@2"),
      ]) : plain
    guard let idle = shown.idle else { return document }
    return document.adding(["idle_grams": figure(idle.carbon, nil, by: "operational-carbon@1")])
  }

  private static func figure(_ carbon: Carbon, _ range: ClosedRange<Carbon>?, by method: MethodID) -> JSONValue {
    [
      "value": .number(carbon.grams), "low": .number(min(carbon, range?.lowerBound ?? carbon).grams),
      "high": .number(max(carbon, range?.upperBound ?? carbon).grams), "origin": .string(Origin.modelled.rawValue),
      "method": .string(method.description), "id": nil,
    ]
  }

  /// What timing is worth.
  static func worth(_ worth: TimingWorth?) -> JSONValue {
    guard let worth else { return .unknown("no day is complete, or nothing is emitted") }
    let gain = { (gain: TimingWorth.Gain) -> JSONValue in
      ["percent": .number(gain.percent), "low": .optional(gain.low), "high": .optional(gain.high)]
    }
    return [
      "possible": gain(worth.possible), "reachable": gain(worth.reachable), "days": .count(worth.periods),
      "variation_percent": .number(worth.variationPercent), "method": "timing-worth@1",
      "sentence": .string(worth.sentence),
    ]
  }

  /// A policy judged over several cases.
  static func figure(_ figure: PolicyFigure, policy: String) -> JSONValue {
    [
      "policy": .string(policy), "cases": .count(figure.trials.count),
      "mean_regret_percent": .optional(figure.meanRegretPercent), "is_every_floor_met": .bool(figure.isEveryFloorMet),
      "promised": .count(figure.promised.count), "broken": .count(figure.broken.count), "is_met": .bool(figure.isMet),
      "sentence": .string(figure.sentence),
    ]
  }
}

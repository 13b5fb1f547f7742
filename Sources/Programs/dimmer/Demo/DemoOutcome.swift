import Grid
import Ledger
import Methods
import Quantities
import Reporting
import Service
import Switching

/// What the demo found, as numbers: made from the recorded ledger by the replay code.
struct DemoOutcome {
  let review: ServedReview
  let board: Scoreboard
  let floor: Double
  /// All calibrated variants, and those offered.
  let variants: [VariantRecord]
  let offered: [VariantRecord]
  let trace: BuiltInTrace
  let hours: Int
  /// Which handwritten digit a live image was made from.
  let base: (Int) -> Int
  let activity: ActivityID

  /// Accuracy in points, as checked against the true labels.
  var accuracy: Double { board.accuracy * 100 }
  /// Its standard error in points, by handwritten digit.
  var accuracyError: Double { board.standardError(base: base) * 100 }

  /// Energy of all requests as recorded, with the interval of the calibrations.
  var energy: Estimate<Energy> {
    let parts = review.hours.compactMap { hour -> Estimate<Energy>? in
      guard let variant = offered.first(where: { $0.name == hour.key.variant }) else { return nil }
      let value = hour.sums.microjoules.energy
      guard variant.joulesPerUnit > 0 else { return nil }
      let low = variant.joulesPerUnitLow / variant.joulesPerUnit - 1
      let high = variant.joulesPerUnitHigh / variant.joulesPerUnit - 1
      return Estimate(
        value, relative: low...high, origin: variant.receipt.origin, method: RequestEnergy.id,
        source: "calibration:\(variant.name)")
    }
    return parts.total(method: RequestEnergy.id, origin: .modelled)
  }

  /// An estimate of carbon with the relative interval of the energies: the grid's is common to all of them.
  func carbon(_ value: Carbon) -> Estimate<Carbon> {
    let energy = energy
    let low = energy.value > .zero ? energy.low / energy.value - 1 : 0
    let high = energy.value > .zero ? energy.high / energy.value - 1 : 0
    return Estimate(
      value, relative: low...high, origin: .modelled, method: "operational-carbon@1", source: "calibrations and grid")
  }

  /// The table for people.
  func text(style: TextStyle) -> String {
    let result = review.result
    var table = TextTable([
      .init("48 HOURS OF \(trace.region)"), .init("CARBON", numeric: true),
      .init("AGAINST ALWAYS-LARGEST", numeric: true),
    ])
    let percent = { (part: Carbon) in
      "\(Decimals.fixed(-100 * (1 - part / result.alwaysBest), places: 1)) %"
    }
    table.add(["always the largest variant", result.alwaysBest.formatted(), "0 %"])
    table.add(["best static mix at the same accuracy", result.staticMix.formatted(), percent(result.staticMix)])
    table.add(["dimmer, as served", result.carbon.formatted(), percent(result.carbon)])
    table.add(["clairvoyant optimum", result.clairvoyant.formatted(), percent(result.clairvoyant)])
    let spread = Decimals.fixed(2 * accuracyError, places: 1)
    return """

      \(table.text(style: style))

      saved \(number(result.savedPercent)) %: \(number(result.sizingPercent)) % by smaller variants on average (sizing), \
      \(number(result.timingPercent)) % by choosing the hours (timing)
      accuracy \(Decimals.fixed(accuracy, places: 2)) % ± \(spread) (2 standard errors), floor \(Decimals.fixed(floor, places: 2)) %
      energy of \(board.scored.count) requests with \(board.images) images: \(energy.formatted()), \(energy.origin.rawValue)
      regret against the clairvoyant \(number(result.regretPercent)) %, \(result.switches) switches, \
      \(review.replayedEqual) of \(review.decisions.count) decisions replayed byte for byte, \(board.failures.count) failed

      \(sentences(style: style))
      dimmer explain \(activity)
      """
  }

  /// The sentence behind each change of the main variant.
  private func sentences(style: TextStyle) -> String {
    var lines: [String] = []
    var last: String?
    for decision in review.decisions where decision.chosen != last {
      lines.append(
        "\(style.dim(String(decision.grid.description.prefix(16)) + "Z"))  \(style.bold(decision.chosen))  \(decision.reason)"
      )
      last = decision.chosen
    }
    return lines.joined(separator: "\n")
  }

  private func number(_ value: Double?) -> String { value.map { Decimals.fixed($0, places: 1) } ?? "unknown" }

  /// The JSON summary.
  func json() -> JSONValue {
    let result = review.result
    let id = activity.description
    return [
      "activity": .string(id), "requests": .count(board.scored.count), "images": .count(board.images),
      "failed": .count(board.failures.count), "accuracy": .number(accuracy), "accuracy_se": .number(accuracyError),
      "floor": .number(floor), "always_best_grams": .figure(carbon(result.alwaysBest), id: id),
      "static_mix_grams": .figure(carbon(result.staticMix), id: id),
      "actual_grams": .figure(carbon(result.carbon), id: id),
      "clairvoyant_grams": .figure(carbon(result.clairvoyant), id: id), "saved_percent": .optional(result.savedPercent),
      "sizing_percent": .optional(result.sizingPercent), "timing_percent": .optional(result.timingPercent),
      "regret_percent": .optional(result.regretPercent), "energy_joules": .figure(energy, id: id),
      "mean_quality": .optional(result.quality), "switches": .count(result.switches),
      "decisions": .count(review.decisions.count), "decisions_replayed_equal": .count(review.replayedEqual),
      "trace": [
        "region": .string(trace.region.name), "start": .time(trace.start), "hours": .count(hours),
        "source": .string(trace.source.citation),
      ],
      "variants": .array(variants.map(variant)),
    ]
  }

  private func variant(_ variant: VariantRecord) -> JSONValue {
    let units = review.hours.filter { $0.key.variant == variant.name }.reduce(Int64(0)) { $0 + $1.sums.units }
    return [
      "name": .string(variant.name), "accuracy": .optional(variant.quality),
      "accuracy_low": .optional(variant.qualityLow),
      "offered": .bool(offered.contains { $0.name == variant.name }), "images": .count(units),
      "joules_per_image": figure(variant, variant.joulesPerUnit, variant.joulesPerUnitLow, variant.joulesPerUnitHigh),
      "joules_per_request": figure(
        variant, variant.joulesPerRequest, variant.joulesPerRequestLow, variant.joulesPerRequestHigh),
    ]
  }

  private func figure(_ variant: VariantRecord, _ value: Double, _ low: Double, _ high: Double) -> JSONValue {
    [
      "value": .number(value), "low": .number(low), "high": .number(high),
      "origin": .string(variant.receipt.origin.rawValue), "method": .string(Calibration.method.description),
      "id": .string(variant.id.description),
    ]
  }
}

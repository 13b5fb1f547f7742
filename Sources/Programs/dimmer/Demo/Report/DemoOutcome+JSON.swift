import Grid
import Ledger
import Methods
import Quantities
import Reporting
import Service
import Switching

extension DemoOutcome {
  /// The JSON summary.
  func json() -> JSONValue {
    let result = review.result
    let id = activity.description
    return [
      "activity": .string(id), "requests": .count(requests), subject.unit.many: .count(served.units),
      "late": .count(late), "failed": .count(served.failures.count), subject.quality.key: .optional(served.mean),
      "\(subject.quality.key)_se": .optional(served.error), "floor": .number(floor),
      "always_best_grams": .figure(carbon(result.alwaysBest), id: id),
      "static_mix_grams": .figure(carbon(result.staticMix), id: id),
      "actual_grams": .figure(carbon(result.carbon), id: id),
      "clairvoyant_grams": .figure(carbon(result.clairvoyant), id: id), "saved_percent": .optional(result.savedPercent),
      "sizing_percent": .optional(result.sizingPercent), "timing_percent": .optional(result.timingPercent),
      "regret_percent": .optional(result.regretPercent), "energy_joules": .figure(energy, id: id),
      "mean_quality": .optional(result.quality), "switches": .count(result.switches),
      "decisions": .count(review.decisions.count), "decisions_replayed_equal": .count(review.replayedEqual),
      "not_served": .array(notServed.map(rule)), "notes": .array(notes.map(JSONValue.string)),
      "trace": [
        "region": .string(trace.region.name), "start": .time(trace.start), "hours": .count(hours),
        "source": .string(trace.source.citation),
      ],
      "variants": .array(variants.map(variant)),
    ]
  }

  private func rule(_ rule: NotServed) -> JSONValue {
    let lost = bestQuality.flatMap { best in rule.result.quality.map { best - $0 } }
    return [
      "name": .string(rule.name), "policy": .string(rule.result.policy),
      "carbon_grams": .figure(carbon(rule.result.carbon), id: activity.description),
      "saved_percent": .optional(rule.result.savedPercent), "mean_quality": .optional(rule.result.quality),
      "quality_lost": .optional(lost),
    ]
  }

  private func variant(_ variant: VariantRecord) -> JSONValue {
    [
      "name": .string(variant.name), subject.quality.key: .optional(variant.quality),
      "\(subject.quality.key)_low": .optional(variant.qualityLow), "offered": .bool(isOffered(variant)),
      subject.unit.many: .count(units(of: variant)),
      "joules_per_\(subject.unit.one)": figure(
        variant, variant.joulesPerUnit, variant.joulesPerUnitLow, variant.joulesPerUnitHigh),
      "joules_per_request": figure(
        variant, variant.joulesPerRequest, variant.joulesPerRequestLow, variant.joulesPerRequestHigh),
    ]
  }

  private func figure(_ variant: VariantRecord, _ value: Double, _ low: Double, _ high: Double) -> JSONValue {
    [
      "value": .number(value), "low": .number(low), "high": .number(high),
      "origin": .string(variant.receipt.origin.rawValue),
      "method": .optional(variant.receipt.method?.description), "id": .string(variant.id.description),
    ]
  }
}

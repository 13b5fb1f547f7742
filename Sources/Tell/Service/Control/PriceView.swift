import Quantities
import Reporting
import Switching

/// The price of quality in force, made readable: what each step up the ladder costs now, what it is worth at that price,
/// and so whether it is taken.
///
/// A step from one hull variant to the next takes extra energy de a request and gives dq points: it costs c*PUE*de/3.6e6
/// grams and is worth mu*dq/3.6e6 grams, where mu/3.6e6 is the shadow price of the floor in grams a point and request.
/// Source: inference-gateway reference, 7.2 and 7.3; method `price-rule@1`.
struct PriceView: Sendable {
  let input: PolicyInput
  let decision: Decision
  let decisionID: String

  /// One step up.
  private struct Step {
    let from: Hull.Point
    let to: Hull.Point
    let costGrams: Double?
    let worthGrams: Double?
  }

  private var steps: [Step] {
    let hull = Hull(of: input.ladder, on: .lowerBound)
    let rate = decision.intensity.map { max(0, $0.gramsPerKilowattHour) * input.pue / 3.6e6 }
    return zip(hull.points, hull.points.dropFirst()).map { from, to in
      Step(
        from: from, to: to, costGrams: rate.map { $0 * (to.energy - from.energy).joules },
        worthGrams: decision.price.map { $0 / 3.6e6 * (to.quality - from.quality) })
    }
  }

  /// One sentence for a person.
  var sentence: String {
    guard let price = decision.price else {
      return "No price of quality is in force: \(decision.reason)"
    }
    guard decision.intensity != nil else { return "The grid's intensity is not known, so no step up has a cost." }
    let words = steps.compactMap { step -> String? in
      guard let cost = step.costGrams, let worth = step.worthGrams else { return nil }
      let verdict = worth >= cost ? "is worth it" : "is not"
      let figures = "costs \(milligrams(cost)), is worth \(milligrams(worth))"
      return "\(step.from.name) to \(step.to.name) \(figures) and so \(verdict)"
    }
    guard !words.isEmpty else { return "There is one variant worth using, so nothing has a price." }
    let shadow = milligrams(price / 3.6e6)
    return "A point of mean quality is worth \(shadow) a request now; for one of the \(input.requestNoun) the step "
      + "from "
      + words.joined(separator: "; from ") + "."
  }

  /// For `GET /dimmer/v1/price`.
  var json: JSONValue {
    [
      "decision_id": .string(decisionID), "policy": .string(decision.policy), "grid_time": .time(input.now),
      "mode": .string(decision.mode.rawValue), "price_grams_per_kwh_joules_per_point": .optional(decision.price),
      "shadow_price_grams_per_point_request": .optional(decision.price.map { $0 / 3.6e6 }),
      "intensity_grams_per_kwh": .optional(decision.intensity?.gramsPerKilowattHour), "pue": .number(input.pue),
      "method": "price-rule@1",
      "steps": .array(
        steps.map { step in
          [
            "from": .string(step.from.name), "to": .string(step.to.name),
            "extra_energy_joules": .number((step.to.energy - step.from.energy).joules),
            "extra_quality_points": .number(step.to.quality - step.from.quality),
            "cost_carbon_grams": .optional(step.costGrams), "worth_carbon_grams": .optional(step.worthGrams),
            "reason": .optional(step.costGrams == nil ? "the grid's intensity is not known" : nil),
          ]
        }), "sentence": .string(sentence),
    ]
  }

  private func milligrams(_ grams: Double) -> String { Carbon.grams(grams).formatted(significantDigits: 3) }
}

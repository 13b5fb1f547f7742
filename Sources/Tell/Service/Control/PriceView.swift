import Quantities
import Reporting
import Switching

/// The price of quality in force, made readable: what each step up the ladder costs now, what it is worth at that price,
/// and so whether it is taken.
///
/// A step from one hull variant to the next takes extra energy de a request and gives dq points: it costs c*PUE*de/3.6e6
/// grams and is worth mu*dq/3.6e6 grams, where mu/3.6e6 is the shadow price of the floor in grams a point and request.
/// Where variants stand on different grids each end of a step costs what it emits where it stands.
/// Source: inference-gateway reference, 7.2 and 7.3; methods `price-rule@1` and `placed-price-rule@1`.
struct PriceView: Sendable {
  let input: PolicyInput
  let decision: Decision
  let decisionID: String

  /// A step up with what it is worth at the price.
  private var steps: [(step: QualityStep, worthGrams: Double?)] {
    input.steps.map { step in (step, decision.price.map { $0 / 3.6e6 * step.extraQuality }) }
  }

  /// One sentence for a person.
  var sentence: String {
    guard let price = decision.price else {
      return "No price of quality is in force: \(decision.reason)"
    }
    let isKnown = decision.intensity != nil || decision.elsewhere?.isEmpty == false
    guard isKnown else { return "The grid's intensity is not known, so no step up has a cost." }
    let words = steps.compactMap { step, worth -> String? in
      guard let cost = step.cost?.grams, let worth else { return nil }
      let verdict = worth >= cost ? "is worth it" : "is not"
      let figures = "costs \(milligrams(cost)), is worth \(milligrams(worth))"
      return "\(label(step.from)) to \(label(step.to)) \(figures) and so \(verdict)"
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
      "elsewhere": .array(input.ladder.places.map(place)),
      "method": .string(input.ladder.isPlaced ? "placed-price-rule@1" : "price-rule@1"),
      "steps": .array(
        steps.map { step, worth in
          [
            "from": .string(step.from.name), "to": .string(step.to.name),
            "extra_energy_joules": .number(step.extraEnergy.joules),
            "extra_quality_points": .number(step.extraQuality),
            "cost_carbon_grams": .optional(step.cost?.grams), "worth_carbon_grams": .optional(worth),
            "reason": .optional(step.cost == nil ? "the grid's intensity is not known" : nil),
          ]
        }), "sentence": .string(sentence),
    ]
  }

  /// The grid of another place where variants stand.
  private func place(_ name: String) -> JSONValue {
    [
      "region": .string(name),
      "intensity_grams_per_kwh": .optional(decision.elsewhere?[name]?.gramsPerKilowattHour),
      "pue": .optional(input.elsewhere?[name]?.pue),
      "variants": .array(input.ladder.variants.filter { $0.place == name }.map { .string($0.name) }),
    ]
  }

  private func label(_ variant: Variant) -> String {
    variant.place.map { "\(variant.name) in \($0)" } ?? variant.name
  }

  private func milligrams(_ grams: Double) -> String { Carbon.grams(grams).formatted(significantDigits: 3) }
}

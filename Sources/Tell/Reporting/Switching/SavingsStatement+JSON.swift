import Methods
import Quantities
import Switching

extension SavingsStatement {
  /// The method of the terms.
  static let method: MethodID = "savings-split@2"

  /// The statement as a JSON document.
  public var json: JSONValue {
    [
      "name": .string(name), "floor": .number(floor), "id": .optional(id),
      "total": .object(members(ledger.total, ends: spread?.total, isUnknown: isUnknown)),
      "recorded_grams": recorded.map {
        .figure(Estimate<Carbon>.exact($0, origin: .modelled, method: "operational-carbon@1"), id: id)
      } ?? .unknown("no request is in a record"),
      "days": .array(ledger.periods.indices.map(day)), "days_at_floor": .count(ledger.periods.count { $0.isFloorMet }),
      "not_watched": .optional(unwatched), "probes": probes.map { $0.json(id: id) } ?? .null,
    ]
  }

  private func day(_ index: Int) -> JSONValue {
    let period = ledger.periods[index]
    return .object(
      [
        ("day", .string(String(period.start.description.prefix(10)))), ("is_over", .bool(isOver(period))),
        ("mean_quality", .optional(period.quality)),
        ("is_floor_met", floorState(period) == .open ? .null : .bool(period.isFloorMet)),
        ("missing_intervals", .count(period.missingIntervals)), ("sentence", .string(sentence(period))),
      ] + members(period.terms, ends: spread?.periods[index], isUnknown: isUnknown(period)))
  }

  private func members(
    _ terms: SavingsLedger.Terms, ends: SavingsSpread.Ends?, isUnknown: Bool
  ) -> [(key: String, value: JSONValue)] {
    let unknown = JSONValue.unknown("no grid value is known for its hours")
    let grams = { (value: Carbon, term: SavingsSpread.Term) -> JSONValue in
      isUnknown ? unknown : figure(value, ends?[term])
    }
    let watched = { (value: Carbon?, reason: String) -> JSONValue in
      value.map { isUnknown ? unknown : figure($0, nil) } ?? .unknown(reason)
    }
    return [
      ("always_best_grams", grams(terms.alwaysBest, .alwaysBest)),
      ("static_mix_grams", grams(terms.staticMix, .staticMix)), ("emitted_grams", grams(terms.emitted, .emitted)),
      ("clairvoyant_grams", grams(terms.clairvoyant, .clairvoyant)), ("sizing_grams", grams(terms.sizing, .sizing)),
      ("directive_grams", grams(terms.directive, .directive)), ("placing_grams", grams(terms.placing, .placing)),
      ("timing_grams", grams(terms.timing, .timing)),
      ("orphans_grams", watched(terms.orphans, "cancelled requests were not watched")),
      ("hedging_grams", watched(terms.hedging, "hedged requests were not watched")),
      ("saved_grams", grams(terms.saved, .saved)), ("regret_grams", grams(terms.regret, .regret)),
      ("regret_percent", .optional(terms.regretPercent)),
    ]
  }

  /// A term as a figure; without an interval of the energies it is as sure as they were stated.
  private func figure(_ value: Carbon, _ range: ClosedRange<Carbon>?) -> JSONValue {
    [
      "value": .number(value.grams), "low": .number(min(value, range?.lowerBound ?? value).grams),
      "high": .number(max(value, range?.upperBound ?? value).grams), "origin": .string(Origin.modelled.rawValue),
      "method": .string(Self.method.description), "id": .optional(id),
    ]
  }
}

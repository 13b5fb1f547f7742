import Methods
import Quantities

extension FootprintLabel {
  /// The label as one document: figures per functional unit in base units, grades with the cuts they come from, marks
  /// with their reasons, and the hash of the evidence.
  public var json: JSONValue {
    [
      "schema": "dimmer-label/1", "edition": .string(LabelScale.edition), "kind": .string(kind.rawValue),
      "subject": .string(subject), "functional_unit": .string(functionalUnit),
      "task": .optional(work?.task.rawValue), "counted": .optional(work?.task.counted),
      "count": .optional(work?.count), "energy_boundary": .string(boundary),
      "energy_missing": .optional(missingFromEnergy), "energy_joules": .figure(perUnit(figures.energy)),
      "carbon_grams": .figure(perUnit(figures.carbon)), "market_carbon_grams": .figure(perUnit(figures.marketCarbon)),
      "embodied_grams": .figure(perUnit(figures.embodied)), "embodied_share": .optional(embodiedShare),
      "water_on_site_litres": .figure(perUnit(figures.waterOnSite)),
      "water_off_site_litres": .figure(perUnit(figures.waterOffSite)), "offsets": "never inside",
      "grade": grading(energyGrade, cuts: work.map { LabelScale.energyCuts(of: $0.task) }, key: "cuts_joules"),
      "carbon_grade": grading(carbonGrade, cuts: work.map { LabelScale.carbonCuts(of: $0.task) }, key: "cuts_grams"),
      "region": .optional(region), "intensity_grams_per_kwh": .figure(intensity),
      "intensity_year": gridYear.map { .count($0) } ?? .null, "hardware": .optional(hardware),
      "load": .optional(load), "made_by": .string(maker),
      "quality": [
        "worst": .count(quality.worst.score), "worst_aspect": .string(quality.worst.aspect.rawValue),
        "marks": .array(
          quality.marks.map {
            ["aspect": .string($0.aspect.rawValue), "score": .count($0.score), "reason": .string($0.reason)]
          }),
      ],
      "totals": [
        "energy_joules": .figure(figures.energy), "carbon_grams": .figure(figures.carbon),
        "embodied_grams": .figure(figures.embodied), "water_on_site_litres": .figure(figures.waterOnSite),
        "water_off_site_litres": .figure(figures.waterOffSite),
      ],
      "date": .string(day(date)), "valid_until": .string(day(validUntil)),
      "evidence": [
        "id": .string(link), "algorithm": "sha256", "canonical_form": "RFC 8785", "hash": .string(evidence.hash),
      ],
    ]
  }

  private func grading<Q: Quantity>(_ grading: Grading, cuts: [Q]?, key: String) -> JSONValue {
    let list = JSONValue.array((cuts ?? []).map { .number($0.baseValue) })
    switch grading {
    case .graded(let graded):
      return .object([
        (key: "grade", value: .string(graded.grade.letter)), (key: "best", value: .string(graded.best.letter)),
        (key: "worst", value: .string(graded.worst.letter)), (key: key, value: list),
      ])
    case .withheld(let reason):
      return .object([
        (key: "grade", value: .null), (key: "best", value: .null), (key: "worst", value: .null),
        (key: "reason", value: .string(reason)), (key: key, value: list),
      ])
    }
  }
}

import Estimation
import Methods
import Quantities
public import Reporting

extension Board {
  /// The board as one document. Figures have base units; options stand in the order they are shown.
  public var json: JSONValue {
    .object([
      (key: "task", value: .optional(query.task?.rawValue)), (key: "title", value: .string(title)),
      (key: "functional_unit", value: .string(functionalUnit)),
      (key: "query", value: .string(query.text)), (key: "sorted_by", value: .string(sortedBy.rawValue)),
      (key: "carbon_boundary", value: .string(boundaries.carbon.rawValue)),
      (key: "water_boundary", value: .string(boundaries.water.rawValue)),
      (key: "currency", value: .string(query.currency)),
      (key: "typical", value: .object(Measure.allCases.map { (key: $0.key, value: typicalJSON($0)) })),
      (key: "typical_of", value: .object(Measure.allCases.map { (key: $0.rawValue, value: .count(known($0))) })),
      (key: "options", value: .array(shown.map { $0.json })),
      (key: "hidden", value: .count(hidden)),
      (
        key: "left_out",
        value: .array(leftOut.map { ["option": .string($0.label), "reason": .string($0.reason)] })
      ),
      (key: "notes", value: .array(facts.map(JSONValue.string))),
    ])
  }

  /// How many options know a measure, of which the median is.
  private func known(_ measure: Measure) -> Int { options.count { $0.value(measure) != nil } }

  private func typicalJSON(_ measure: Measure) -> JSONValue {
    switch typical[measure] {
    case .median(let estimate, _)?: .figure(estimate, id: nil)
    case .none(let reason)?: .unknown(reason)
    case nil: .null
    }
  }
}

extension BoardOption {
  /// The option as JSON.
  var json: JSONValue {
    let axes: [(key: String, value: JSONValue)] = [
      ("option", .string(label)), ("model", .string(choice.model)), ("accelerator", .optional(choice.accelerator)),
      ("precision", .optional(choice.precision?.rawValue)), ("batch", .optional(choice.batch)),
      ("cached", .optional(choice.cached)), ("region", .optional(choice.region)),
      ("time", choice.time == .anyHour ? .null : .string(choice.time.text)), ("basis", .string(basis.rawValue)),
    ]
    let figures: [(key: String, value: JSONValue)] =
      Measure.allCases.map { (key: $0.key, value: .figure(receipt($0))) } + [
        ("use_carbon_grams", .figure(self.figures.use.receipt(labelled: "carbon of use"))),
        ("embodied_grams", .figure(self.figures.making.receipt(labelled: "carbon of making"))),
        ("water_on_site_litres", .figure(self.figures.waterOnSite.receipt(labelled: "water on site"))),
        ("water_off_site_litres", .figure(self.figures.waterAtPlants.receipt(labelled: "water off site"))),
        ("intensity_grams_per_kwh", .figure(self.figures.intensity.receipt(labelled: "grid intensity"))),
      ]
    let verdicts = Measure.allCases.map { measure in
      (key: "\(measure.rawValue)_versus_typical", value: verdict(measure).json)
    }
    return .object(axes + figures + verdicts + [("notes", .array(notes.map(JSONValue.string)))])
  }
}

extension Verdict {
  /// The verdict as JSON; `probability` is that of being below typical.
  var json: JSONValue {
    [
      "verdict": .string(standing.rawValue), "percent": percent.map { .count($0) } ?? .null,
      "probability": .optional(probability), "reason": .string(reason),
    ]
  }
}

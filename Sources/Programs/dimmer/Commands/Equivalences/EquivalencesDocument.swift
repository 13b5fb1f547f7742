import Accounting
import Factors
import Methods
import Quantities
import Reporting

/// What `dimmer equivalences --json` prints.
enum EquivalencesDocument {
  /// An amount beside everything.
  static func comparison(_ comparison: EverydayComparison) -> JSONValue {
    [
      "energy_joules": figure(comparison.energy), "carbon_grams": figure(comparison.carbon),
      "equivalences": .array(
        comparison.rows.map { row in
          [
            "id": .string(row.id), "activity": .string(row.activity), "count": figure(row.count),
            "basis": .string(row.basis), "one": .string(row.one), "year": year(row.source),
            "source": .optional(row.source?.citation), "other_tools": .optional(row.otherTools),
          ]
        }),
    ]
  }

  /// Every factor.
  static func list(_ table: EquivalenceTable) -> JSONValue {
    let entry = { (entry: EquivalenceTable.Entry, status: String) -> JSONValue in
      let amount: (key: String, value: Double) =
        switch entry.amount {
        case .energy(let energy): ("energy_joules", energy.joules)
        case .carbon(let carbon): ("carbon_grams", carbon.grams)
        }
      return .object([
        ("id", .string(entry.id)), ("activity", .string(entry.activity)), ("basis", .string(entry.basis)),
        (amount.key, .number(amount.value)), ("gases", entry.gases.isEmpty ? .null : .string(entry.gases)),
        ("status", .string(status)), ("instead", .optional(entry.instead)), ("year", year(entry.source)),
        ("source", .string(entry.source.citation)),
      ])
    }
    return [
      "factors": .array(table.entries.map { entry($0, "current") } + table.superseded.map { entry($0, "superseded") })
    ]
  }

  /// The two comparisons that are most often made.
  static func forms(_ forms: EverydayForms) -> JSONValue {
    [
      "images": .array(
        forms.images.map { form in
          [
            "task": .string(form.task.task), "energy_joules": .number(form.task.energy.joules),
            "boundary": .string(form.task.boundary), "source": .string(form.task.source.citation),
            "miles_per_image": .figure(form.miles), "images_per_mile": .figure(form.images),
          ]
        }),
      "claimed_summaries_per_charge": .number(EverydayForms.claimedSummaries),
      "claimed_summary_joules": .figure(forms.energyOfTheClaim),
      "charges": .array(
        forms.charges.map { form in
          [
            "task": .string(form.task.task), "energy_joules": .number(form.task.energy.joules),
            "boundary": .string(form.task.boundary), "source": .string(form.task.source.citation),
            "texts_per_charge": .figure(form.texts),
          ]
        }),
      "verdict": .string(forms.verdict),
    ]
  }

  private static func year(_ source: Source?) -> JSONValue { source?.year.map { .integer(Int64($0)) } ?? .null }

  private static func figure<Q: Quantity>(_ finding: Finding<Q>) -> JSONValue {
    switch finding {
    case .figure(let figure): .figure(figure)
    case .unknown(let unknown): .unknown(unknown.reason)
    }
  }
}

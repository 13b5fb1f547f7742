import Factors
import Methods
import Quantities
import Reporting

/// A base model's published training run: cited beside what was built on it, never added.
struct InheritedModel {
  private let row: PublishedTraining?

  /// The run of that id, or none.
  ///
  /// - Throws: ``Factors/FactorError`` for an unknown id, with near ones.
  init(_ id: String?) throws {
    row = try id.map { try FactorTables.embedded().published.training($0) }
  }

  /// What to say of it.
  var notes: [String] {
    guard let row else { return ["The base model's own training is not counted here; cite it with --base."] }
    let energy = row.energy.map { ", \($0.formatted()) (boundary \(row.boundary.rawValue))" } ?? ""
    let carbon = row.carbon.map { "\($0.formatted()) CO2e" } ?? "carbon not printed"
    let year = row.source.year.map { ", \($0)" } ?? ""
    return ["Inherited, not added: \(row.model), \(carbon)\(energy); \(row.source.citation)\(year)."]
  }

  /// What it is in JSON.
  var members: [(key: String, value: JSONValue)] {
    guard let row else { return [(key: "base", value: .null)] }
    return [
      (
        key: "base",
        value: [
          "id": .string(row.id), "model": .string(row.model),
          "carbon_grams": .figure(row.carbonFigure.receipt(labelled: "carbon of training")),
          "energy_joules": .figure(row.energyFigure.receipt(labelled: "energy of training")),
          "source": .string(row.source.citation), "added": false,
        ]
      )
    ]
  }
}

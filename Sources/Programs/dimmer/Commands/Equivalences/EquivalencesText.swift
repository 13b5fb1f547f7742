import Accounting
import Factors
import Methods
import Quantities
import Reporting

/// What `dimmer equivalences` prints for people.
enum EquivalencesText {
  /// An amount beside everything, the absolute amount first.
  static func comparison(_ comparison: EverydayComparison) -> String {
    var table = TextTable([
      .init("COUNT", numeric: true), .init("OF"), .init("BY"), .init("ONE", numeric: true), .init("SOURCE"),
    ])
    var notes: [String] = []
    for row in comparison.rows {
      guard case .figure(let count) = row.count else { continue }
      table.add([number(count.value.value), row.activity, row.basis, row.one, source(row.source)])
      if let other = row.otherTools { notes.append("\(row.activity): \(other)") }
    }
    let unknown = [comparison.energy.reason, comparison.carbon.reason].compactMap(\.self)
    let amount = [
      comparison.energy.figure.map { "energy  \($0.estimate.formatted())" },
      comparison.carbon.figure.map { "carbon  \($0.estimate.formatted())" },
    ].compactMap(\.self)
    let left = unknown.map { "not compared: \($0)" }
    return
      ([amount.joined(separator: "\n"), table.text(style: Output.style)] + [(notes + left).joined(separator: "\n")])
      .filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  /// Every factor, those that hold and those that other tools still carry.
  static func list(_ table: EquivalenceTable) -> String {
    var current = columns
    for entry in table.entries { current.add(cells(entry)) }
    var old = columns
    for entry in table.superseded { old.add(cells(entry)) }
    return """
      \(current.text(style: Output.style))

      No longer used here; other tools still carry them:
      \(old.text(style: Output.style))
      """
  }

  private static var columns: TextTable {
    TextTable([.init("ID"), .init("WHAT"), .init("BY"), .init("ONE", numeric: true), .init("YEAR"), .init("SOURCE")])
  }

  private static func cells(_ entry: EquivalenceTable.Entry) -> [String] {
    [
      entry.id, entry.activity, entry.basis, entry.one, entry.source.year.map(String.init) ?? "", entry.source.citation,
    ]
  }

  /// The two comparisons that are most often made, with what printed data say.
  static func forms(_ forms: EverydayForms, on grid: Figure<CarbonIntensity>) -> String {
    var images = TextTable([
      .init("ONE IMAGE"), .init("ENERGY", numeric: true), .init("CAR MILES", numeric: true),
      .init("IMAGES A MILE", numeric: true), .init("COUNTS"), .init("SOURCE"),
    ])
    for form in forms.images {
      images.add([
        form.task.task, form.task.energy.inWattHours, number(form.miles.value.value),
        number(form.images.value.value), form.task.boundary, source(form.task.source),
      ])
    }
    var texts = TextTable([
      .init("ONE TEXT"), .init("ENERGY", numeric: true), .init("TEXTS A CHARGE", numeric: true), .init("COUNTS"),
      .init("SOURCE"),
    ])
    for form in forms.charges {
      texts.add([
        form.task.task, form.task.energy.inWattHours, number(form.texts.value.value), form.task.boundary,
        source(form.task.source),
      ])
    }
    return """
      One image against miles in an average US petrol car, on \(grid.value.formatted()),
      \(grid.receipt.label):
      \(images.text(style: Output.style))

      One charge of an electric car against texts; it is often said to be \(Int(EverydayForms.claimedSummaries)) summaries:
      \(texts.text(style: Output.style))

      \(forms.verdict)
      """
  }

  private static func number(_ value: Double) -> String { Decimals.significant(value, digits: 3) }

  private static func source(_ source: Source?) -> String {
    guard let source else { return "stated or assumed" }
    return [source.citation, source.year.map(String.init)].compactMap(\.self).joined(separator: ", ")
  }
}

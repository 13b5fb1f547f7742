public import Factors
public import Methods
public import Quantities

/// How many of an everyday thing an amount of energy or carbon is (`equivalences@1`).
///
/// Devices are compared by energy, which does not depend on the grid; cars and flights by carbon. Every comparison
/// says which factor, of which year, on which basis, and stands beside the absolute amount.
public struct Equivalence: Hashable, Sendable {
  /// What it is compared with.
  public let entry: EquivalenceTable.Entry
  /// How many of it.
  public let count: Figure<Ratio>
  /// The amount itself: `1.2 kWh`.
  public let amount: String

  /// The comparison with `entry`, by energy or carbon as the entry asks.
  ///
  /// - Throws: ``Unknown`` when the entry goes by carbon and the carbon is not known.
  public init(
    _ entry: EquivalenceTable.Entry, energy: Figure<Energy>, carbon: Finding<Carbon>
  ) throws(Unknown) {
    self.entry = entry
    count = try entry.count(in: .figure(energy), or: carbon).get()
    amount =
      switch entry.amount {
      case .energy: energy.value.formatted()
      case .carbon: try carbon.get().value.formatted()
      }
  }

  /// One sentence with all that belongs to it, for example `12 smartphone charges (1.2 kWh, by energy at 12 mWh each;
  /// EPA, 2024)`.
  public var sentence: String {
    let number = Decimals.significant(count.value.value, digits: 2)
    let source = [entry.source.citation, entry.source.year.map(String.init)].compactMap(\.self).joined(separator: ", ")
    return "\(number) \(entry.activity) (\(amount), by \(entry.basis) at \(entry.one) each; \(source))"
  }

  /// The comparisons of a table that give counts a person can picture, 0.1 to 1000, in the table's order.
  ///
  /// - Parameter limit: at most so many.
  public static func fitting(
    _ table: EquivalenceTable, energy: Figure<Energy>, carbon: Finding<Carbon>, limit: Int = 3
  ) -> [Equivalence] {
    let all = table.entries.compactMap { entry in try? Equivalence(entry, energy: energy, carbon: carbon) }
    return Array(all.filter { (0.1...1000).contains($0.count.value.value) }.prefix(limit))
  }

  static let formula = Formula(
    id: "equivalences@1", summary: "How many of an everyday thing an amount is", formula: "amount / one",
    citation: Source("The factor table's row, see its receipt"),
    inputs: [
      MethodParameter("amount", "joules or grams", in: 0...Double.greatestFiniteMagnitude),
      MethodParameter("one", "the same of one thing", in: Double.leastNormalMagnitude...Double.greatestFiniteMagnitude),
    ],
    output: MethodParameter("count", "how many"), evaluate: { $0[0] / $0[1] })

  static let methods: [Method] = [
    Method(
      formula.id, formula.summary, formula: formula.formula, citation: formula.citation,
      inputs: [
        MethodParameter("thing", "the name in the table: phone-charge-energy, car-km-eu"),
        MethodParameter(
          "amount", "joules for a thing compared by energy, grams for one by carbon",
          in: 0...Double.greatestFiniteMagnitude),
      ],
      outputs: [MethodParameter("count", "how many"), MethodParameter("source", "where the factor stands")]
    ) { arguments throws(MethodError) in
      let thing = try arguments.text("thing")
      let amount = try arguments.number("amount")
      do throws(FactorError) {
        let entry = try FactorTables.embedded().equivalences.entry(thing)
        return [
          "count": .number(formula.evaluate([amount, entry.amountInBase])), "source": .text(entry.source.citation),
        ]
      } catch {
        throw MethodError.noAnswer(error.description)
      }
    }
  ]
}

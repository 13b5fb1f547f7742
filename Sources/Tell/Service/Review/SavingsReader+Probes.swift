import Ledger
import Methods
import Quantities
import Reporting

extension SavingsReader {
  /// What the evaluations of an alias cost that were due in a range of grid time, under activities that served.
  ///
  /// - Throws: ``LedgerError``.
  static func probes(
    of alias: String, under activities: [Activity], range: Range<Timestamp>, in store: any LedgerStore
  ) async throws(LedgerError) -> ProbesSpent {
    var (count, energies, carbons) = (0, [FigureRecord?](), [FigureRecord?]())
    for serving in activities {
      let parts = try await store.activities(
        ActivityQuery(kinds: [.calibration], parent: serving.id, limit: .max))
      for part in parts where part.name == ProbeRound.name(of: alias) {
        guard let due = part.gridStarted, range.contains(due) else { continue }
        let figures = try await store.figures(of: part.id)
        count += 1
        energies.append(figures.first { $0.id.name == .energy })
        carbons.append(figures.first { $0.id.name == .carbon })
      }
    }
    return ProbesSpent(
      evaluations: count, energy: sum(energies, Energy.joules), carbon: sum(carbons, Carbon.grams))
  }

  /// The sum of figures; `nil` when one is unknown.
  private static func sum<Q: Quantity>(_ figures: [FigureRecord?], _ quantity: (Double) -> Q) -> Estimate<Q>? {
    let known = figures.compactMap { figure in figure.flatMap { one in one.value.map { (one, $0) } } }
    guard known.count == figures.count else { return nil }
    let ends = known.map { one, value in (value, min(value, one.low ?? value), max(value, one.high ?? value)) }
    return Estimate(
      quantity(ends.reduce(0) { $0 + $1.0 }), low: quantity(ends.reduce(0) { $0 + $1.1 }),
      high: quantity(ends.reduce(0) { $0 + $1.2 }), origin: .of(known.compactMap(\.0.origin)), method: ProbeTotal.id,
      source: "probes")
  }
}

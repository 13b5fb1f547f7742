import Ledger
import Quantities
import Switching

/// What the record says of energy beside the answers: work that leaving callers spared, and second tries that lost.
struct ServedAside {
  /// By the hour, for the savings ledger.
  let energies: SavingsLedger.Aside
  /// Cancelled requests that are in no sum: their own energy is unknown, or no request of the variant ran to its end.
  let uncounted: Int64

  /// From the hours of one alias.
  init(_ hours: [HourRollup]) {
    var spared: [Timestamp: Energy] = [:]
    var lost: [Timestamp: Energy] = [:]
    let byVariant = Dictionary(grouping: hours, by: \.key.variant).mapValues { rows in
      rows.reduce(RequestSums()) { $0 + $1.sums }
    }
    var uncounted: Int64 = 0
    for hour in hours {
      let sums = hour.sums
      lost[hour.key.hour, default: .zero] += sums.hedgedMicrojoules.energy
      uncounted += sums.cancelledWithoutEnergy
      let own = Self.spared(sums, like: sums)
      guard let energy = own ?? byVariant[hour.key.variant].flatMap({ Self.spared(sums, like: $0) }) else {
        uncounted += sums.cancelled - sums.cancelledWithoutEnergy
        continue
      }
      spared[hour.key.hour, default: .zero] += energy
    }
    self.uncounted = uncounted
    energies = SavingsLedger.Aside(orphansSpared: spared, hedgingLost: lost)
  }

  /// What the cancelled requests of `sums` spared, if they were on the way to the mean of the others in `typical`.
  private static func spared(_ sums: RequestSums, like typical: RequestSums) -> Energy? {
    let known = (typical.requests - typical.withoutEnergy) - (typical.cancelled - typical.cancelledWithoutEnergy)
    let energy = typical.microjoules.energy - typical.cancelledMicrojoules.energy
    return OrphanedWork.spared(
      cancelled: Double(sums.cancelled - sums.cancelledWithoutEnergy), spent: sums.cancelledMicrojoules.energy,
      others: Double(known), othersEnergy: energy)
  }
}

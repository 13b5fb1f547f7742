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
  ///
  /// - Parameter ladder: says where each variant stands; what a lost second try used counts where the winner stands.
  init(_ hours: [HourRollup], on ladder: Ladder) {
    let places = ladder.variants.reduce(into: [String: String]()) { $0[$1.name] = $1.place }
    var energies = SavingsLedger.Aside(orphansSpared: [:], hedgingLost: [:])
    let byVariant = Dictionary(grouping: hours, by: \.key.variant).mapValues { rows in
      rows.reduce(RequestSums()) { $0 + $1.sums }
    }
    var uncounted: Int64 = 0
    for hour in hours {
      let sums = hour.sums
      let place = places[hour.key.variant]
      energies.add(.zero, lost: sums.hedgedMicrojoules.energy, at: hour.key.hour, in: place)
      uncounted += sums.cancelledWithoutEnergy
      let own = Self.spared(sums, like: sums)
      guard let energy = own ?? byVariant[hour.key.variant].flatMap({ Self.spared(sums, like: $0) }) else {
        uncounted += sums.cancelled - sums.cancelledWithoutEnergy
        continue
      }
      energies.add(energy, lost: .zero, at: hour.key.hour, in: place)
    }
    self.uncounted = uncounted
    self.energies = energies
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

extension SavingsLedger.Aside {
  fileprivate mutating func add(_ spared: Energy, lost: Energy, at hour: Timestamp, in place: String?) {
    if let place {
      elsewhere[place, default: Self(orphansSpared: [:], hedgingLost: [:])].add(spared, lost: lost, at: hour, in: nil)
      return
    }
    orphansSpared?[hour, default: .zero] += spared
    hedgingLost?[hour, default: .zero] += lost
  }
}

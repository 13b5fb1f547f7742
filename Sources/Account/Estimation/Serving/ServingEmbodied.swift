import Accounting
import Factors
import Methods
import Quantities

/// The embodied carbon that one request owes for the time its accelerators work on it.
struct ServingEmbodied {
  let tables: FactorTables

  /// By time: (cards + their part of the host) x time reserved / life x part of the batch; unknown for a card that no
  /// model knows.
  func carbon(
    of machine: ServingMachine, for duration: Figure<Span>, batch: Figure<Ratio>, utilisation: Figure<Ratio>?
  ) -> Finding<Carbon> {
    do throws(FactorError) {
      let card = try CardCarbon.embodied(of: machine.kind.name, tables: tables)
      let host = try HostCarbon.embodied(tables: tables)
      let life = try ServerCarbon(tables.embodied).life()
      let total: Figure<Carbon> = ServingShares.embodied.figure(
        "embodied carbon of the accelerators and their part of a host",
        [Term(machine.count), Term(card), Term(host)], note: "Building and network are not counted.")
      let reserved: Figure<Span> =
        utilisation.map { ServingShares.reservedTime.figure("time reserved", [Term(duration), Term($0)]) } ?? duration
      let share: Figure<Ratio> = ServingShares.batchShare.figure("part of the batch", [Term(batch)])
      return .figure(
        EmbodiedCarbon.byTime(
          total: total, reserved: reserved, life: life, share: share, labelled: "share of embodied carbon"))
    } catch { return .unknown("no model of embodied carbon knows the card: \(error)") }
  }
}

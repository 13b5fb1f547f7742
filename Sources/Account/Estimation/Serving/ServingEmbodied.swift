import Accounting
import Factors
import Methods
import Quantities

/// The embodied carbon that one request owes for the time its accelerators work on it.
struct ServingEmbodied {
  let tables: FactorTables

  /// What a server of eight accelerators is made of beside them, as the DGX H100 is sold.
  private static let server = ServerCarbon.Parts(cpus: 2, memory: .bytes(2e12), ssds: 10)

  /// By time: (cards + their part of the server) x time reserved / life x part of the batch.
  ///
  /// - Throws: ``FactorError`` when the tables lack a coefficient.
  func carbon(
    of machine: ServingMachine, for duration: Figure<Span>, batch: Figure<Ratio>, utilisation: Figure<Ratio>?
  ) throws(FactorError) -> Figure<Carbon> {
    let model = ServerCarbon(tables.embodied)
    // The table has one kind of card by name; for all others a coefficient of any card, whose interval is as wide as
    // what models of cards differ by.
    let card = try tables.embodied.gpuCard(machine.kind.name.hasPrefix("H100") ? "H100 80GB" : "any GPU")
    let box = try model.embodied(in: ServingEmbodied.server)
    let total: Figure<Carbon> = ServingShares.embodied.figure(
      "embodied carbon of the accelerators and their part of a server", [Term(machine.count), Term(card), Term(box)],
      note: "A server of two CPUs, 2 TB and ten disks for eight cards (NVIDIA DGX H100); building and network are not "
        + "counted.")
    let reserved: Figure<Span> =
      utilisation.map { ServingShares.reservedTime.figure("time reserved", [Term(duration), Term($0)]) } ?? duration
    let share: Figure<Ratio> = ServingShares.batchShare.figure("part of the batch", [Term(batch)])
    return EmbodiedCarbon.byTime(
      total: total, reserved: reserved, life: try model.life(), share: share, labelled: "share of embodied carbon")
  }
}

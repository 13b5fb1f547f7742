public import Factors
public import Methods
public import Quantities

/// Embodied carbon of the server that accelerator cards are plugged into, without the cards.
public enum HostCarbon {
  /// How many cards a host has.
  public static let cards = 8

  /// The host of eight cards, as an interval over the models (`embodied-of-models@1`): what EcoLogits prints in its
  /// versions, and a cloud's server of that kind without its cards by Boavizta's parts and by Cloud Carbon Footprint's.
  ///
  /// - Throws: ``FactorError`` when the tables lack a part.
  public static func embodied(tables: FactorTables) throws(FactorError) -> Figure<Carbon> {
    var models = CardCarbon.printed("host of \(cards) cards", tables.cardModels)
    let entry = try tables.parts.server("p5.48xlarge")
    let boavizta = Boavizta(tables.embodied)
    var server = try boavizta.server(entry, in: tables.parts)
    server.cards = 0
    server.card = nil
    let bounds = try boavizta.server(server)
    let source = try tables.embodied.entry(.boavizta, "memory-die").source
    let gigabytes = server.modules * server.moduleGigabytes
    models.append(
      Figure(
        "\(entry.name) without cards, Boavizta",
        Estimate(
          Carbon.kilograms(bounds.best), low: .kilograms(bounds.low), high: .kilograms(bounds.high), origin: .modelled,
          method: "boavizta-embodied@1", source: "embodied-boavizta:\(entry.name)"),
        inputs: [
          PublishedFactor.figure(
            "memory of the server", Bits.bytes(gigabytes * 1e9), uncertainty: "server-memory:\(entry.name)",
            source: entry.source
          ).receipt
        ], source: source))
    let parts = ServerCarbon.Parts(
      cpus: Int(server.processors), memory: .bytes(gigabytes * 1e9), ssds: Int(server.disks))
    let ccf = try ServerCarbon(tables.embodied).embodied(in: parts)
    models.append(
      Figure("\(entry.name) without cards, Cloud Carbon Footprint", ccf.estimate, inputs: ccf.receipt.inputs))
    return EmbodiedModels.figure(
      "embodied carbon of a host of \(cards) cards, without them", of: models, kind: "host",
      note: "Both models by parts are of a server with \(Bits.bytes(gigabytes * 1e9).formatted()) of memory.")
  }
}

public import Factors
public import Methods
public import Quantities

/// Embodied carbon of one GPU card by all models that know it: ACT's dies, Boavizta's card, Cloud Carbon Footprint's
/// figure for any GPU, and what the maker or another tool prints.
public enum CardCarbon {
  /// The card's embodied carbon, as an interval over the models (`embodied-of-models@1`).
  ///
  /// The note warns when the assumed area of memory makes more than half of Boavizta's number, as it does of every card
  /// with much stacked memory.
  ///
  /// - Parameter card: as people and drivers name it: `H100`, `NVIDIA A100-SXM4-80GB`, `Tesla T4`. A bare `H100`,
  ///   `A100` or `V100` is the usual module of a server (SXM; 80, 80 and 16 GB), and the label says so.
  /// - Throws: ``FactorError`` with near names for an unknown card.
  public static func embodied(of card: String, tables: FactorTables) throws(FactorError) -> Figure<Carbon> {
    let known = try tables.cardModels.card(card)
    let parts = try tables.parts.card(known.parts)
    let boavizta = try BoaviztaCard(parts, tables.embodied)
    var models = [try chips(of: parts, known, tables.embodied), try anyCard(tables.embodied)]
    models += printed(known.name, tables.cardModels)
    models.append(boavizta.figure)
    let memory = boavizta.memoryShare
    let note: String? =
      memory > 0.5
      ? "\(Int((100 * memory).rounded())) % of Boavizta's number is its assumed area of memory, one figure for every"
        + " kind: take the high end as an upper estimate." : nil
    return EmbodiedModels.figure("embodied carbon of one card, \(known.name)", of: models, kind: "card", note: note)
  }

  /// A card that no model knows (`unknown-card-embodied@1`): the interval from the lowest number of the least card that
  /// is known to the highest of the greatest.
  ///
  /// - Throws: ``FactorError`` when the tables lack a part.
  static func unknown(named name: String? = nil, tables: FactorTables) throws(FactorError) -> Figure<Carbon> {
    var cards: [Figure<Carbon>] = []
    for card in tables.cardModels.cards { cards.append(try embodied(of: card.name, tables: tables)) }
    guard let least = cards.min(by: { $0.estimate.low < $1.estimate.low }),
      let greatest = cards.max(by: { $0.estimate.high < $1.estimate.high })
    else { throw .noValue(of: "a GPU card", reason: "the table of cards is empty") }
    let value = EmbodiedModels.mean([least.value.grams, greatest.value.grams])
    let estimate = Estimate(
      Carbon.grams(value), low: least.estimate.low, high: greatest.estimate.high, origin: .assumed,
      method: anyKnown.id, source: "embodied-unknown-card")
    let what = name.map { "No table knows the card '\($0)'" } ?? "The driver gives the card no name"
    return Figure(
      "embodied carbon of one card, \(name ?? "of no name")", estimate, inputs: [least.receipt, greatest.receipt],
      note: "\(what): Dimmer takes the interval over the \(cards.count) cards that are known, and the geometric mean of"
        + " the least and the greatest as its value.")
  }

  static let anyKnown = Formula(
    id: "unknown-card-embodied@1",
    summary: "Embodied carbon of a GPU card that no table knows, from those that one does",
    formula: "sqrt(least_grams x greatest_grams); low and high are the ends of the two",
    citation: Source("Dimmer's rule for a card that nothing is known of but that it is one"),
    inputs: [
      MethodParameter("least_grams", unit: "g", "the least of the known cards", in: 0...Double.greatestFiniteMagnitude),
      MethodParameter("greatest_grams", unit: "g", "the greatest", in: 0...Double.greatestFiniteMagnitude),
    ],
    output: MethodParameter("carbon_grams", unit: "g", "embodied carbon, CO2e"), evaluate: { EmbodiedModels.mean($0) })

  /// What somebody prints of the whole.
  static func printed(_ subject: String, _ table: CardModelTable) -> [Figure<Carbon>] {
    table.wholes.filter { $0.subject == subject }.map { whole in
      PublishedFactor.figure(
        "\(subject), \(whole.model)", Carbon.kilograms(whole.kilograms),
        uncertainty: "embodied-whole:\(subject):\(whole.model)", source: whole.source, note: whole.note)
    }
  }

  private static func anyCard(_ table: EmbodiedTable) throws(FactorError) -> Figure<Carbon> {
    let entry = try table.entry(.ccfServer, "gpu")
    return PublishedFactor.figure(
      "any GPU, Cloud Carbon Footprint", Carbon.kilograms(entry.value), uncertainty: "embodied-ccf-server:gpu",
      source: entry.source, note: "One figure for every card.")
  }

  /// ACT: dies by area and process, one package, and memory. ACT has no factor of stacked or graphics memory, so the
  /// newest it has of working memory stands for it.
  private static func chips(
    of parts: PartsTable.Card, _ card: CardModelTable.Card, _ table: EmbodiedTable
  ) throws(FactorError) -> Figure<Carbon> {
    let act = ChipCarbon(table)
    guard card.processes.count == parts.dies.count else {
      throw .noValue(of: card.name, reason: "its dies and their processes are not listed alike")
    }
    var made: [Figure<Carbon>] = []
    for (index, dies) in parts.dies.enumerated() {
      let process = card.processes[index]
      let area = PublishedFactor.figure(
        "area of the dies, \(Decimals.significant(dies.count, digits: 3)) of \(process)",
        Area.squareMillimetres(dies.count * dies.squareMillimetres), uncertainty: "die-area:\(parts.name)",
        source: parts.source, note: parts.assumption)
      let perArea = try act.perArea(process: process)
      made.append(try act.die(area: area, perArea: perArea, packages: index == 0 ? 1 : 0))
    }
    let capacity = PublishedFactor.figure(
      "memory of the card", Bits.bytes(parts.memoryGigabytes * 1e9), uncertainty: "card-memory:\(parts.name)",
      source: parts.source)
    made.append(try act.memory(.dram, "ddr4_10nm", capacity: capacity))
    let total: Estimate<Carbon> = made.map(\.estimate).total(method: "sum@2")
    let process =
      card.isProcessPublished ? "" : " The process, \(card.processes.joined(separator: " and ")), is assumed by Dimmer."
    return Figure(
      "\(card.name), ACT's dies and memory",
      card.isProcessPublished ? total : total.stated(by: total.method, origin: .assumed), inputs: made.map(\.receipt),
      source: card.source,
      note: "Dies, package and memory alone: no board, heat sink or transport. ACT has no factor of stacked or graphics"
        + " memory; Dimmer takes its newest of DDR4." + process)
  }
}

/// Boavizta's number of one card, and how much of it its memory is.
struct BoaviztaCard: Sendable {
  let figure: Figure<Carbon>
  /// The part of the number that is memory, 0 to 1.
  let memoryShare: Double

  init(_ parts: PartsTable.Card, _ table: EmbodiedTable) throws(FactorError) {
    let model = Boavizta(table)
    let kilograms = try model.card(parts).best
    let memory = try model.memory(of: parts)
    memoryShare = memory / kilograms
    let source = try table.entry(.boavizta, "card-memory-die").source
    func part(_ label: String, _ kilograms: Double, _ note: String) -> Figure<Carbon> {
      PublishedFactor.figure(
        label, Carbon.kilograms(kilograms), uncertainty: "embodied-boavizta:\(label):\(parts.name)", source: source,
        note: note)
    }
    let area = try table.entry(.boavizta, "card-memory-area").value
    let pieces = [
      part(
        "memory, \(Decimals.significant(parts.memoryGigabytes, digits: 3)) GB", memory,
        "By \(area) mm2 a gigabyte, one figure for every kind of memory."),
      part("all but memory", kilograms - memory, "Casing, heat sink, board, dies, transport, end of life."),
    ]
    let total: Estimate<Carbon> = pieces.map(\.estimate).total(method: "boavizta-embodied@1")
    figure = Figure(
      "\(parts.name), Boavizta's card",
      total.stated(by: "boavizta-embodied@1", origin: parts.assumption == nil ? .modelled : .assumed),
      inputs: pieces.map(\.receipt), source: parts.source, note: parts.assumption)
  }
}

extension Boavizta {
  /// The memory of a card, in kilograms.
  func memory(of card: PartsTable.Card) throws(FactorError) -> Double {
    let perDie = try card.memoryGigabytes * factor("card-memory-area") / card.memoryDies
    return try factor("card-memory-die") * card.memoryDies * effectiveArea(perDie)
  }
}

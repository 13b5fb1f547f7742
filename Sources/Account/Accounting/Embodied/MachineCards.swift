import Factors
import Methods
import Quantities

/// Embodied carbon of the GPU cards that a machine shows (`machine-cards@1`): each kind by all models that know it, times
/// how many there are, times the part of it that the machine has.
struct MachineCards: Sendable {
  private let tables: FactorTables

  init(_ tables: FactorTables) { self.tables = tables }

  /// All cards together; `nil` for none.
  ///
  /// - Throws: ``FactorError`` when the tables lack a coefficient. A card of no known name is an interval over all cards
  ///   that are known.
  func carbon(of cards: [Machine.Card]) throws(FactorError) -> Figure<Carbon>? {
    var kinds: [(card: Machine.Card, count: Int)] = []
    for card in cards {
      if let index = kinds.firstIndex(where: { $0.card == card }) {
        kinds[index].count += 1
      } else {
        kinds.append((card, 1))
      }
    }
    guard !kinds.isEmpty else { return nil }
    var figures: [Figure<Carbon>] = []
    for kind in kinds { figures.append(try carbon(of: kind.card, count: kind.count)) }
    guard figures.count > 1 else { return figures[0] }
    let total: Estimate<Carbon> = figures.map(\.estimate).total(method: "sum@2")
    return Figure("GPU cards: \(cards.count)", total, inputs: figures.map(\.receipt))
  }

  private func carbon(of card: Machine.Card, count: Int) throws(FactorError) -> Figure<Carbon> {
    let number = DeclaredValue.figure(
      "cards", Ratio(Double(count)), note: "As many as the machine's drivers show; not stated by anybody.")
    var terms = [Term(try one(card.name)), Term(number)]
    let name = card.name ?? "of no name"
    switch card.extent {
    case .whole: break
    case .slices(let slices, let all) where slices > 0 && all > 0: terms.append(Term(Self.share(slices, of: all)))
    case .slices, .part: terms.append(Term(Self.unknownShare))
    }
    return MachineCards.formula.figure(
      "GPU cards: \(count) x \(name)", terms,
      note: terms.count > 2 ? "The machine has a part of each, not all of it." : nil)
  }

  private func one(_ name: String?) throws(FactorError) -> Figure<Carbon> {
    guard let name else { return try CardCarbon.unknown(tables: tables) }
    do throws(FactorError) {
      return try CardCarbon.embodied(of: name, tables: tables)
    } catch {
      guard case .unknown = error else { throw error }
      return try CardCarbon.unknown(named: name, tables: tables)
    }
  }

  /// What is shown of a card that is cut (`card-share@1`). Who has the rest is not shown, and it may be nobody, so the
  /// interval reaches to all of it.
  private static func share(_ slices: Int, of all: Int) -> Figure<Ratio> {
    let counted = { (label: String, value: Int) in
      Term(DeclaredValue.figure(label, Ratio(Double(value)), note: "As the card's driver says; not stated by anybody."))
    }
    let part = Double(min(slices, all)) / Double(all)
    return cut.figure(
      "share of the card", [counted("compute slices shown", min(slices, all)), counted("compute slices in all", all)],
      note: "\(min(slices, all)) of \(all) compute slices (MIG) are shown here; the rest may be another's or nobody's.",
      adding: part < 1 ? Deviation(atLow: 0, atHigh: 1 - part) : nil, from: "card-slices:\(slices):\(all)")
  }

  /// A part of unknown size: half, and anything from none to all.
  private static let unknownShare = Figure(
    "share of the card",
    Estimate(
      Ratio(0.5), low: Ratio(0), high: Ratio(1), origin: .assumed, method: cut.id, source: "card-part"),
    note: "No driver tells how much of the card a virtual GPU, or a card that is cut so, is. Dimmer takes half of it;"
      + " the interval is from nothing to all.")

  static let methods: [Method] = [formula.method, cut.method]

  static let formula = Formula(
    id: "machine-cards@1", summary: "Embodied carbon of GPU cards of one kind that a machine shows",
    formula: "card_grams x cards x share",
    citation: Source("Dimmer's rule: a machine owes the cards that it shows, or its part of them"),
    inputs: [
      MethodParameter("card_grams", unit: "g", "embodied carbon of one card", in: 0...Double.greatestFiniteMagnitude),
      MethodParameter("cards", "how many there are", in: 0...65_536),
      MethodParameter("share", "the part of each that the machine has", default: .number(1), in: 0...1),
    ],
    output: MethodParameter("carbon_grams", unit: "g", "embodied carbon, CO2e"),
    evaluate: { $0[0] * $0[1] * ($0.count > 2 ? $0[2] : 1) })

  private static let cut = Formula(
    id: "card-share@1", summary: "The part of a GPU card that is cut into instances (MIG), by compute slices",
    formula: "slices / all_slices",
    citation: Source(
      "NVIDIA, NVML API reference, nvmlDeviceGetAttributes (gpuInstanceSliceCount), nvmlDeviceGetMaxMigDeviceCount"),
    inputs: [
      MethodParameter("slices", "compute slices that are shown", in: 0...64),
      MethodParameter("all_slices", "compute slices that the card has", in: 1...64),
    ],
    output: MethodParameter("share", "the part"), evaluate: { min(1, $0[0] / $0[1]) })
}

import Accounting
import Factors
import Methods
import Quantities

/// The everyday thing that a board is compared with, the same for all its options, and of how many pieces.
///
/// Cars go by carbon; where carbon is not known, phones go by energy, which needs no grid.
struct EverydayScale {
  private let entry: EquivalenceTable.Entry
  /// How many pieces are compared at once, a power of ten.
  let pieces: Double
  private let unit: String

  /// The scale of a board; nothing when neither carbon nor energy of any option is known.
  init?(_ board: Board) {
    guard let table = try? FactorTables.embedded().equivalences else { return nil }
    let knowsCarbon = board.options.contains { $0.value(.carbon) != nil }
    guard let entry = try? table.entry(knowsCarbon ? "car-km-eu" : "phone-charge-energy") else { return nil }
    self.entry = entry
    let counts = board.options.compactMap { EverydayScale.count(entry, $0) }.filter { $0 > 0 }.sorted()
    guard !counts.isEmpty else { return nil }
    let middle = counts[counts.count / 2]
    var pieces = 1.0
    while middle * pieces < 1, pieces < 1e12 { pieces *= 10 }
    self.pieces = pieces
    unit = pieces == 1 ? board.unitOne : board.unitMany
  }

  /// For one option: `a million answers: 85 kilometres in an EU car`; nothing when it is not known.
  func text(_ option: BoardOption) -> String? {
    guard let count = EverydayScale.count(entry, option) else { return nil }
    return "\(EverydayScale.words(pieces)) \(unit) \(pieces == 1 ? "is" : "are") like "
      + "\(Decimals.significant(count * pieces, digits: 2)) \(entry.activity)"
  }

  /// Which factor, of which year, on which basis.
  var basis: String {
    let (basis, one) =
      switch entry.amount {
      case .energy(let one): ("energy", one.formatted())
      case .carbon(let one): ("carbon", one.formatted())
      }
    let gases = entry.gases.isEmpty ? "" : ", \(entry.gases)"
    return "\(entry.activity.sentence) are compared by \(basis), at \(one) each\(gases) (\(entry.source.citation)"
      + (entry.source.year.map { ", \($0)" } ?? "") + ")."
  }

  private static func count(_ entry: EquivalenceTable.Entry, _ option: BoardOption) -> Double? {
    let figures = option.figures
    let carbon = option.boundaries.carbon == .useAndMaking ? figures.useAndMaking : figures.use
    // A stated option may have carbon without energy; the comparison by carbon needs no energy.
    let energy =
      figures.energy.figure
      ?? (carbon.figure == nil ? nil : DeclaredValue.figure("energy", Energy.zero, note: "not used"))
    guard let energy, let found = try? Equivalence(entry, energy: energy, carbon: carbon) else { return nil }
    return found.count.value.value
  }

  private static func words(_ pieces: Double) -> String {
    switch pieces {
    case 1: return "One"
    case ..<1e4: return Decimals.fixed(pieces, places: 0)
    case ..<1e6: return "\(Decimals.fixed(pieces / 1e3, places: 0)) thousand"
    case ..<1e9: return "\(Decimals.fixed(pieces / 1e6, places: 0)) million"
    default: return "\(Decimals.fixed(pieces / 1e9, places: 0)) billion"
    }
  }
}

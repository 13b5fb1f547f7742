import Accounting
import Factors
import Ledger
import Methods
import Quantities

/// How good models are, where somebody measured or stated it. Nobody's word is no quality.
struct StatedQuality {
  private let stated: [String: Double]

  /// - Throws: ``BoardError/unknownWord(what:_:known:)`` for a name that is on no option.
  init(_ query: BoardQuery, tables: FactorTables, variants: [VariantRecord]) throws(BoardError) {
    let names =
      query.models.map(\.name) + variants.filter { query.aliases.contains($0.alias) }.map(\.name)
      + query.rows.map(\.name)
    var stated: [String: Double] = [:]
    for (name, value) in query.quality {
      guard let known = names.first(where: { $0.lowercased() == name.lowercased() }) else {
        throw .unknownWord(what: "option with a stated quality", name, known: names)
      }
      stated[known] = value
    }
    self.stated = stated
  }

  /// What is known of a name as it was asked for.
  func finding(_ name: String) -> Finding<Ratio> {
    guard let value = stated[name] else {
      return .unknown(
        "nobody measured it here and nobody stated it; state one with --quality \"\(name)=0.7\"")
    }
    return .figure(DeclaredValue.figure("quality of \(name)", Ratio(value), note: "stated by the user with --quality"))
  }

  /// What is known of a measured variant: what was measured goes before what is stated.
  func finding(_ variant: VariantRecord) -> Finding<Ratio> {
    guard let points = variant.quality else { return finding(variant.name) }
    let value = points / 100
    let low = (variant.qualityLow ?? points) / 100
    let estimate = Estimate(
      Ratio(value), low: Ratio(low), high: Ratio(min(1, max(value, 2 * value - low))),
      origin: variant.samples == nil ? .declared : .measured, method: BoardFormulas.quality.id,
      source: "quality:\(variant.id)")
    return .figure(
      Figure(
        "quality of \(variant.name)", estimate, inputs: variant.qualityReceipt.map { [$0] } ?? [],
        source: Source("Dimmer's record, calibration \(variant.id) of \(variant.calibrated)"),
        note: variant.samples.map { "on \($0) answers" } ?? "as stated in the configuration"))
  }
}

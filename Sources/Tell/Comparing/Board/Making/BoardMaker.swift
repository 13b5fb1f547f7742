import Accounting
import Estimation
public import Factors
public import Ledger
public import Methods
public import Quantities

/// Makes a board: every choice estimated, measured or stated, and set beside the others. Pure.
public struct BoardMaker: Sendable {
  private let tables: FactorTables

  /// A maker on the tables.
  public init(_ tables: FactorTables) { self.tables = tables }

  /// The board that a query asks for.
  ///
  /// - Parameters:
  ///   - signals: what is known of grids at times, see ``BoardQuery/slots``; where there is nothing the yearly average
  ///     stands in, and the board says that it cannot tell hours apart.
  ///   - variants: the calibrations of the ledger, for the aliases that are asked for.
  /// - Throws: ``BoardError``; ``Factors/FactorError`` for unknown models, places, years and accelerators;
  ///   ``Estimation/ServingError`` for sizes that no work has.
  public func board(
    _ query: BoardQuery, signals: [BoardSlot: Finding<CarbonIntensity>] = [:], variants: [VariantRecord] = []
  ) throws -> Board {
    try query.check()
    let query = query.withEachPlaceOnce(in: tables.regions)
    let task = BoardWork(query)
    let sites = BoardSites(query, signals: signals, tables: tables)
    let quality = try StatedQuality(query, tables: tables, variants: variants)
    var candidates: [BoardCandidate] = []
    var leftOut: [LeftOut] = []
    let measured = MeasuredOptions(query, task: task, variants: variants)
    let records = try measured.records()
    try query.checkCount(of: records.count)
    for variant in records {
      for choice in query.places([BoardChoice(model: variant.name)]) {
        let site = try sites.site(of: choice)
        switch measured.energy(of: variant) {
        case .figure(let energy):
          candidates.append(try measured.candidate(choice, variant, energy, at: site, quality: quality))
        case .unknown(let unknown): leftOut.append(LeftOut(label: choice.label, reason: unknown.reason))
        }
      }
    }
    let estimator = OptionEstimator(query, task: task, tables: tables)
    for model in try estimator.models() {
      for choice in try query.choices(of: model.name) {
        if candidates.contains(where: { $0.basis == .measured && $0.choice.model == model.name }) {
          leftOut.append(LeftOut(label: choice.label, reason: "it was measured, which goes before an estimate"))
          continue
        }
        let site = try sites.site(of: choice)
        do throws(OptionEstimator.Impossible) {
          candidates.append(try estimator.candidate(choice, model, at: site, quality: quality.finding(model.name)))
        } catch {
          switch error {
          case .leftOut(let reason): leftOut.append(LeftOut(label: choice.label, reason: reason))
          case .asked(let mistake): throw mistake
          }
        }
      }
    }
    for row in query.rows {
      candidates.append(
        BoardCandidate(
          choice: BoardChoice(model: row.name), basis: .declared, figures: OptionFigures(row),
          notes: ["Every figure of it was stated by whoever asked for this board."]))
    }
    guard !candidates.isEmpty else { throw BoardError.allLeftOut(leftOut.map { "\($0.label): \($0.reason)" }) }
    guard candidates.count <= BoardError.mostOptions else { throw BoardError.tooMany(candidates.count) }
    return Board(
      query: query, unit: task.unit, size: task.size, candidates: candidates, leftOut: leftOut,
      statements: sites.statements, placeNames: sites.placeNames)
  }
}

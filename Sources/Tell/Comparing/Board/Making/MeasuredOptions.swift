import Accounting
import Estimation
import Ledger
import Methods
import Quantities

/// Options that were measured: the calibrated variants of aliases.
struct MeasuredOptions {
  private let query: BoardQuery
  private let task: BoardWork
  private let variants: [VariantRecord]

  init(_ query: BoardQuery, task: BoardWork, variants: [VariantRecord]) {
    self.query = query
    self.task = task
    self.variants = variants
  }

  /// The newest calibration of each variant of the aliases that were asked for.
  ///
  /// - Throws: ``BoardError/unknownWord(what:_:known:)`` for an alias without any.
  func records() throws(BoardError) -> [VariantRecord] {
    var records: [VariantRecord] = []
    for alias in query.aliases {
      let own = Dictionary(grouping: variants.filter { $0.alias == alias }, by: \.name)
      guard !own.isEmpty else {
        throw .unknownWord(what: "measured alias", alias, known: Set(variants.map(\.alias)).sorted())
      }
      records += own.sorted { $0.key < $1.key }.compactMap { _, all in
        all.max { ($0.calibrated, $0.id) < ($1.calibrated, $1.id) }
      }
    }
    return records
  }

  /// The energy of the task by a variant's calibration, or why that is not known.
  func energy(of variant: VariantRecord) -> Finding<Energy> {
    let tokens = task.tokens
    if tokens != nil, variant.perOutputToken == nil {
      return .unknown("it was measured by the request and not by the token, so its energy for this task is not known")
    }
    if tokens == nil, variant.perInputToken != nil || variant.perOutputToken != nil {
      return .unknown("it is charged by the token; name a task (--task chat), so that tokens are known")
    }
    let work = RequestWork(
      units: 1, uncachedTokensIn: tokens.map { Int64($0.prompt.value.value.rounded()) },
      tokensOut: tokens.map { Int64($0.written.value.value.rounded()) })
    guard let figure = RequestEnergy.figure(variant, work) else {
      return .unknown("its calibration charges for something that the task does not tell")
    }
    // The counts are the task's and not those of a request that was seen.
    let inputs = figure.receipt.inputs.map { input in
      guard input.label.hasPrefix("count: ") else { return input }
      var count = input
      count.origin = .declared
      count.note = "as the task of this board has it"
      return count
    }
    return .figure(
      Figure(figure.receipt.label, figure.estimate, inputs: inputs, note: figure.receipt.note))
  }

  /// The option.
  func candidate(
    _ choice: BoardChoice, _ variant: VariantRecord, _ energy: Figure<Energy>, at site: Site, quality: StatedQuality
  ) throws -> BoardCandidate {
    let work = WorkFootprint(
      of: choice.label, energy: energy,
      embodied: .unknown("the making of the machine is not charged to calibrated variants"),
      duration: .unknown("a calibration keeps no time; ask the gateway"), at: site)
    let origin = variant.receipt.origin
    return BoardCandidate(
      choice: choice, basis: origin == .declared ? .declared : .measured,
      figures: OptionFigures(work, at: site, quality: quality.finding(variant)),
      notes: [
        "Its energy is \(origin.rawValue), by calibration \(variant.id) of \(variant.calibrated) for alias \(variant.alias).",
        "It is what a request adds; power that flows without requests is not in it.",
      ])
  }
}

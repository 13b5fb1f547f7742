import Methods
import Quantities

/// Options for one task side by side, each with what it costs and how that stands to what is typical.
///
/// Typical is the median over all options that were asked for; what is filtered out of sight still counts.
public struct Board: Hashable, Sendable {
  /// What was asked.
  public let query: BoardQuery
  /// One and several of the functional unit.
  public let unitOne: String
  /// Several of them.
  public let unitMany: String
  /// The size of the task in words.
  public let size: String
  /// All options, in the order they were asked for.
  public let options: [BoardOption]
  /// What is typical.
  public let typical: [Measure: TypicalValue]
  /// What carbon and water count.
  public let boundaries: BoardBoundaries
  /// Choices that are no options.
  public let leftOut: [LeftOut]
  /// What a reader must know, a sentence each.
  public let statements: [String]
  /// Places as people call them, by what they were asked for as: `DE` is Germany.
  public let placeNames: [String: String]

  init(
    query: BoardQuery, unit: (one: String, many: String), size: String, candidates: [BoardCandidate],
    leftOut: [LeftOut], statements: [String], placeNames: [String: String] = [:]
  ) {
    self.placeNames = placeNames
    self.query = query
    unitOne = unit.one
    unitMany = unit.many
    self.size = size
    self.leftOut = leftOut
    let boundaries = BoardBoundaries(candidates.map(\.figures))
    self.boundaries = boundaries
    var typical: [Measure: TypicalValue] = [:]
    var verdicts = [[Measure: Verdict]](repeating: [:], count: candidates.count)
    for measure in Measure.allCases {
      let estimates = candidates.map { $0.figures.estimate(measure, boundaries) }
      let known = estimates.compactMap(\.self)
      let middle = TypicalValue(known, word: measure.word)
      typical[measure] = middle
      var shares = middle.estimate == nil ? [] : DrawnBoard.shareBelowMedian(known)[...]
      for (index, estimate) in estimates.enumerated() {
        verdicts[index][measure] = middle.verdict(
          on: estimate, drawn: estimate == nil ? nil : shares.popFirst(),
          unknown: candidates[index].figures.receipt(measure, boundaries).note)
      }
    }
    self.typical = typical
    options = zip(candidates, verdicts).map { candidate, verdicts in
      BoardOption(
        choice: candidate.choice, basis: candidate.basis, figures: candidate.figures, notes: candidate.notes,
        verdicts: verdicts, boundaries: boundaries)
    }
    var statements = statements
    if candidates.contains(where: { $0.basis == .estimated }) {
      statements.append(
        "What nobody stated (requests served together, the machine around the accelerators) is taken as alike for all "
          + "options, and cancels when they are compared.")
    }
    if Set(candidates.map(\.basis)).contains(.measured), Set(candidates.map(\.basis)).contains(.estimated) {
      statements.append(
        "Measured and estimated options count different things: what was measured is what a request adds on one machine."
      )
    }
    self.statements = statements
  }

  /// The task in words.
  public var title: String {
    query.task?.title
      ?? (query.aliases.isEmpty ? "Stated options" : "A request to \(query.aliases.joined(separator: ", "))")
  }

  /// What every figure is of: `one answer: a prompt of 250 tokens and an answer of 400 tokens`.
  public var functionalUnit: String { "one \(unitOne): \(size)" }

  /// What the list is really sorted by: what was asked for, or electricity where that is not known of any option.
  public var sortedBy: Measure {
    options.contains { $0.value(query.sort) != nil } ? query.sort : .energy
  }

  /// The options that pass the filters, best first, unknown last, equal ones as they were asked for.
  public var shown: [BoardOption] {
    let measure = sortedBy
    let admitted = options.filter { option in
      query.filters.allSatisfy { $0.admits(option.value($0.measure)) }
    }
    let sorted = admitted.enumerated().sorted { left, right in
      switch (left.element.value(measure), right.element.value(measure)) {
      case (.some(let a), .some(let b)):
        a == b ? left.offset < right.offset : (a < b) != measure.isBetterHigh
      case (.some, .none): true
      case (.none, .some): false
      case (.none, .none): left.offset < right.offset
      }
    }.map(\.element)
    return query.limit.map { Array(sorted.prefix($0)) } ?? sorted
  }

  /// How many options the filters and the limit leave out of sight.
  public var hidden: Int { options.count - shown.count }
}

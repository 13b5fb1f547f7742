import Quantities

/// Which option in sight is best by what the list is sorted by, and of how many others that can be said.
struct BoardAnswer {
  /// What the options are compared by.
  let measure: Measure
  /// The best one.
  let best: BoardOption
  /// The others that it is better than with 95 %, what both rest on cancelled.
  let surelyWorse: [BoardOption]
  /// The others whose figure is the very same, from the same uncertain things.
  let alike: [BoardOption]
  /// The others of which neither can be said.
  let notTold: [BoardOption]

  /// The answer of a board; nothing when nothing is known of any option in sight.
  init?(_ board: Board) {
    let measure = board.sortedBy
    let known = board.shown.compactMap { option in option.estimate(measure).map { (option: option, estimate: $0) } }
    guard let best = known.first else { return nil }
    // As for "lower than typical": the closed form and the drawn worlds must both say so.
    let shares = DrawnBoard.shares(of: known.map(\.estimate)) { $0[0] }
    var surelyWorse: [BoardOption] = []
    var alike: [BoardOption] = []
    var notTold: [BoardOption] = []
    for (index, other) in known.enumerated().dropFirst() {
      if other.estimate.value == best.estimate.value, other.estimate.deviations == best.estimate.deviations {
        alike.append(other.option)
        continue
      }
      let probability =
        measure.isBetterHigh
        ? min(Comparison.probability(other.estimate, below: best.estimate), shares[index])
        : min(Comparison.probability(best.estimate, below: other.estimate), 1 - shares[index])
      if probability >= Comparison.certainty { surelyWorse.append(other.option) } else { notTold.append(other.option) }
    }
    self.measure = measure
    self.best = best.option
    self.surelyWorse = surelyWorse
    self.alike = alike
    self.notTold = notTold
  }

  /// How sure it is, in a sentence or two.
  func sureness(_ name: (BoardOption) -> String) -> String {
    let others = surelyWorse.count + notTold.count
    let same =
      alike.isEmpty ? "" : "\(BoardAnswer.list(alike.map(name))) \(alike.count == 1 ? "is" : "are") the same in this. "
    guard others > 0 else {
      return alike.isEmpty ? "There is no other to set it beside: add a model, a place or a time." : same
    }
    let word = measure.comparative
    let count = alike.isEmpty ? "other" : "remaining"
    guard !notTold.isEmpty else {
      return same
        + "That is sure: it is \(word) than \(others == 1 ? "the \(count) one" : "each of the \(others) \(count) ones") "
        + "with 95 % or more."
    }
    let unsure =
      "no clear difference to: \(BoardAnswer.list(notTold.map(name))). What is known does not allow to say which is \(word)."
    return surelyWorse.isEmpty
      ? "\(same)That is not sure. There is \(unsure)"
      : "\(same)It is surely \(word) (95 % or more) than \(surelyWorse.count) of the \(others) \(count) ones. There is \(unsure)"
  }

  /// Some names, and how many more there are.
  private static func list(_ names: [String]) -> String {
    let first = names.prefix(3)
    return (names.count > 3 ? first + ["\(names.count - 3) more"] : first).joined(separator: "; ")
  }
}

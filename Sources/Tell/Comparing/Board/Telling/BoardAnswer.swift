import Quantities

/// Which option in sight is best by what the list is sorted by, and of how many others that can be said.
struct BoardAnswer {
  /// What the options are compared by.
  let measure: Measure
  /// The best one.
  let best: BoardOption
  /// The others that it is better than with 95 %, what both rest on cancelled.
  let surelyWorse: [BoardOption]
  /// The others of which that cannot be said.
  let notTold: [BoardOption]

  /// The answer of a board; nothing when nothing is known of any option in sight.
  init?(_ board: Board) {
    let measure = board.sortedBy
    let known = board.shown.compactMap { option in option.estimate(measure).map { (option: option, estimate: $0) } }
    guard let best = known.first else { return nil }
    // As for "lower than typical": the closed form and the drawn worlds must both say so.
    let shares = DrawnBoard.shares(of: known.map(\.estimate)) { $0[0] }
    var surelyWorse: [BoardOption] = []
    var notTold: [BoardOption] = []
    for (index, other) in known.enumerated().dropFirst() {
      let probability =
        measure.isBetterHigh
        ? min(Comparison.probability(other.estimate, below: best.estimate), shares[index])
        : min(Comparison.probability(best.estimate, below: other.estimate), 1 - shares[index])
      if probability >= Comparison.certainty { surelyWorse.append(other.option) } else { notTold.append(other.option) }
    }
    self.measure = measure
    self.best = best.option
    self.surelyWorse = surelyWorse
    self.notTold = notTold
  }

  /// How sure it is, in a sentence or two.
  func sureness(_ name: (BoardOption) -> String) -> String {
    let others = surelyWorse.count + notTold.count
    guard others > 0 else { return "There is no other to set it beside: add a model, a place or a time." }
    let word = measure.comparative
    guard !notTold.isEmpty else {
      return
        "That is sure: it is \(word) than \(others == 1 ? "the other one" : "each of the \(others) others") with 95 % "
        + "or more."
    }
    let first = notTold.prefix(3).map(name)
    let rest = notTold.count - first.count
    let names = (rest > 0 ? first + ["\(rest) more"] : first).joined(separator: "; ")
    let unsure = "no clear difference to: \(names). What is known does not allow to say which is \(word)."
    return surelyWorse.isEmpty
      ? "That is not sure. There is \(unsure)"
      : "It is surely \(word) (95 % or more) than \(surelyWorse.count) of the \(others) others. There is \(unsure)"
  }
}

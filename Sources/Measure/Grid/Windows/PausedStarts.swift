/// With a shortest piece: the ways to begin a piece and reach that length, by the step in which it is reached.
///
/// A piece that has begun must go on at least so long, so that its first steps are one move of the table.
struct PausedStarts {
  /// One way to begin.
  struct Start {
    /// The step in which the piece begins.
    let step: Int
    /// How: at a step's start, inside one so that the remainder of it is used, or so that the remainder ends it.
    let choice: UInt32
    /// Units of whole work done on the way.
    let units: Int
    /// What the way costs, the resuming not counted.
    let cost: Double
  }

  /// Whether there is a shortest piece at all.
  let isNeeded: Bool
  /// The ways, by the step in which they reach the length.
  let ending: [[Start]]

  init(_ problem: PausedProblem, _ steps: [PausedStep], joins: [Bool], remainder: Int64, unit: Int64) {
    let least = problem.minimumRun
    isNeeded = least > 0
    guard least > 0 else {
      ending = []
      return
    }
    let pieces = problem.pieces
    var ending = [[Start]](repeating: [], count: steps.count)
    let length = { (step: Int) in pieces[steps[step].first..<steps[step].end].reduce(0) { $0 + $1.length } }
    let hasRoom = { (step: Int) in
      remainder > 0 && !steps[step].isMandatory && pieces[steps[step].first].length >= remainder
    }
    for first in steps.indices {
      // A whole first step, or the remainder of it.
      for inPart in [false, true] where inPart ? hasRoom(first) : true {
        var time: Int64 = 0
        var units = 0
        var cost = 0.0
        var step = first
        while step < steps.count, step - first <= PausedChoice.farthest, step == first || joins[step] {
          // Before this step is used whole, the remainder may end the piece in it.
          if !inPart, time < least, time + remainder >= least, hasRoom(step) {
            ending[step].append(
              Start(
                step: first, choice: PausedChoice.onlyInPart, units: units,
                cost: cost + pieces[steps[step].first].value * Double(remainder)))
          }
          guard inPart && step == first || steps[step].isWholeAllowed else { break }
          if inPart, step == first {
            time += remainder
            cost += pieces[steps[step].first].value * Double(remainder)
          } else {
            time += length(step)
            units += steps[step].isMandatory ? 0 : Int(length(step) / unit)
            cost += pieces[steps[step].first..<steps[step].end].reduce(0) { $0 + $1.cost }
          }
          if time >= least {
            ending[step].append(
              Start(
                step: first, choice: inPart ? PausedChoice.beganInPart : PausedChoice.began, units: units, cost: cost))
            break
          }
          step += 1
        }
      }
    }
    self.ending = ending
  }
}

/// A job that may pause at a price: which pieces of a window to run in.
///
///     minimise  sum(value x time run)  +  resume cost x (number of pieces - 1)
///
/// (signals-and-scheduling, 10.4.) For a given number of pieces the cost is linear in their ends and only their sum is
/// bound, so that an optimum exists in which all ends but one lie on borders of intervals. That one makes the duration
/// come out: at most one interval is used in part. The search is therefore over whole intervals and one remainder.
///
/// Small problems go straight to the table (``PausedTable``). In large ones it is first supposed that the optimum costs
/// little more than a bound from below (``PausedBound``), which tells the intervals that a plan so cheap can use. When
/// the table over those finds one, it is the optimum; else more is supposed. A year of five-minute values leaves a table
/// of some hundred rows.
struct PausedProblem {
  var pieces: [WindowPiece]
  /// Milliseconds to run.
  let length: Int64
  /// In value times milliseconds.
  let resumeCost: Double
  let maximumSegments: Int?
  /// Milliseconds.
  let minimumRun: Int64
  /// From how many table entries on the bound is worth its own time.
  var tableIsSmall = 30_000
  /// The most table entries to fill: some seconds and some hundred megabytes.
  var mostStates = 40_000_000

  /// The cheapest runs; nothing when no plan keeps the rules.
  ///
  /// - Parameter known: a plan that keeps the rules, if one is known; it only makes the search faster.
  func best(startingFrom known: [Run]?) throws(WindowError) -> [Run]? {
    let all = pieces.indices.map { PausedStep(first: $0, end: $0 + 1) }
    guard length / max(1, unit(of: all)) * Int64(all.count) > tableIsSmall else { return try best(of: all)?.runs }
    let bound = PausedBound(self)
    let upper = known.flatMap { allows($0) ? cost(of: $0) : nil } ?? .infinity
    var gap = resumeCost > 0 ? resumeCost / 512 : 1e-6 * abs(bound.lower)
    for _ in 0..<10 where bound.lower + gap < upper {
      let target = bound.lower + gap
      if let found = try best(of: bound.steps(within: target)), found.cost <= target { return found.runs }
      gap *= 8
    }
    return try best(of: upper < .infinity ? bound.steps(within: upper) : all)?.runs
  }

  /// The cheapest runs among plans that use the given steps alone.
  private func best(of steps: [PausedStep]) throws(WindowError) -> (cost: Double, runs: [Run])? {
    var best: (cost: Double, runs: [Run])?
    for variant in variants(of: steps) {
      let table = PausedTable(self, variant)
      guard table.states <= mostStates else { throw .tooFine(states: table.states) }
      if let found = table.solve(below: best?.cost ?? .infinity) { best = found }
    }
    return best.map { ($0.cost, $0.runs.merged) }
  }

  /// The cost of `runs`, the first one's start included like every other.
  func cost(of runs: [Run]) -> Double {
    var cost = resumeCost * Double(runs.count)
    var index = 0
    for run in runs {
      while index < pieces.count, pieces[index].end <= run.start { index += 1 }
      var inside = index
      while inside < pieces.count, pieces[inside].start < run.end {
        cost += pieces[inside].value * Double(min(run.end, pieces[inside].end) - max(run.start, pieces[inside].start))
        inside += 1
      }
    }
    return cost
  }

  /// Whether `runs` keep the rules.
  func allows(_ runs: [Run]) -> Bool {
    runs.count <= maximumSegments ?? .max && runs.allSatisfy { $0.end - $0.start >= minimumRun }
      && runs.reduce(0) { $0 + $1.end - $1.start } == length
  }

  /// Whether a step is the window's first or last piece, which the window may have cut to an odd length.
  private func isEdge(_ step: PausedStep) -> Bool {
    !step.isMandatory && (step.first == 0 || step.end == pieces.count)
  }

  /// The common divisor of all lengths but the edges' and the mandatory ones'.
  private func unit(of steps: [PausedStep]) -> Int64 {
    var divisor: Int64 = 0
    for step in steps where !isEdge(step) && !step.isMandatory {
      divisor = greatestCommonDivisor(divisor, pieces[step.first].length)
      if divisor == 1 { break }
    }
    return divisor == 0 ? length : divisor
  }

  /// The tables to fill: with each odd edge whole or not, and each length that the remainder can have.
  private func variants(of steps: [PausedStep]) -> [PausedVariant] {
    let unit = unit(of: steps)
    let odd = steps.indices.filter { isEdge(steps[$0]) && pieces[steps[$0].first].length % unit != 0 }
    var result: [PausedVariant] = []
    for choice in 0..<(1 << odd.count) {
      var own = steps
      for (bit, index) in odd.enumerated() {
        if choice & (1 << bit) != 0 { own[index].isMandatory = true } else { own[index].isWholeAllowed = false }
      }
      var left = length
      var longest: Int64 = 0
      for step in own {
        if step.isMandatory {
          left -= pieces[step.first..<step.end].reduce(0) { $0 + $1.length }
        } else {
          longest = max(longest, pieces[step.first].length)
        }
      }
      guard left >= 0 else { continue }
      var remainder = left % unit
      repeat {
        result.append(PausedVariant(steps: own, unit: unit, left: left, remainder: remainder))
        remainder += unit
      } while remainder < longest && remainder <= left
    }
    return result
  }

  private func greatestCommonDivisor(_ first: Int64, _ second: Int64) -> Int64 {
    var (a, b) = (first, second)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}

/// One row of the table: a piece that may be used, or a run of pieces that every optimum uses.
struct PausedStep {
  /// The first piece.
  let first: Int
  /// The piece behind the last.
  let end: Int
  /// Whether it is used in any case.
  var isMandatory = false
  /// Whether it may be used whole.
  var isWholeAllowed = true
}

/// One table to fill.
struct PausedVariant {
  let steps: [PausedStep]
  /// Milliseconds that one unit of work takes.
  let unit: Int64
  /// Milliseconds to run outside the mandatory steps.
  let left: Int64
  /// Milliseconds run in one piece used in part; zero when all are used whole.
  let remainder: Int64
}

/// Makes a plan that runs too long into one of the right length, by giving up its dearest ends: a good plan to measure
/// a bound against, not the best.
struct PausedTrim {
  private let problem: PausedProblem

  init(_ problem: PausedProblem) { self.problem = problem }

  /// Runs of the right length in the given pieces; none when those are too short or the trimming takes too long.
  func trimmed(_ chosen: [Int]) -> [Run] {
    let pieces = problem.pieces
    var segments: [(first: Int, last: Int)] = []
    for index in chosen {
      if let last = segments.last, last.last == index - 1, pieces[index].joins {
        segments[segments.count - 1].last = index
      } else {
        segments.append((index, index))
      }
    }
    var excess = chosen.reduce(0) { $0 + pieces[$1].length } - problem.length
    guard excess >= 0 else { return [] }
    var steps = 2_000_000
    while excess > 0 {
      var worst: (segment: Int, atFront: Bool, value: Double)?
      for (index, segment) in segments.enumerated() {
        steps -= 1
        for (end, atFront) in [(segment.first, true), (segment.last, false)]
        where pieces[end].length <= excess && pieces[end].value > worst?.value ?? -.infinity {
          worst = (index, atFront, pieces[end].value)
        }
      }
      guard let worst, steps > 0 else { break }
      let segment = segments[worst.segment]
      excess -= pieces[worst.atFront ? segment.first : segment.last].length
      if segment.first == segment.last {
        segments.remove(at: worst.segment)
      } else if worst.atFront {
        segments[worst.segment].first += 1
      } else {
        segments[worst.segment].last -= 1
      }
    }
    var runs = segments.map { (start: pieces[$0.first].start, end: pieces[$0.last].end) }
    if excess > 0, let index = runs.indices.first(where: { runs[$0].end - runs[$0].start > excess }) {
      runs[index].end -= excess
      excess = 0
    }
    return excess == 0 ? runs : []
  }
}

import Quantities

/// The best start of a job for one window after another, all of the same length, each later than the one before.
///
/// Costs of all starts on borders are computed once; a queue of those that can still be the cheapest is kept, so that a
/// year of windows costs little more than one.
struct StartSweep {
  private let index: WindowIndex
  private let length: Int64
  /// Every start that is on a border, or ends on one, and touches no gap.
  private let candidates: [CostedStart]
  private var queue: [Int] = []
  private var head = 0
  private var next = 0

  init(_ index: WindowIndex, length: Int64) {
    self.index = index
    self.length = length
    let onBorders = Set(index.starts).union(index.ends.map { $0 - length }).sorted()
    candidates = onBorders.compactMap { start in
      index.cost(from: start, to: start + length).map { CostedStart(start: start, cost: $0) }
    }
  }

  /// The best start wholly between two moments, neither of them earlier than the last time; nothing when there is no
  /// room. Ties go to the earliest.
  mutating func best(from: Int64, to: Int64) -> CostedStart? {
    while next < candidates.count, candidates[next].start + length <= to {
      while queue.count > head, let last = queue.last,
        candidates[next].cost < candidates[last].cost - index.resolution
      { queue.removeLast() }
      queue.append(next)
      next += 1
    }
    while head < queue.count, candidates[queue[head]].start < from { head += 1 }
    var best: CostedStart?
    if let cost = index.cost(from: from, to: from + length), from + length <= to {
      best = CostedStart(start: from, cost: cost)
    }
    if head < queue.count { best = better(best, candidates[queue[head]]) }
    if to - length > from, let cost = index.cost(from: to - length, to: to) {
      best = better(best, CostedStart(start: to - length, cost: cost))
    }
    return best
  }

  private func better(_ first: CostedStart?, _ second: CostedStart) -> CostedStart {
    guard let first else { return second }
    return second.cost < first.cost - index.resolution ? second : first
  }
}

extension WindowIndex {
  /// What running between two moments costs; nothing when any of it is in a gap.
  func cost(from: Int64, to: Int64) -> Double? {
    guard covered(to: to) - covered(to: from) == to - from else { return nil }
    return integral(to: to) - integral(to: from)
  }
}

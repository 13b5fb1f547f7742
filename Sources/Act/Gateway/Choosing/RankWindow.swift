/// Where a score stands among the latest ones: so that only the order of scores counts, whatever their scale.
struct RankWindow {
  /// Scores remembered.
  static let capacity = 256

  private var sorted: [Double] = []
  private var arrived: [Double] = []
  private var next = 0

  /// The share of the latest scores that are lower, equal ones counted half; from 0 to 1. The score is then one of them.
  mutating func rank(_ score: Double) -> Double {
    if arrived.count < Self.capacity {
      arrived.append(score)
    } else {
      sorted.remove(at: lowerBound(arrived[next]))
      arrived[next] = score
      next = (next + 1) % Self.capacity
    }
    let below = lowerBound(score)
    sorted.insert(score, at: below)
    var equal = below
    while equal < sorted.count, sorted[equal] == score { equal += 1 }
    return (Double(below) + Double(equal - below) / 2) / Double(sorted.count)
  }

  private func lowerBound(_ score: Double) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < score { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

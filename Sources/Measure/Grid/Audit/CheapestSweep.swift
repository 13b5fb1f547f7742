import Quantities

/// What the cheapest time costs in one window after another: two trees of running sums over the intervals by rank of
/// their value (P. M. Fenwick, "A new data structure for cumulative frequency tables", 1994), to which intervals are
/// added and from which they are taken as the window moves.
struct CheapestSweep {
  private let index: WindowIndex
  /// For each interval its place among all by value.
  private let rank: [Int]
  /// The intervals by value.
  private let byRank: [Int]
  private var time: [Int64]
  private var cost: [Double]
  private var first = 0
  private var last = 0
  private let top: Int

  init(_ index: WindowIndex) {
    self.index = index
    byRank = index.values.indices.sorted {
      index.values[$0] != index.values[$1] ? index.values[$0] < index.values[$1] : $0 < $1
    }
    var rank = [Int](repeating: 0, count: byRank.count)
    for (place, interval) in byRank.enumerated() { rank[interval] = place }
    self.rank = rank
    time = [Int64](repeating: 0, count: rank.count + 1)
    cost = [Double](repeating: 0, count: rank.count + 1)
    var top = 1
    while top * 2 <= rank.count { top *= 2 }
    self.top = top
  }

  /// What `length` milliseconds cost at the cheapest; nothing when there is not so much time, or when a border of the
  /// window is inside an interval.
  mutating func cheapest(_ length: Int64, from: Int64, to: Int64) -> Double? {
    while last < rank.count, index.ends[last] <= to {
      change(last, by: 1)
      last += 1
    }
    while first < last, index.starts[first] < from {
      change(first, by: -1)
      first += 1
    }
    guard first == rank.count || index.starts[first] >= from, last == rank.count || index.starts[last] >= to,
      first == 0 || index.ends[first - 1] <= from
    else { return nil }
    var position = 0
    var left = length
    var sum = 0.0
    var step = top
    while step > 0 {
      let next = position + step
      if next < time.count, time[next] <= left {
        position = next
        left -= time[next]
        sum += cost[next]
      }
      step /= 2
    }
    guard left > 0 else { return sum }
    return position < byRank.count ? sum + index.values[byRank[position]] * Double(left) : nil
  }

  private mutating func change(_ interval: Int, by sign: Int64) {
    let length = sign * (index.ends[interval] - index.starts[interval])
    let cost = index.values[interval] * Double(length)
    var position = rank[interval] + 1
    while position < time.count {
      time[position] += length
      self.cost[position] += cost
      position += position & -position
    }
  }
}

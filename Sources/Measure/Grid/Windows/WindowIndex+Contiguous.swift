public import Quantities

/// A start and what it costs, in value times milliseconds.
struct CostedStart {
  var start: Int64
  var cost: Double
}

extension WindowIndex {
  /// The best start of a job in one piece wholly inside `window`, and its mean; nothing when there is no room for it
  /// without a gap. Ties go to the earliest.
  ///
  /// This is the question without everything around it, for those who ask it 100,000 times a second.
  public func bestStart(of duration: Span, in window: Range<Timestamp>) -> (start: Timestamp, mean: Double)? {
    let length = duration.milliseconds
    guard length > 0,
      let best = bestStart(of: length, from: window.lowerBound.milliseconds, to: window.upperBound.milliseconds)
    else { return nil }
    return (Timestamp(milliseconds: best.start), best.cost / Double(length))
  }

  /// The best start between two moments, passing over gaps.
  func bestStart(of length: Int64, from: Int64, to: Int64) -> CostedStart? {
    var best: CostedStart?
    var index = firstIndex(endingAfter: from)
    while index < starts.count, starts[index] < to {
      let last = runEnd[index] - 1
      scan(length, from: max(from, starts[index]), to: min(to, ends[last]), first: index, best: &best)
      index = last + 1
    }
    return best
  }

  /// Looks at the starts between `from` and `to`, all of which is covered; `first` is the interval that holds `from`.
  ///
  /// Between borders the cost is linear in the start, so that an optimum has its start or its end on a border of an
  /// interval, or touches the end of what is allowed (signals-and-scheduling, 10.2). The cost of a start between two
  /// of those is never needed.
  private func scan(_ length: Int64, from: Int64, to: Int64, first: Int, best: inout CostedStart?) {
    guard to - from >= length else { return }
    starts.withUnsafeBufferPointer { starts in
      ends.withUnsafeBufferPointer { ends in
        values.withUnsafeBufferPointer { values in
          before.withUnsafeBufferPointer { before in
            var start = from
            var head = first
            var tail = first
            while ends[tail] < start + length { tail += 1 }
            var bestStart = best?.start ?? from
            var bestCost = best?.cost ?? .infinity
            while true {
              let cost =
                before[tail] + values[tail] * Double(start + length - starts[tail])
                - before[head] - values[head] * Double(start - starts[head])
              if cost < bestCost - resolution {
                bestCost = cost
                bestStart = start
              }
              guard start + length < to else { break }
              // To the next border that the start or the end meets.
              if ends[tail] == start + length { tail += 1 }
              start = min(ends[head], ends[tail] - length, to - length)
              if start == ends[head] { head += 1 }
            }
            if bestCost < .infinity { best = CostedStart(start: bestStart, cost: bestCost) }
          }
        }
      }
    }
  }

  /// The best start when gaps may be run through: the lowest mean over what has values, with the least coverage.
  func bestStart(of length: Int64, from: Int64, to: Int64, coverage: Double) -> CostedStart? {
    guard to - from >= length else { return nil }
    var candidates = [from, to - length]
    var index = firstIndex(endingAfter: from)
    while index < starts.count, starts[index] < to {
      candidates += [starts[index], ends[index], starts[index] - length, ends[index] - length]
      index += 1
    }
    let least = Int64((coverage * Double(length)).rounded(.up))
    var best: (start: Int64, mean: Double, cost: Double)?
    for start in candidates.filter({ $0 >= from && $0 + length <= to }).sorted() {
      let known = covered(to: start + length) - covered(to: start)
      guard known > 0, known >= least else { continue }
      let cost = integral(to: start + length) - integral(to: start)
      let mean = cost / Double(known)
      if best.map({ mean < $0.mean - resolution / Double(known) }) ?? true { best = (start, mean, cost) }
    }
    return best.map { CostedStart(start: $0.start, cost: $0.cost) }
  }
}

extension Span {
  /// The span in whole milliseconds, to the nearest; zero for what is no number.
  var milliseconds: Int64 { (Timestamp(milliseconds: 0) + self).milliseconds }
}

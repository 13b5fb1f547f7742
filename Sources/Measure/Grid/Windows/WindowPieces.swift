import Quantities

/// The part of one interval that a job may use.
struct WindowPiece: Hashable {
  var start: Int64
  var end: Int64
  let value: Double
  /// Whether it begins where the piece in front of it ends, so that a job can run from one into the other.
  var joins: Bool

  var length: Int64 { end - start }
  /// What all of it costs, in value times milliseconds.
  var cost: Double { value * Double(end - start) }
}

/// The time in a window that is not forbidden.
struct AllowedTime {
  let stretches: [(from: Int64, to: Int64)]

  init(_ query: WindowQuery) {
    var result: [(from: Int64, to: Int64)] = []
    var reached = query.window.lowerBound.milliseconds
    let end = query.window.upperBound.milliseconds
    for closed in query.forbidden.sorted(by: { $0.lowerBound < $1.lowerBound }) where !closed.isEmpty {
      let from = closed.lowerBound.milliseconds
      if from >= end { break }
      if from > reached { result.append((reached, from)) }
      reached = max(reached, closed.upperBound.milliseconds)
    }
    if reached < end { result.append((reached, end)) }
    stretches = result
  }
}

extension WindowIndex {
  /// What a job may use of a window, in order.
  func pieces(of query: WindowQuery) -> [WindowPiece] {
    var result: [WindowPiece] = []
    for (from, to) in AllowedTime(query).stretches {
      var index = firstIndex(endingAfter: from)
      let last = firstIndex(endingAfter: to - 1)
      result.reserveCapacity(result.count + max(0, last - index + 1))
      while index < starts.count, starts[index] < to {
        let start = max(starts[index], from)
        result.append(
          WindowPiece(
            start: start, end: min(ends[index], to), value: values[index], joins: result.last?.end == start))
        index += 1
      }
    }
    return result
  }

  /// What `range` meets, interval by interval.
  func slots(over range: Range<Timestamp>) -> [PlannedSlot] {
    var result: [PlannedSlot] = []
    var index = firstIndex(endingAfter: range.lowerBound.milliseconds)
    while index < starts.count, starts[index] < range.upperBound.milliseconds {
      let slot = series.slots[series.slots.startIndex + index]
      result.append(
        PlannedSlot(
          validity: slot.validity.clamped(to: range), value: slot.value, low: slot.low, high: slot.high,
          isEstimated: slot.isEstimated))
      index += 1
    }
    return result
  }
}

/// Part of a window that a plan runs in.
typealias Run = (start: Int64, end: Int64)

extension [Run] {
  /// The runs in order, those that touch as one.
  var merged: [Run] {
    var result: [Run] = []
    for run in sorted(by: { $0.start < $1.start }) {
      if let last = result.last, last.end == run.start {
        result[result.count - 1].end = run.end
      } else {
        result.append(run)
      }
    }
    return result
  }
}

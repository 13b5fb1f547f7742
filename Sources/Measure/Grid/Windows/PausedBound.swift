/// Which pieces a plan of a given cost can use at all, by Lagrange's multiplier.
///
/// With a price on time, `sum((value - price) x time) + resume cost x pieces + price x duration` needs no count of the
/// time run and is minimised in one pass. Whatever the price, the minimum is no more than the true optimum. The same
/// with one piece forced on or off bounds every plan that has it on or off; where that bound lies above a cost, no plan
/// of that cost or less has it so. (Reduced-cost fixing as in M. Held, P. Wolfe, H. P. Crowder, "Validation of
/// subgradient optimization", Mathematical Programming 6, 1974.) The duration makes the true cost not convex, so the
/// best price alone would not give the optimum; what it leaves open is settled by the table.
struct PausedBound {
  private let problem: PausedProblem
  private let values: [Double]
  private let times: [Double]
  private let joins: [Bool]
  /// No plan costs less, up to rounding.
  private(set) var lower = 0.0
  /// No plan that uses the piece costs less.
  private var used: [Double] = []
  /// No plan that does not use all of the piece costs less.
  private var unused: [Double] = []

  init(_ problem: PausedProblem) {
    self.problem = problem
    values = problem.pieces.map(\.value)
    times = problem.pieces.map { Double($0.length) }
    joins = problem.pieces.map(\.joins)
    bound(at: bestPrice())
  }

  /// The pieces that plans of at most the cost `target` may or may not use, and those that all of them use.
  func steps(within target: Double) -> [PausedStep] {
    // Rounding must never settle a piece wrongly: the sums have some 1e5 terms.
    let limit = target + 1e-9 * (abs(target) + abs(lower)) + 1
    var result: [PausedStep] = []
    for index in used.indices where used[index] <= limit {
      guard unused[index] > limit else {
        result.append(PausedStep(first: index, end: index + 1))
        continue
      }
      if let last = result.last, last.isMandatory, last.end == index, joins[index] {
        result[result.count - 1] = PausedStep(first: last.first, end: index + 1, isMandatory: true)
      } else {
        result.append(PausedStep(first: index, end: index + 1, isMandatory: true))
      }
    }
    return result
  }

  /// The bounds of every piece at a price.
  private mutating func bound(at price: Double) {
    let count = values.count
    let constant = price * Double(problem.length)
    let start = problem.resumeCost
    var on = [Double](repeating: .infinity, count: count)
    var idle = [Double](repeating: 0, count: count + 1)
    var running = Double.infinity
    for index in 0..<count {
      let gain = (values[index] - price) * times[index]
      let carried = joins[index] ? running : .infinity
      running = gain + min(carried, idle[index] + start)
      on[index] = running
      idle[index + 1] = min(idle[index], running)
    }
    lower = idle[count] + constant
    // Backward: the best of what follows, when the job runs at the border and when it does not.
    var onAfter = Double.infinity
    var idleAfter = 0.0
    // A piece used in part costs less than a whole one where its own gain is positive; and only whole pieces may be
    // settled as used. A shortest piece ties whole runs of pieces together, so there none is.
    let inPart = problem.hasRemainder
    let mayFix = !inPart && problem.minimumRun == 0
    for index in stride(from: count - 1, through: 0, by: -1) {
      let gain = (values[index] - price) * times[index]
      let carried = index + 1 < count && joins[index + 1] ? onAfter : .infinity
      let onHere = gain + min(carried, idleAfter)
      // In place: what stood there is not read again.
      on[index] += onHere - gain - (inPart ? max(gain, 0) : 0) + constant
      idle[index] = mayFix ? idle[index] + idleAfter + constant : -.infinity
      idleAfter = min(idleAfter, start + onHere)
      onAfter = onHere
    }
    used = on
    unused = idle
  }

  /// The price at which the bound is highest.
  private func bestPrice() -> Double {
    let length = Double(problem.length)
    let shortest = times.min() ?? 1
    var low = line(at: values.min() ?? 0)
    var high = line(at: (values.max() ?? 0) + problem.resumeCost / shortest + 1e-9)
    // From a sample: the price is somewhat above the value that as much time lies below.
    let sample = stride(from: 0, to: values.count, by: max(1, values.count / 2048)).map { values[$0] }.sorted()
    var reach = 1
    let rank = Int(length / times.reduce(0, +) * Double(sample.count))
    while rank + reach < sample.count {
      let found = line(at: sample[rank + reach] + problem.resumeCost / length)
      if found.time <= length { low = found.price > low.price ? found : low } else { high = found; break }
      reach *= 4
    }
    // The bound is concave in the price and made of lines, one for each plan. Where the lines of the two plans meet
    // either lies its maximum, or a better line (Kelley's cutting planes in one dimension).
    for _ in 0..<60 where high.time > low.time && low.time != length && high.time != length {
      let price = (high.cost - low.cost) / (high.time - low.time)
      guard price > low.price, price < high.price else { break }
      let found = line(at: price)
      let expected = low.cost + price * (length - low.time)
      guard found.cost + price * (length - found.time) < expected - 1e-12 * abs(expected) else {
        return price
      }
      if found.time <= length { low = found } else { high = found }
    }
    return high.time == length ? high.price : low.price
  }

  /// The best plan at a price: its own cost (pauses counted, price not) and its time.
  private func line(at price: Double) -> (price: Double, cost: Double, time: Double) {
    var on = Double.infinity
    var onTime = 0.0
    var idle = 0.0
    var idleTime = 0.0
    let start = problem.resumeCost
    values.withUnsafeBufferPointer { values in
      times.withUnsafeBufferPointer { times in
        joins.withUnsafeBufferPointer { joins in
          for index in 0..<values.count {
            let time = times[index]
            let carries = joins[index] && on < idle + start
            let base = carries ? on : idle + start
            let baseTime = carries ? onTime : idleTime
            on = base + (values[index] - price) * time
            onTime = baseTime + time
            if on < idle {
              idle = on
              idleTime = onTime
            }
          }
        }
      }
    }
    return (price, idle + price * idleTime, idleTime)
  }
}

extension PausedProblem {
  /// Whether some interval may have to be used in part.
  var hasRemainder: Bool {
    guard let first = pieces.first?.length else { return false }
    return length % first != 0 || pieces.contains { $0.length != first }
  }
}

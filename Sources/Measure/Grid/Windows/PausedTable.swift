/// The table that settles which pieces a job with costly pauses runs in (signals-and-scheduling, 10.4).
///
/// One row a step; in a row, one cost for every amount of whole work done, for running and for not running at the
/// step's end, for the remainder used or not, and for the number of pieces begun where that is limited. From row to
/// row each of these comes from the few states that can lead to it, and remembers which. Ties go to not running, so
/// that among equal plans the work is done early.
struct PausedTable {
  private let problem: PausedProblem
  private let steps: [PausedStep]
  private let remainder: Int64
  /// Units of whole work to do.
  private let work: Int
  /// Units that each step does when used whole.
  private let units: [Int]
  /// What each step costs when used whole.
  private let costs: [Double]
  /// Whether a step begins where the one in front of it ends.
  private let joins: [Bool]
  /// With a shortest piece: where a piece begun at some step may first end, by the step of that end.
  private let starts: PausedStarts
  private let counts: Int
  private let layers: Int
  private let width: Int

  /// How many entries the table has.
  let states: Int

  init(_ problem: PausedProblem, _ variant: PausedVariant) {
    self.problem = problem
    steps = variant.steps
    remainder = variant.remainder
    work = Int((variant.left - variant.remainder) / variant.unit)
    let pieces = problem.pieces
    units = steps.map { $0.isMandatory ? 0 : Int(pieces[$0.first].length / variant.unit) }
    costs = steps.map { step in pieces[step.first..<step.end].reduce(0) { $0 + $1.cost } }
    joins = steps.indices.map { index in
      index > 0 && pieces[variant.steps[index].first].joins
        && variant.steps[index - 1].end == variant.steps[index].first
    }
    starts = PausedStarts(problem, steps, joins: joins, remainder: variant.remainder, unit: variant.unit)
    let counts = problem.maximumSegments.map { min($0, variant.steps.count) + 1 } ?? 1
    self.counts = counts
    layers = counts * (variant.remainder > 0 ? 2 : 1)
    width = work + 1
    let (states, overflow) = variant.steps.count.multipliedReportingOverflow(by: layers * width)
    self.states = overflow ? .max : states
  }

  /// The cheapest runs that cost less than `limit`; nothing when there are none.
  func solve(below limit: Double) -> (cost: Double, runs: [Run])? {
    let size = layers * width
    var idle = [Double](repeating: .infinity, count: size)
    var on = [Double](repeating: .infinity, count: size)
    idle[0] = 0
    var nextOn = on
    var nextIdle = idle
    var choices = [UInt32](repeating: 0, count: states)
    var history: [[Double]] = []
    for step in steps.indices {
      // What is known when the step begins: not running, or just stopped.
      for state in 0..<size where on[state] < idle[state] {
        idle[state] = on[state]
        choices[step * size + state] = PausedChoice.stopped
      }
      if starts.isNeeded { history.append(idle) }
      advance(step, idle: idle, on: on, history: history, nextIdle: &nextIdle, nextOn: &nextOn, choices: &choices)
      swap(&idle, &nextIdle)
      swap(&on, &nextOn)
    }
    var best: (cost: Double, state: Int, isOn: Bool)?
    for count in 0..<counts {
      let state = ((remainder > 0 ? counts : 0) + count) * width + work
      for (row, isOn) in [(idle, false), (on, true)] where row[state] < best?.cost ?? limit {
        best = (row[state], state, isOn)
      }
    }
    guard let best else { return nil }
    return (best.cost, runs(from: best.state, isOn: best.isOn, choices: choices))
  }

  /// One row from the one before it.
  private func advance(
    _ step: Int, idle: [Double], on: [Double], history: [[Double]], nextIdle: inout [Double], nextOn: inout [Double],
    choices: inout [UInt32]
  ) {
    let own = steps[step]
    let width = width
    let base = step * layers * width
    let remainderCost = problem.pieces[own.first].value * Double(remainder)
    let mayBePart = remainder > 0 && !own.isMandatory && problem.pieces[own.first].length >= remainder
    for layer in 0..<layers {
      let isLater = layer >= counts
      let count = isLater ? layer - counts : layer
      // Where the pieces begun are counted, a piece that begins comes from the layer of one fewer.
      let from = counts == 1 ? 0 : -1
      let mayStart = counts == 1 || count > 0
      let row = layer * width
      let unused = row - counts * width
      for amount in 0..<width {
        nextIdle[row + amount] = own.isMandatory ? .infinity : idle[row + amount]
        nextOn[row + amount] = .infinity
      }
      // Whole, going on.
      if joins[step], own.isWholeAllowed {
        take(
          on, row, shift: units[step], cost: costs[step], choice: PausedChoice.wentOn, into: &nextOn, row, base,
          &choices)
      }
      // The remainder at the front, then a pause.
      if isLater, mayBePart, joins[step] {
        take(
          on, unused, shift: 0, cost: remainderCost, choice: PausedChoice.endedInPart, into: &nextIdle, row, base,
          &choices)
      }
      guard mayStart else { continue }
      if !starts.isNeeded {
        if own.isWholeAllowed {
          take(
            idle, row + from * width, shift: units[step], cost: costs[step] + problem.resumeCost,
            choice: PausedChoice.began, into: &nextOn, row, base, &choices)
        }
        if isLater, mayBePart {
          let cost = remainderCost + problem.resumeCost
          take(
            idle, unused + from * width, shift: 0, cost: cost, choice: PausedChoice.beganInPart, into: &nextOn, row,
            base, &choices)
          take(
            idle, unused + from * width, shift: 0, cost: cost, choice: PausedChoice.onlyInPart, into: &nextIdle, row,
            base, &choices)
        }
        continue
      }
      for start in starts.ending[step] {
        let isInPart = start.choice != PausedChoice.began
        guard !isInPart || isLater else { continue }
        let origin = (isInPart ? unused : row) + from * width
        let back = UInt32(step - start.step) << PausedChoice.bits
        if start.choice == PausedChoice.onlyInPart {
          take(
            history[start.step], origin, shift: start.units, cost: start.cost + problem.resumeCost,
            choice: start.choice | back, into: &nextIdle, row, base, &choices)
        } else {
          take(
            history[start.step], origin, shift: start.units, cost: start.cost + problem.resumeCost,
            choice: start.choice | back, into: &nextOn, row, base, &choices)
        }
      }
    }
  }

  /// Takes what is cheaper, and remembers where it came from.
  private func take(
    _ source: [Double], _ origin: Int, shift: Int, cost: Double, choice: UInt32, into target: inout [Double],
    _ row: Int, _ base: Int, _ choices: inout [UInt32]
  ) {
    guard shift < width else { return }
    let isIdle = PausedChoice.endsIdle(choice)
    let mask = isIdle ? ~PausedChoice.idleField : ~PausedChoice.onField
    let mark = isIdle ? choice << PausedChoice.idleShift : choice << PausedChoice.onShift
    let count = width - shift
    source.withUnsafeBufferPointer { source in
      target.withUnsafeMutableBufferPointer { target in
        choices.withUnsafeMutableBufferPointer { choices in
          for amount in 0..<count {
            let found = source[origin + amount] + cost
            let state = row + shift + amount
            if found < target[state] {
              target[state] = found
              choices[base + state] = choices[base + state] & mask | mark
            }
          }
        }
      }
    }
  }

  /// The runs that led to a state behind the last step.
  private func runs(from state: Int, isOn: Bool, choices: [UInt32]) -> [Run] {
    let pieces = problem.pieces
    let size = layers * width
    var result: [Run] = []
    var step = steps.count - 1
    var state = state
    var isOn = isOn
    while step >= 0 {
      let entry = choices[step * size + state]
      let choice = isOn ? PausedChoice.on(entry) : PausedChoice.idle(entry)
      let back = Int(choice >> PausedChoice.bits)
      let first = step - back
      var before = state
      switch choice & PausedChoice.kinds {
      case PausedChoice.wentOn:
        result.append((pieces[steps[step].first].start, pieces[steps[step].end - 1].end))
        before -= units[step]
      case PausedChoice.began:
        result.append((pieces[steps[first].first].start, pieces[steps[step].end - 1].end))
        before -= units[first...step].reduce(0, +) + (counts > 1 ? width : 0)
        isOn = false
      case PausedChoice.beganInPart:
        result.append((pieces[steps[first].first].end - remainder, pieces[steps[step].end - 1].end))
        before -= units[first...step].dropFirst().reduce(0, +) + (counts > 1 ? width : 0) + counts * width
        isOn = false
      case PausedChoice.onlyInPart:
        result.append((pieces[steps[first].first].start, pieces[steps[step].first].start + remainder))
        before -= units[first..<step].reduce(0, +) + (counts > 1 ? width : 0) + counts * width
      case PausedChoice.endedInPart:
        result.append((pieces[steps[step].first].start, pieces[steps[step].first].start + remainder))
        before -= counts * width
        isOn = true
        state = before
        step -= 1
        continue
      default:
        break
      }
      state = before
      step = first
      // Whoever was not running at the step's begin may just have stopped.
      if !isOn, choices[step * size + state] & PausedChoice.stopped != 0 { isOn = true }
      step -= 1
    }
    return result.reversed()
  }
}

/// How an entry of the table came about, packed into 32 bits: one for "had just stopped", 15 for running at the step's
/// end, 15 for not running. Each of the two is a kind and how many steps before the piece began.
enum PausedChoice {
  static let bits: UInt32 = 3
  static let kinds: UInt32 = 7
  static let wentOn: UInt32 = 1
  static let began: UInt32 = 2
  static let beganInPart: UInt32 = 3
  static let endedInPart: UInt32 = 4
  static let onlyInPart: UInt32 = 5
  static let stopped: UInt32 = 1
  static let onShift: UInt32 = 1
  static let idleShift: UInt32 = 16
  static let field: UInt32 = 0x7FFF
  static let onField: UInt32 = field << onShift
  static let idleField: UInt32 = field << idleShift
  /// The most steps that a piece may reach back.
  static let farthest = Int(field >> bits)

  static func endsIdle(_ choice: UInt32) -> Bool { choice & kinds >= endedInPart }
  static func on(_ entry: UInt32) -> UInt32 { (entry & onField) >> onShift }
  static func idle(_ entry: UInt32) -> UInt32 { (entry & idleField) >> idleShift }
}

import Methods
public import Quantities

/// Energy of a server that batches continuously, step by step (`step-share@1`): each step's energy goes to the sequences
/// that were in it, by their work in that step; steps without any are idle energy. Sequences and idle together are the
/// meter to the microjoule, whatever comes and goes.
public struct StepShare: Hashable, Sendable {
  /// One step of the server: a pass over all sequences in the batch.
  public struct Step: Hashable, Sendable {
    /// What the meter read in it.
    public var energy: Microjoules
    /// Work by sequence: tokens written, prompt tokens by their weight, any unit; sequences are numbered from 0.
    public var work: [Int: Double]

    /// A step.
    public init(energy: Microjoules, work: [Int: Double]) {
      self.energy = energy
      self.work = work
    }
  }

  /// Each sequence's energy.
  public private(set) var charges: [Microjoules]
  /// Energy of steps in which there was no sequence, or none with work.
  public private(set) var idle: Microjoules = .zero
  /// What fractions of a microjoule each sequence is owed from earlier steps, so that thousands of steps do not round
  /// against the same one.
  private var owed: [Double]

  /// Shares out steps among `count` sequences.
  public init(_ steps: some Sequence<Step>, sequences count: Int) {
    charges = Array(repeating: .zero, count: count)
    owed = Array(repeating: 0, count: count)
    for step in steps { take(step) }
  }

  /// Sequences and idle together: what the meter read.
  public var total: Microjoules { charges.reduce(idle, +) }

  private mutating func take(_ step: Step) {
    let present = step.work.filter { charges.indices.contains($0.key) && $0.value > 0 && $0.value.isFinite }
    let order = present.keys.sorted()
    let sum = order.reduce(0) { $0 + (present[$1] ?? 0) }
    guard sum > 0, sum.isFinite else {
      idle += step.energy
      return
    }
    let whole = Double(step.energy.count)
    guard abs(whole) < StepShare.largestExact else {
      // Beyond 2^52 microjoules shares are no whole numbers: such a step is split by itself, without what is owed.
      let parts = Split.largestRemainder(step.energy, weights: order.map { present[$0] ?? 0 }) ?? []
      for (sequence, part) in zip(order, parts) { charges[sequence] += part }
      return
    }
    var given = 0 as Int64
    var wanted: [(sequence: Int, rest: Double)] = []
    for sequence in order {
      let exact = whole * ((present[sequence] ?? 0) / sum) + owed[sequence]
      let part = Int64(exact.rounded(.down))
      charges[sequence] += Microjoules(part)
      given += part
      wanted.append((sequence, exact - Double(part)))
      owed[sequence] = exact - Double(part)
    }
    // What rounding left, one microjoule each to those who are owed the most; they owe it back later.
    var left = step.energy.count - given
    wanted.sort { $0.rest == $1.rest ? $0.sequence < $1.sequence : $0.rest > $1.rest }
    var next = 0
    while left != 0 {
      let sequence = wanted[next % wanted.count].sequence
      let one: Int64 = left > 0 ? 1 : -1
      charges[sequence] += Microjoules(one)
      owed[sequence] -= Double(one)
      left -= one
      next += 1
    }
  }

  private static let largestExact = 4_503_599_627_370_496.0

  /// The entry for the registry: every step with every sequence.
  static let method = Method(
    "step-share@1", "Energy of continuous batching, step by step, among the sequences in each step",
    formula:
      "sum over steps of energy x work / sum of work in the step, whole microjoules; steps without work are idle",
    citation: Source("Dimmer, sharing rule for continuous batching: each iteration's energy to the sequences in it"),
    inputs: [
      MethodParameter("steps_joules", unit: "J", "energy, one number a step", in: 0...9e12),
      MethodParameter("steps", "rows of 'work': a list with one number a sequence, 0 where it is not in the step"),
    ],
    outputs: [
      MethodParameter("charges_joules", unit: "J", "energy, sequence by sequence"),
      MethodParameter("idle_joules", unit: "J", "energy of steps without work"),
    ]
  ) { arguments throws(MethodError) in
    let energies = try arguments.numbers("steps_joules")
    let rows = try arguments.rows("steps", known: ["work"])
    guard energies.count == rows.count else {
      throw .noAnswer("\(energies.count) energies and \(rows.count) steps; give as many of each")
    }
    var steps: [Step] = []
    var count = 0
    for (energy, row) in zip(energies, rows) {
      let work = try row.numbers("work")
      guard work.allSatisfy({ $0 >= 0 }) else { throw .noAnswer("work is not negative") }
      count = max(count, work.count)
      let pairs = work.enumerated().map { ($0.offset, $0.element) }
      steps.append(Step(energy: Microjoules(.joules(energy)), work: Dictionary(uniqueKeysWithValues: pairs)))
    }
    let share = StepShare(steps, sequences: count)
    return [
      "charges_joules": .numbers(share.charges.map(\.energy.joules)), "idle_joules": .number(share.idle.energy.joules),
    ]
  }
}

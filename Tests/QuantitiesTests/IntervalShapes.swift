import Quantities

/// A formula of uncertain things as the accounts use it: step by step with estimates, and at once on numbers.
struct IntervalShape: Sendable {
  let name: String
  /// How many things go in.
  let count: Int
  /// The formula by estimates, in the steps in which figures are made.
  let estimate: @Sendable ([Estimate<Ratio>]) -> Estimate<Ratio>
  /// The same on numbers.
  let value: @Sendable ([Double]) -> Double
  /// Whether the result may be of either sign; ends are then judged beside the half-width.
  var isDifference = false

  private typealias Number = Estimate<Ratio>

  private static func made(_ inputs: Number..., by formula: ([Double]) -> Double) -> Number {
    .evaluating(inputs, method: "test@1", formula)
  }

  private static func times(_ a: Number, _ b: Number) -> Number { made(a, b) { $0[0] * $0[1] } }

  /// Terms, all at once or one after the other.
  static func sum(_ count: Int, isChained: Bool = false) -> IntervalShape {
    IntervalShape(
      name: isChained ? "a sum, term by term" : "a sum", count: count,
      estimate: { isChained ? $0.dropFirst().reduce($0[0], +) : $0.total(method: "test@1") }, value: { $0.reduce(0, +) }
    )
  }

  /// Factors and one divisor.
  static func product(_ count: Int) -> IntervalShape {
    let formula: @Sendable ([Double]) -> Double = { x in x.dropFirst(2).reduce(x[0] / x[1], *) }
    return IntervalShape(
      name: "a product", count: count, estimate: { .evaluating($0, method: "test@1", formula) }, value: formula)
  }

  /// Each term a product of its own two things.
  static func sumOfProducts(_ terms: Int) -> IntervalShape {
    IntervalShape(
      name: "a sum of products", count: 2 * terms,
      estimate: { x in (0..<terms).map { times(x[2 * $0], x[2 * $0 + 1]) }.total(method: "test@1") },
      value: { x in (0..<terms).reduce(0) { $0 + x[2 * $1] * x[2 * $1 + 1] } })
  }

  /// Each term times one thing that all share.
  static func sharedFactor(_ terms: Int) -> IntervalShape {
    IntervalShape(
      name: "a sum on one grid", count: terms + 1,
      estimate: { x in (1...terms).map { times(x[$0], x[0]) }.total(method: "test@1") },
      value: { x in (1...terms).reduce(0) { $0 + x[$1] * x[0] } })
  }

  /// On site and at the plants, on one energy.
  static let water = IntervalShape(
    name: "water", count: 4, estimate: { times($0[0], $0[1]) + times(times($0[0], $0[2]), $0[3]) },
    value: { $0[0] * ($0[1] + $0[2] * $0[3]) })
  static let waterAtOnce = IntervalShape(
    name: "water in one formula", count: 4,
    estimate: { .evaluating($0, method: "test@1") { $0[0] * ($0[1] + $0[2] * $0[3]) } },
    value: { $0[0] * ($0[1] + $0[2] * $0[3]) })

  /// Operational and embodied carbon.
  static let carbon = IntervalShape(
    name: "carbon of use and making", count: 5,
    estimate: { times(times($0[0], $0[1]), $0[2]) + made($0[3], $0[4]) { $0[0] / $0[1] } },
    value: { $0[0] * $0[1] * $0[2] + $0[3] / $0[4] })
  /// Both for each functional unit.
  static let score = IntervalShape(
    name: "carbon for each unit", count: 6,
    estimate: { x in
      made(times(times(x[0], x[1]), x[2]), made(x[3], x[4]) { $0[0] / $0[1] }, x[5]) { ($0[0] + $0[1]) / $0[2] }
    },
    value: { ($0[0] * $0[1] * $0[2] + $0[3] / $0[4]) / $0[5] })

  static let productOfSums = IntervalShape(
    name: "a product of sums", count: 4, estimate: { times($0[0] + $0[1], $0[2] + $0[3]) },
    value: { ($0[0] + $0[1]) * ($0[2] + $0[3]) })
  static let ratioOfSums = IntervalShape(
    name: "a ratio of sums", count: 4, estimate: { ($0[0] + $0[1]) / ($0[2] + $0[3]) },
    value: { ($0[0] + $0[1]) / ($0[2] + $0[3]) })
  /// Two options that share an energy in one of their terms.
  static let ratioSharing = IntervalShape(
    name: "a ratio of sums with one thing in both", count: 5,
    estimate: { (times($0[0], $0[1]) + $0[2]) / (times($0[0], $0[3]) + $0[4]) },
    value: { ($0[0] * $0[1] + $0[2]) / ($0[0] * $0[3] + $0[4]) })
  /// Two sums on one grid, which cancels.
  static let ratioOnOneGrid = IntervalShape(
    name: "a ratio of sums on one grid", count: 5,
    estimate: {
      (times($0[1], $0[0]) + times($0[2], $0[0])) / (times($0[3], $0[0]) + times($0[4], $0[0]))
    },
    value: { ($0[1] + $0[2]) / ($0[3] + $0[4]) })

  static let difference = IntervalShape(
    name: "a difference", count: 2, estimate: { $0[0] - $0[1] }, value: { $0[0] - $0[1] }, isDifference: true)
  static let differences = IntervalShape(
    name: "a sum of differences", count: 6,
    estimate: { x in (0..<3).map { x[2 * $0] - x[2 * $0 + 1] }.total(method: "test@1") },
    value: { $0[0] - $0[1] + $0[2] - $0[3] + $0[4] - $0[5] }, isDifference: true)
  static let differenceOnOneGrid = IntervalShape(
    name: "a difference on one grid", count: 3, estimate: { times($0[1], $0[0]) - times($0[2], $0[0]) },
    value: { ($0[1] - $0[2]) * $0[0] }, isDifference: true)
}

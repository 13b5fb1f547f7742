import Grid
import Ledger
import Quantities
import Service
import Switching

/// What a simpler rule would have done with the same calibrations in the same hours. Nothing of it was served.
struct NotServed {
  /// What it is, as a row's name.
  let name: String
  /// What it came to.
  let result: ReplayResult

  /// The rules beside: the two ends of the ladder switched by a bare threshold, which is how "nearly 80 %" came to be
  /// reported for such tools, and the cheapest variant alone. Neither keeps the floor.
  static func all(_ review: ServedReview, model: ServingModel) throws -> [NotServed] {
    let points = Hull(of: model.ladder, on: .lowerBound).points
    guard points.count > 1, let cheapest = points.first, let best = points.last else { return [] }
    let threshold = TwoLevelThreshold()
    let pair = "\(best.name) or \(cheapest.name) by threshold"
    return [
      NotServed(name: pair, result: try replay(review, model, floor: model.floor).run(threshold)),
      // At the cheapest variant's own quality the cheapest mix is that variant.
      NotServed(
        name: "always \(cheapest.name)",
        result: try replay(review, model, floor: max(0, cheapest.quality)).run(StaticMixPolicy())),
    ]
  }

  private static func replay(_ review: ServedReview, _ model: ServingModel, floor: Double) throws -> Replay {
    try Replay(
      history: review.result.steps.map(\.interval), interval: .hours(1), ladder: model.ladder, floor: floor,
      period: .utcDay, pue: 1, requestNoun: model.unitNoun)
  }
}

import Ledger
import Quantities
import Switching

/// The qualities that were in force at each time, as recorded decisions knew them.
struct QualitiesInForce: Sendable {
  /// Ladders with when they came into force, in order; neighbours differ.
  private var ladders: [(from: Timestamp, ladder: Ladder)] = []

  /// From decisions in the order of grid time.
  ///
  /// - Throws: a coding error when a decision's input cannot be read.
  init(_ decisions: [DecisionRecord]) throws {
    var known: String?
    for decision in decisions {
      // Inputs are canonical JSON, so that the same ladder is the same text; few decisions have another one.
      if let known, decision.input.contains(known) { continue }
      let ladder = try DecisionCoding.value(PolicyInput.self, from: decision.input).ladder
      known = "\"ladder\":" + (try DecisionCoding.text(ladder))
      ladders.append((decision.grid, ladder))
    }
  }

  /// Whether all decisions knew the same.
  var areOne: Bool { ladders.count < 2 }

  /// The variant's quality in an hour: of the decisions in force in it the one with the lowest bound; where those knew it
  /// not, of all. `nil` when none knew it.
  func quality(of name: String, in hour: Timestamp) -> (mean: Double, low: Double)? {
    let find = { (ladder: Ladder) in
      ladder.index(of: name).map { (mean: ladder.variants[$0].quality, low: ladder.variants[$0].qualityLow) }
    }
    let before = ladders.last { $0.from <= hour }
    let within = ladders.filter { $0.from > hour && $0.from < hour + .hours(1) }
    let inForce = ((before.map { [$0] } ?? []) + within).compactMap { find($0.ladder) }
    return inForce.min { $0.low < $1.low } ?? ladders.compactMap { find($0.ladder) }.min { $0.low < $1.low }
  }

  /// The mean over the units that variants served in these hours; `nil` when that is none whose quality was known.
  func mean(over hours: [HourRollup]) -> (mean: Double, low: Double)? {
    var (units, mean, low) = (0.0, 0.0, 0.0)
    for hour in hours {
      guard let quality = quality(of: hour.key.variant, in: hour.key.hour) else { continue }
      let own = Double(hour.sums.units)
      units += own
      mean += own * quality.mean
      low += own * quality.low
    }
    return units > 0 ? (mean / units, low / units) : nil
  }
}

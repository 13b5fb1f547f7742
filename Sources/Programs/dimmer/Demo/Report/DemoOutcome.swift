import Grid
import Ledger
import Methods
import Quantities
import Reporting
import Service
import Switching

/// What a demo found, as numbers: made from the recorded ledger by the replay code.
struct DemoOutcome {
  let subject: DemoSubject
  /// What a reader must know besides, a sentence each.
  let notes: [String]
  let review: ServedReview
  let served: ServedQuality
  let floor: Double
  /// All calibrated variants, and those offered.
  let variants: [VariantRecord]
  let offered: [VariantRecord]
  let notServed: [NotServed]
  let trace: BuiltInTrace
  let hours: Int
  let activity: ActivityID

  /// Requests that were answered.
  var requests: Int { served.verdicts.count }

  /// The answered requests of the hours, and the pieces of work in them: what energy and carbon are figures of.
  var counted: (requests: Int, units: Int64) {
    let sums = review.hours.reduce(RequestSums()) { $0 + $1.sums }
    return (Int(sums.requests - sums.failed), sums.units)
  }
  /// Answers that came after the hours were over, on a busy machine: no figure of the hours holds them.
  var late: Int { max(0, requests - counted.requests) }

  /// The mean quality of the best variant offered, by calibration.
  var bestQuality: Double? { offered.compactMap(\.quality).max() }

  /// Energy of the hours' requests as recorded, with the interval of the calibrations.
  var energy: Estimate<Energy> {
    let parts = review.hours.compactMap { hour -> Estimate<Energy>? in
      guard let variant = offered.first(where: { $0.name == hour.key.variant }) else { return nil }
      let value = hour.sums.microjoules.energy
      guard variant.joulesPerUnit > 0 else { return nil }
      let low = variant.joulesPerUnitLow / variant.joulesPerUnit - 1
      let high = variant.joulesPerUnitHigh / variant.joulesPerUnit - 1
      return Estimate(
        value, relative: low...high, origin: variant.receipt.origin, method: RequestEnergy.id,
        source: "calibration:\(variant.name)")
    }
    return parts.total(method: RequestEnergy.id, origin: .modelled)
  }

  /// An estimate of carbon with the relative interval of the energies: the grid's is common to all of them.
  func carbon(_ value: Carbon) -> Estimate<Carbon> {
    let energy = energy
    let low = energy.value > .zero ? energy.low / energy.value - 1 : 0
    let high = energy.value > .zero ? energy.high / energy.value - 1 : 0
    return Estimate(
      value, relative: low...high, origin: .modelled, method: "operational-carbon@1", source: "calibrations and grid")
  }

  /// Pieces of work that a variant did.
  func units(of variant: VariantRecord) -> Int64 {
    review.hours.filter { $0.key.variant == variant.name }.reduce(Int64(0)) { $0 + $1.sums.units }
  }

  /// Whether a variant stood for choice.
  func isOffered(_ variant: VariantRecord) -> Bool { offered.contains { $0.name == variant.name } }

  /// The decisions that changed the main variant.
  var changes: [DecisionRecord] {
    var changes: [DecisionRecord] = []
    for decision in review.decisions where decision.chosen != changes.last?.chosen { changes.append(decision) }
    return changes
  }
}

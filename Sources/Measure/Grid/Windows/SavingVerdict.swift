import Quantities

/// How wrong a promised saving can be.
public enum SavingError: Hashable, Sendable {
  /// The values were observed: the saving is what it is.
  case observed
  /// From the values' own intervals, whose ends are so many standard deviations off: 1.96 for 95 %, 1.2816 for 80 %.
  case intervals(deviations: Double)
  /// From how past plans like this one turned out: realised less promised saving, in the series' unit
  /// (``PlanReview/residual``).
  case residuals([Double])
}

/// Whether waiting is worth it: the saving that a plan promises, with its interval, and "no benefit here, start now"
/// when the saving is below two standard errors. Method `saving-verdict@1`.
public struct SavingVerdict: Hashable, Sendable {
  /// What to do.
  public enum Advice: String, Hashable, Sendable, Codable {
    /// Wait for the plan's start.
    case wait
    /// Start now: nothing, or nothing beyond the noise, is gained by waiting.
    case startNow = "start-now"
    /// A saving is expected, but nobody knows how wrong it can be.
    case unproven
  }

  /// What to do.
  public let advice: Advice
  /// The expected saving per unit of energy, in the series' unit; nothing when what now meets is not known.
  public let saved: Double?
  /// Its standard error; nothing when that is not known.
  public let standardError: Double?
  /// The same saving in percent of running now; nothing where a percentage means nothing.
  public let savedPercent: Double?
  /// The low end of the saving's 95 % interval, in percent.
  public let lowPercent: Double?
  /// The high end of the saving's 95 % interval, in percent.
  public let highPercent: Double?
  /// What to do and why, in one sentence.
  public let reason: String

  /// Below so many standard errors a saving is noise (signals-and-scheduling, 12.2).
  public static let threshold = 2.0
  /// Half the 95 % interval of a normal distribution in standard deviations.
  static let halfInterval = 1.96
  /// So many past plans tell something about the next one; fewer do not.
  public static let leastResiduals = 5

  /// The verdict on `plan`.
  ///
  /// - Parameter error: how wrong its values can be; what the plan itself says unless given: its values' 95 %
  ///   intervals, or none to speak of when all of them were observed.
  public init(on plan: WindowPlan, error: SavingError? = nil) {
    let error = error ?? (plan.hasEstimates ? .intervals(deviations: SavingVerdict.halfInterval) : .observed)
    let standardError = plan.nowMean == nil ? nil : plan.standardError(error)
    let percent = plan.savedPercent
    let perUnit = plan.nowMean.flatMap { percent == nil ? nil : 100 / $0 }
    saved = plan.saved
    savedPercent = percent
    self.standardError = standardError
    let half = standardError.flatMap { error in perUnit.map { SavingVerdict.halfInterval * error * $0 } }
    lowPercent = percent.flatMap { value in half.map { value - $0 } }
    highPercent = percent.flatMap { value in half.map { value + $0 } }
    (advice, reason) = SavingVerdict.judge(
      plan, saved: saved, standardError: standardError, percent: percent, half: half)
  }

  /// Whether a saving is beyond the noise.
  public static func isWorthWaiting(saved: Double, standardError: Double) -> Bool {
    saved > 0 && saved >= threshold * standardError
  }

  private static func how(_ plan: WindowPlan) -> String {
    guard plan.segments > 1 else { return "wait until \(plan.start)" }
    let first = plan.start > plan.query.window.lowerBound ? "wait until \(plan.start)" : "start now"
    return "\(first), run in \(plan.segments) pieces until \(plan.end)"
  }

  private static func judge(
    _ plan: WindowPlan, saved: Double?, standardError: Double?, percent: Double?, half: Double?
  ) -> (Advice, String) {
    guard let saved else {
      return (.startNow, "start now: what running now would meet is not known, so no saving can be claimed")
    }
    guard saved > 0, plan.pieces != [plan.query.window.lowerBound..<plan.end] else {
      return (.startNow, "start now: no later start in this window is better")
    }
    let amount =
      percent.map { "\(Decimals.significant($0, digits: 2)) %" }
      ?? "\(Decimals.significant(saved, digits: 3)) \(plan.unit)"
    guard let standardError else {
      return (
        .unproven,
        "waiting until \(plan.start) is expected to save \(amount), but how far off the forecast can be is not known"
      )
    }
    let range =
      percent.flatMap { value in
        // What was observed has no range to speak of.
        half.map {
          $0 == 0
            ? ""
            : " (95 %: \(Decimals.significant(value - $0, digits: 2)) to \(Decimals.significant(value + $0, digits: 2)) %)"
        }
      } ?? ""
    return isWorthWaiting(saved: saved, standardError: standardError)
      ? (.wait, "\(how(plan)): expected to save \(amount)\(range)")
      : (
        .startNow,
        "no benefit here, start now: waiting until \(plan.start) would be expected to save \(amount)\(range), which is "
          + "below the forecast's noise"
      )
  }
}

extension WindowPlan {
  /// Whether any value it rests on is a forecast or an estimate.
  fileprivate var hasEstimates: Bool { (slots + nowSlots).contains(where: \.isEstimated) }

  /// The standard error of the saving; nothing when it is not known.
  ///
  /// From intervals: time in both the plan and the run now cancels. What is left of each is taken to be wrong in one
  /// direction throughout, since a forecast's errors last for hours, and the two to be wrong independently.
  fileprivate func standardError(_ error: SavingError) -> Double? {
    switch error {
    case .observed: return 0
    case .residuals(let residuals):
      guard residuals.count >= SavingVerdict.leastResiduals, residuals.allSatisfy(\.isFinite) else { return nil }
      // About zero, not about their mean: promising too much each time is an error too.
      return (residuals.reduce(0) { $0 + $1 * $1 } / Double(residuals.count)).squareRoot()
    case .intervals(let deviations):
      let now = query.window.lowerBound..<(query.window.lowerBound + query.duration)
      guard deviations > 0, let own = summed(slots, outside: [now], deviations),
        let other = summed(nowSlots, outside: pieces, deviations)
      else { return nil }
      return (own * own + other * other).squareRoot() / Double(now.milliseconds)
    }
  }

  /// The deviations of `slots` outside `ranges`, summed over their milliseconds; nothing where an estimate states no
  /// interval.
  private func summed(_ slots: [PlannedSlot], outside ranges: [Range<Timestamp>], _ deviations: Double) -> Double? {
    var sum = 0.0
    for slot in slots {
      let shared = ranges.reduce(0) { $0 + slot.validity.clamped(to: $1).milliseconds }
      let time = slot.validity.milliseconds - shared
      guard time > 0 else { continue }
      if let low = slot.low, let high = slot.high {
        sum += (high - low) / 2 / deviations * Double(time)
      } else if slot.isEstimated {
        return nil
      }
    }
    return sum
  }
}

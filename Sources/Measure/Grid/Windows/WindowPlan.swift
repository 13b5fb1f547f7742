public import Quantities

/// One stretch of a plan within one interval of the series.
public struct PlannedSlot: Hashable, Sendable, Codable {
  /// When the job runs: the part of the interval it uses.
  public let validity: Range<Timestamp>
  /// The value there, in the series' unit.
  public let value: Double
  /// The low end of the value's interval, where known.
  public let low: Double?
  /// The high end of the value's interval, where known.
  public let high: Double?
  /// Whether the value is a forecast or an estimate.
  public let isEstimated: Bool
}

/// When a job should run, and what it meets there.
///
/// It carries everything that `dimmer grid best` prints. What is not known is nothing, with a reason beside it.
public struct WindowPlan: Hashable, Sendable {
  /// What was asked.
  public let query: WindowQuery
  /// The grid.
  public let region: Region
  /// What the values are about; a plan has looked at this kind alone.
  public let kind: SignalKind
  /// The values' unit.
  public let unit: String
  /// Who made the values.
  public let provider: String
  /// What had been issued by this moment was looked at; nothing for a plan in hindsight, made on a whole history.
  public let knownBy: Timestamp?
  /// The pieces the job runs in: one, unless it may pause. Pieces that touch are one.
  public let pieces: [Range<Timestamp>]
  /// What it meets, interval by interval. Time in a gap is in no slot.
  public let slots: [PlannedSlot]
  /// Mean over what has values, weighted by time, in `unit`.
  public let mean: Double
  /// Mean of the low ends; a slot without one counts with its value.
  public let low: Double
  /// Mean of the high ends; a slot without one counts with its value.
  public let high: Double
  /// How much of the job's time has values, above 0 to 1.
  public let coverage: Double
  /// How much of that is a forecast or an estimate, 0 to 1.
  public let estimatedShare: Double
  /// What running from the window's start in one piece would meet.
  public let nowSlots: [PlannedSlot]
  /// Mean of running from the window's start in one piece; nothing where that is not known whole.
  public let nowMean: Double?
  /// What the pauses cost together, in `unit` times hours.
  public let pauseCost: Double

  /// When the job starts.
  public var start: Timestamp { pieces[0].lowerBound }
  /// When the job ends.
  public var end: Timestamp { pieces[pieces.count - 1].upperBound }
  /// How many pieces the job runs in.
  public var segments: Int { pieces.count }
  /// Which method found it.
  public var method: MethodID { GridMethods.bestWindow }

  /// The mean with the pauses' cost spread over the job, in `unit`: what the plan was chosen by.
  public var meanWithPauses: Double { mean + pauseCost / query.duration.hours }

  /// What is saved against starting now, in `unit`, pauses counted; negative when the plan is worse.
  public var saved: Double? { nowMean.map { $0 - meanWithPauses } }

  /// What is saved against starting now in percent; nothing where that is not known or, as with negative prices, a
  /// percentage means nothing.
  public var savedPercent: Double? {
    guard let nowMean, nowMean > 0, kind != .temperature, kind != .wetBulb else { return nil }
    return 100 * (nowMean - meanWithPauses) / nowMean
  }

  /// Why `nowMean` or `savedPercent` is nothing; nothing when they are known.
  public var unknownReason: String? {
    guard let nowMean else { return "not all of the time right after \(query.window.lowerBound) has values" }
    return savedPercent == nil
      ? "a percentage of \(Decimals.significant(nowMean, digits: 4)) \(unit) means nothing" : nil
  }

  /// What the plan is and why, in one sentence.
  public var reason: String {
    let meets = "\(Decimals.significant(mean, digits: 4)) \(unit)".trimmed
    let runs = segments == 1 ? "from \(start)" : "from \(start) in \(segments) pieces"
    let gap = coverage < 1 ? ", with values for \(Decimals.significant(100 * coverage, digits: 3)) % of it" : ""
    guard let nowMean else { return "running \(runs) meets \(meets)\(gap); what now would meet is not known" }
    let now = "\(Decimals.significant(nowMean, digits: 4)) \(unit)".trimmed
    guard let saved, saved > 0 else { return "no later start meets less than the \(now) of now\(gap)" }
    let percent = savedPercent.map { ", \(Decimals.significant($0, digits: 3)) % less" } ?? ""
    let cost = pauseCost > 0 ? ", pauses counted" : ""
    return "running \(runs) meets \(meets) instead of \(now) now\(percent)\(cost)\(gap)"
  }
}

extension String {
  /// Without a space at its end, which a missing unit leaves.
  fileprivate var trimmed: String { hasSuffix(" ") ? String(dropLast()) : self }
}

public import Quantities

extension ProxyAudit {
  /// What a rule does.
  public enum Effect: String, Hashable, Sendable, Codable {
    /// It saves carbon, beyond chance.
    case helps
    /// It costs carbon, beyond chance.
    case hurts
    /// What it does cannot be told from chance.
    case noDifference = "no-difference"
  }

  /// What following a rule would have saved over a history.
  public struct Result: Hashable, Sendable {
    /// The rule in words.
    public let label: String
    /// The grid.
    public let region: Region
    /// What was judged by.
    public let kind: SignalKind
    /// Unit of the means.
    public let unit: String
    /// How many starts were looked at: those whose window has no gap in either signal.
    public let starts: Int
    /// How many were not.
    public let skipped: Int
    /// Mean of starting at once.
    public let runNowMean: Double
    /// Mean of following the rule.
    public let ruleMean: Double
    /// Mean of the best start there was.
    public let bestMean: Double
    /// Standard error of ``savedPercent``; nothing for less than five weeks.
    public let standardErrorPercent: Double?

    init(rule: ProxyRule, audit: ProxyAudit, tally: ProxyTally, time: Double) {
      label = rule.label
      region = audit.carbon.region
      kind = audit.carbon.kind
      unit = audit.carbon.unit
      starts = tally.starts
      skipped = tally.skipped
      runNowMean = tally.now / time
      ruleMean = tally.met / time
      bestMean = tally.best / time
      standardErrorPercent = tally.standardError.map { 100 * $0 }
    }

    /// Saved against starting at once, in percent; negative is worse than doing nothing.
    public var savedPercent: Double { 100 * (1 - ruleMean / runNowMean) }
    /// The most that could be saved, in percent.
    public var bestPercent: Double { 100 * (1 - bestMean / runNowMean) }
    /// Which method made it.
    public var method: MethodID { GridMethods.proxyAudit }

    /// Whether it helps or hurts: beyond two standard errors.
    public var effect: Effect {
      guard let error = standardErrorPercent, abs(savedPercent) >= SavingVerdict.threshold * error,
        abs(savedPercent) > 0
      else { return .noDifference }
      return savedPercent > 0 ? .helps : .hurts
    }

    /// The verdict in one or two sentences.
    public var verdict: String {
      let percent = { (value: Double) in "\(Decimals.fixed(abs(value), places: 1)) %" }
      let best = "the best start would save \(percent(bestPercent))"
      let subject = label.prefix(1).uppercased() + label.dropFirst()
      guard let error = standardErrorPercent else {
        return
          "\(subject) would have \(savedPercent < 0 ? "cost" : "saved") \(percent(savedPercent)); that is less than "
          + "five weeks of data, too little to tell from chance"
      }
      switch effect {
      case .helps:
        let share = bestPercent > 0 ? " of the \(percent(bestPercent)) there is to save" : ""
        return
          "\(subject) helps here: it saves \(percent(savedPercent))\(share). Looking at carbon itself saves the rest."
      case .hurts:
        return
          "\(subject) hurts here: it costs \(percent(savedPercent)) more carbon than starting at once, while \(best)."
      case .noDifference:
        return "\(subject) makes no difference here that can be told from chance (\(savedPercent < 0 ? "-" : "+")"
          + "\(percent(savedPercent)), standard error \(percent(error))), while \(best)."
      }
    }
  }
}

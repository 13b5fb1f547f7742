public import Quantities

/// Does a house rule help or hurt carbon here? Over every start of a history, what following it would have saved
/// against starting at once, beside the best there was. Method `proxy-audit@1`.
///
/// "Cool" and "low demand" are right in grids that burn fuel at the peak and wrong in solar ones, where the night is
/// cool, idle and dirty (signals-and-scheduling, 13).
public struct ProxyAudit: Sendable {
  /// The intensity that is judged by.
  public let carbon: Series
  /// How long the job runs.
  public let duration: Span
  /// The whole job lies within this time after each start.
  public let window: Span
  /// From one start to the next.
  public let step: Span
  private let index: WindowIndex
  private let extent: Range<Timestamp>

  /// An audit on a history of carbon intensity.
  ///
  /// - Throws: ``ProxyAuditError`` when the job does not fit its window or the history is shorter than the window.
  public init(
    carbon: Series, duration: Span = .hours(8), window: Span = .hours(32), step: Span = .hours(1)
  ) throws(ProxyAuditError) {
    guard duration.milliseconds > 0, step.milliseconds > 0, window.milliseconds >= duration.milliseconds else {
      throw .badWindow(duration, window)
    }
    guard let extent = carbon.extent, extent.milliseconds >= window.milliseconds else { throw .tooShort(window) }
    self.carbon = carbon
    self.duration = duration
    self.window = window
    self.step = step
    self.extent = extent
    index = WindowIndex(hindsight: carbon)
  }

  /// What following `rule` would have done.
  ///
  /// - Throws: ``ProxyAuditError`` when the rule's signal is about another region or shares no window with the carbon.
  public func result(of rule: ProxyRule) throws(ProxyAuditError) -> Result {
    let signal = rule.signal(like: carbon, over: extent)
    guard signal.region == carbon.region || signal.region == .unstated || carbon.region == .unstated else {
      throw .mixedRegions(carbon.region, signal.region)
    }
    let proxy = WindowIndex(hindsight: signal)
    let length = duration.milliseconds
    var best = StartSweep(index, length: length)
    var chosen = StartSweep(proxy, length: length)
    var tally = ProxyTally()
    var from = extent.lowerBound.milliseconds
    while from + window.milliseconds <= extent.upperBound.milliseconds {
      defer { from += step.milliseconds }
      let to = from + window.milliseconds
      let lowest = best.best(from: from, to: to)
      let followed = chosen.best(from: from, to: to)
      guard index.cost(from: from, to: to) != nil, proxy.cost(from: from, to: to) != nil, let lowest, let followed,
        let now = index.cost(from: from, to: from + length),
        let met = index.cost(from: followed.start, to: followed.start + length)
      else {
        tally.skipped += 1
        continue
      }
      tally.add(now: now, best: lowest.cost, met: met, week: from / 604_800_000)
    }
    guard tally.starts > 0 else { throw .nothingShared }
    return Result(rule: rule, audit: self, tally: tally, time: Double(tally.starts) * Double(length))
  }
}

/// Why there is no audit.
public enum ProxyAuditError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The job is longer than its window, or has no length.
  case badWindow(Span, Span)
  /// The history is shorter than a window.
  case tooShort(Span)
  /// The rule's signal is about another region.
  case mixedRegions(Region, Region)
  /// There is no window in which both signals are known whole.
  case nothingShared

  /// One line with the fix.
  public var description: String {
    switch self {
    case .badWindow(let duration, let window):
      "a job of \(duration.formatted()) does not fit into \(window.formatted()); give a longer window"
    case .tooShort(let window): "the history is shorter than one window of \(window.formatted()); give at least weeks"
    case .mixedRegions(let carbon, let proxy):
      "the signal of \(proxy) says nothing about \(carbon); give both the same region"
    case .nothingShared: "no window has both signals without a gap; give histories of the same time"
    }
  }
}

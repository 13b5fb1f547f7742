public import Quantities

/// What shifting a job could save in a place at most: over every start of a history, with the future known.
///
/// The frame for every other saving (signals-and-scheduling, 14): no policy gets more.
public struct ShiftingPotential: Hashable, Sendable {
  /// How many starts were looked at: those whose window has no gap.
  public let starts: Int
  /// How many had a gap in their window.
  public let skipped: Int
  /// Mean of running at once, in the series' unit.
  public let runNowMean: Double
  /// Mean of the best start.
  public let contiguousMean: Double
  /// Mean of the cheapest time, pauses free.
  public let interruptibleMean: Double

  /// Saved by the best start, in percent of running at once.
  public var contiguousPercent: Double { 100 * (1 - contiguousMean / runNowMean) }
  /// Saved by the cheapest time, in percent of running at once.
  public var interruptiblePercent: Double { 100 * (1 - interruptibleMean / runNowMean) }

  /// The potential over all starts of `history`, one each `step` from its first moment on.
  ///
  /// - Returns: nothing when no start has a window without a gap, or the window is shorter than the job.
  public init?(of history: Series, duration: Span, window: Span, step: Span = .hours(1)) {
    let index = WindowIndex(hindsight: history)
    let length = duration.milliseconds
    guard length > 0, window.milliseconds >= length, step.milliseconds > 0, let extent = history.extent else {
      return nil
    }
    var sweep = StartSweep(index, length: length)
    var cheapest = CheapestSweep(index)
    var sums = (now: 0.0, contiguous: 0.0, interruptible: 0.0)
    var starts = 0
    var skipped = 0
    var from = extent.lowerBound.milliseconds
    while from + window.milliseconds <= extent.upperBound.milliseconds {
      defer { from += step.milliseconds }
      let to = from + window.milliseconds
      let best = sweep.best(from: from, to: to)
      let pieces = cheapest.cheapest(length, from: from, to: to)
      guard index.cost(from: from, to: to) != nil, let best, let now = index.cost(from: from, to: from + length) else {
        skipped += 1
        continue
      }
      starts += 1
      sums.now += now
      sums.contiguous += best.cost
      sums.interruptible += pieces ?? index.cheapest(length, from: from, to: to)
    }
    guard starts > 0 else { return nil }
    self.starts = starts
    self.skipped = skipped
    let time = Double(starts) * Double(length)
    runNowMean = sums.now / time
    contiguousMean = sums.contiguous / time
    interruptibleMean = sums.interruptible / time
  }
}

extension WindowIndex {
  /// What the cheapest time costs in a window without gaps whose borders are inside intervals.
  fileprivate func cheapest(_ length: Int64, from: Int64, to: Int64) -> Double {
    let window = Timestamp(milliseconds: from)..<Timestamp(milliseconds: to)
    let query = WindowQuery(in: window, duration: .seconds(Double(length) / 1000), pauses: .free)
    return CheapestPieces(pieces(of: query), length: length).runs.reduce(0) {
      $0 + (cost(from: $1.start, to: $1.end) ?? 0)
    }
  }
}

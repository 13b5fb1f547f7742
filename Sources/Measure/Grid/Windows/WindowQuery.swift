public import Quantities

/// A job and where it may run: what the best window is looked for with.
///
/// The whole job lies inside the window: a job of 4 h in a window of 24 h starts within the first 20 h.
public struct WindowQuery: Hashable, Sendable {
  /// The earliest start and the latest end.
  public var window: Range<Timestamp>
  /// How long the job runs, pauses not counted. Counted in whole milliseconds.
  public var duration: Span
  /// When the job must not run, for example the peak hours that a utility asks to avoid. In any order.
  public var forbidden: [Range<Timestamp>]
  /// What becomes of parts of the window without values.
  public var gaps: GapRule
  /// How the job may be paused; nothing when it has to run in one piece.
  public var pauses: PauseRule?

  /// A job of `duration` inside `window`.
  public init(
    in window: Range<Timestamp>, duration: Span, pauses: PauseRule? = nil, forbidden: [Range<Timestamp>] = [],
    gaps: GapRule = .refuse
  ) {
    self.window = window
    self.duration = duration
    self.pauses = pauses
    self.forbidden = forbidden
    self.gaps = gaps
  }

  /// A job of `duration` inside the window of `length` that begins at `start`.
  public init(
    from start: Timestamp, within length: Span, duration: Span, pauses: PauseRule? = nil,
    forbidden: [Range<Timestamp>] = [], gaps: GapRule = .refuse
  ) {
    self.init(
      in: start..<max(start, start + length), duration: duration, pauses: pauses, forbidden: forbidden, gaps: gaps)
  }
}

/// What becomes of parts of a window without values. A gap never counts as zero.
public enum GapRule: Hashable, Sendable {
  /// The job may not touch a gap.
  case refuse
  /// The job may run through gaps as long as at least this share of its time, above 0 and up to 1, has values; its
  /// mean is over what has values. Starts are then looked for on the borders of intervals only. A job that can pause
  /// never needs this: it pauses over gaps.
  case allow(coverage: Double)
}

/// How a job may be paused, and what a pause costs.
public struct PauseRule: Hashable, Sendable {
  /// What stopping and resuming costs once, in the series' unit times hours: grams per kW of the job's power for a
  /// carbon intensity. Not negative.
  public var resumeCost: Double
  /// The most pieces the job may be cut into; nothing when it does not matter.
  public var maximumSegments: Int?
  /// The shortest piece worth starting; a job shorter than that runs in one piece.
  public var minimumRun: Span

  /// Pauses that cost so much, in the series' unit times hours.
  public init(resumeCost: Double = 0, maximumSegments: Int? = nil, minimumRun: Span = .zero) {
    self.resumeCost = resumeCost
    self.maximumSegments = maximumSegments
    self.minimumRun = minimumRun
  }

  /// Pauses that cost nothing.
  public static let free = PauseRule()

  /// Pauses that emit `carbon` once each, for a job that draws `power` when it runs.
  public init(carbon: Carbon, at power: Power, maximumSegments: Int? = nil, minimumRun: Span = .zero) {
    self.init(
      resumeCost: carbon.grams / (power.watts / 1000), maximumSegments: maximumSegments, minimumRun: minimumRun)
  }

  /// Whether pieces can be chosen one by one.
  var isFree: Bool { resumeCost == 0 && maximumSegments == nil && minimumRun <= .zero }
}

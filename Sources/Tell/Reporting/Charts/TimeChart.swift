public import Quantities

/// A chart over time in stacked panels that share one axis: lines, bars and bands of what was in use.
///
/// It is a plain SVG that takes its colours from the page's style, so that it follows light and dark, and carries a
/// text alternative and a title on each mark, so that it can be read without seeing it.
public struct TimeChart: Sendable {
  /// One mark: a value that holds from a moment on.
  public struct Point: Sendable {
    /// When it begins to hold.
    public let time: Timestamp
    /// The value; `nil` is a gap.
    public let value: Double?
    /// What a reader sees on pointing at it.
    public let title: String
    /// A mark.
    public init(_ time: Timestamp, _ value: Double?, title: String) {
      self.time = time
      self.value = value
      self.title = title
    }
  }

  /// How a series is drawn.
  public enum Mark: Sendable {
    /// A stepped line, as values hold over their interval.
    case line
    /// A stepped line with the area below it filled.
    case area
    /// A stepped line of dashes: a promise or a plan beside what was.
    case dashes
    /// Bars from zero.
    case bars
  }

  /// Where a vertical axis begins.
  public enum Axis: Sendable {
    /// At zero, so that areas can be compared.
    case fromZero
    /// Around the values, so that small differences can be seen, but never over less than `least`, so that noise does
    /// not look like one; the title should say so.
    case fitted(least: Double)
  }

  /// How large a chart is drawn. Its letters keep their size, so a phone gets a drawing of its own and not a small one.
  public enum Size: String, Sendable, CaseIterable {
    /// For wide pages.
    case desk = "wide"
    /// For narrow ones.
    case phone = "narrow"
  }

  /// A named row of points.
  public struct Series: Sendable {
    /// The name in the legend.
    public let name: String
    /// How it is drawn.
    public let mark: Mark
    /// Which of the page's series colours it takes, from 0.
    public let colour: Int
    /// The points by time; each holds until the next or for `step`.
    public let points: [Point]
    /// A series.
    public init(_ name: String, _ mark: Mark, colour: Int, points: [Point]) {
      self.name = name
      self.mark = mark
      self.colour = colour
      self.points = points
    }
  }

  /// What was in use over a stretch of time, as shares that sum to one.
  public struct Band: Sendable {
    /// From when.
    public let start: Timestamp
    /// Until when.
    public let end: Timestamp
    /// Shares by category, bottom first.
    public let shares: [(category: Int, share: Double)]
    /// What a reader sees on pointing at it.
    public let title: String
    /// A band.
    public init(from start: Timestamp, to end: Timestamp, shares: [(category: Int, share: Double)], title: String) {
      self.start = start
      self.end = end
      self.shares = shares
      self.title = title
    }
  }

  /// A part of the chart with its own vertical axis.
  public enum Panel: Sendable {
    /// Values on an axis.
    case values(title: String, unit: String, series: [Series], axis: Axis = .fromZero)
    /// Bands of categories.
    case bands(title: String, categories: [String], bands: [Band])
  }

  /// What the chart shows, in a sentence for those who do not see it.
  public let summary: String
  /// The time shown.
  public let range: ClosedRange<Timestamp>
  /// How long a point without a successor holds.
  public let step: Span
  /// The panels, top first.
  public let panels: [Panel]

  /// A chart.
  public init(summary: String, range: ClosedRange<Timestamp>, step: Span, panels: [Panel]) {
    self.summary = summary
    self.range = range
    self.step = step
    self.panels = panels
  }
}

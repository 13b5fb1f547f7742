import Quantities

/// Options side by side as horizontal bars with their numbers, longest first in meaning: the baseline on top.
public struct BarComparison: Sendable {
  /// One bar.
  public struct Bar: Sendable {
    let name: String
    let value: Double
    let text: String
    let colour: Int
    /// A bar with what is written beside it.
    public init(_ name: String, value: Double, text: String, colour: Int) {
      self.name = name
      self.value = value
      self.text = text
      self.colour = colour
    }
  }

  private let summary: String
  private let bars: [Bar]

  /// A comparison; `summary` is its text alternative.
  public init(summary: String, bars: [Bar]) {
    self.summary = summary
    self.bars = bars
  }

  /// The bars as an SVG element that scales to its container.
  public func svg(_ size: TimeChart.Size = .desk) -> String {
    let rowHeight = 46.0
    let width = ChartLayout(size).width
    let largest = bars.map(\.value).max() ?? 1
    var body = ""
    for (index, bar) in bars.enumerated() {
      let top = Double(index) * rowHeight
      let length = largest > 0 ? bar.value / largest * (width - 24) : 0
      body += "<text class=\"title\" x=\"12\" y=\"\((top + 16).pixel)\">"
      body += "\(HTML.escaped(bar.name)): \(HTML.escaped(bar.text))</text>"
      body += "<rect class=\"bar s\(bar.colour)\" x=\"12\" y=\"\((top + 23).pixel)\" "
      body += "width=\"\(max(length, 1).pixel)\" height=\"13\" rx=\"2\"/>"
    }
    let height = Double(bars.count) * rowHeight
    return """
      <svg class="chart \(size.rawValue)" viewBox="0 0 \(width.pixel) \(height.pixel)" role="img" \
      aria-label="\(HTML.escaped(summary))" preserveAspectRatio="xMidYMid meet">\(body)</svg>
      """
  }

  /// The bars with a caption, drawn for desk and phone; the page's style shows the one that fits.
  public func figure(_ caption: String) -> String {
    let drawings = TimeChart.Size.allCases.map { svg($0) }.joined()
    return "<figure>\(drawings)<figcaption>\(HTML.escaped(caption))</figcaption></figure>"
  }
}

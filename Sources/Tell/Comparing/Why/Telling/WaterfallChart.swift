import Methods
import Quantities
import Reporting

/// A waterfall as a drawing: each step is a bar from where the figure stood to where it moves it, on a logarithm.
struct WaterfallChart {
  /// For screens of a desk, and for phones.
  enum Width: String, CaseIterable {
    case wide, narrow

    var pixels: Double { self == .wide ? 760 : 350 }
    /// Texts beside a long name break into a second line on a phone.
    var rowHeight: Double { self == .wide ? 46 : 62 }
  }

  private struct Row {
    let name: String
    let text: String
    let colour: Int
    let from: Double
    let to: Double
    /// The ends of where the bar may reach.
    let reach: ClosedRange<Double>?
  }

  let waterfall: Waterfall

  /// The drawing for desk and phone with its caption; the page's style shows the one that fits.
  func figure(_ caption: String) -> String {
    let drawings = Width.allCases.map(svg).joined()
    return "<figure>\(drawings)<figcaption>\(HTML.escaped(caption))</figcaption></figure>"
  }

  /// The drawing as one SVG element.
  func svg(_ width: Width) -> String {
    let rows = rows
    let ends = rows.flatMap { [$0.from, $0.to, $0.reach?.lowerBound, $0.reach?.upperBound].compactMap(\.self) }
    let (low, high) = (ends.min() ?? 0, ends.max() ?? 0)
    let pad = max(0.05, (high - low) * 0.04)
    let (first, last) = (low - pad, high + pad)
    let left = 12.0
    let position = { (value: Double) in left + (value - first) / (last - first) * (width.pixels - 2 * left) }
    var body = ""
    for (index, row) in rows.enumerated() {
      let top = Double(index) * width.rowHeight
      let lines = width == .wide ? ["\(row.name): \(row.text)"] : [row.name, row.text]
      for (line, text) in lines.enumerated() {
        let style = line == 0 ? " class=\"title\"" : ""
        body +=
          "<text\(style) x=\"\(pixel(left))\" y=\"\(pixel(top + 16 + 16 * Double(line)))\">\(HTML.escaped(text))</text>"
      }
      let bar = top + width.rowHeight - 22
      let (start, end) = (position(min(row.from, row.to)), position(max(row.from, row.to)))
      // What is too short to be seen is drawn around its middle.
      let length = max(end - start, row.colour == 0 ? 6 : 2)
      body += "<rect class=\"bar s\(row.colour)\" x=\"\(pixel((start + end - length) / 2))\" y=\"\(pixel(bar))\" "
      body += "width=\"\(pixel(length))\" height=\"13\" rx=\"2\"/>"
      if let reach = row.reach {
        let (near, far) = (position(reach.lowerBound), position(reach.upperBound))
        body += "<line class=\"whisker\" stroke=\"currentColor\" x1=\"\(pixel(near))\" x2=\"\(pixel(far))\" "
        body += "y1=\"\(pixel(bar + 6.5))\" y2=\"\(pixel(bar + 6.5))\"/>"
      }
      if index + 1 < rows.count {
        let edge = position(row.to)
        body += "<line class=\"grid\" x1=\"\(pixel(edge))\" x2=\"\(pixel(edge))\" y1=\"\(pixel(bar + 13))\" "
        body += "y2=\"\(pixel(bar + width.rowHeight))\"/>"
      }
    }
    let height = Double(rows.count) * width.rowHeight
    return """
      <svg class="chart \(width.rawValue)" viewBox="0 0 \(pixel(width.pixels)) \(pixel(height))" role="img" \
      aria-label="\(HTML.escaped(summary))" preserveAspectRatio="xMidYMid meet">\(body)</svg>
      """
  }

  /// The drawing in words.
  private var summary: String {
    let steps = waterfall.steps.map { "\($0.name) \(Waterfall.factor($0.ratio))" }
    return "From \(ReceiptText.value(waterfall.start)) to \(ReceiptText.value(waterfall.end)): "
      + (steps + ["not explained \(Waterfall.factor(waterfall.remainder))"]).joined(separator: ", ")
  }

  private var rows: [Row] {
    let begin = Logarithm.natural(waterfall.start.value ?? 1)
    let end = Logarithm.natural(waterfall.end.value ?? 1)
    /// A figure's bar is a mark at its place: on a logarithm there is no zero for it to begin at.
    func mark(_ claim: Claim, _ receipt: Receipt, at place: Double) -> Row {
      Row(name: claim.name, text: Waterfall.amount(receipt), colour: 0, from: place, to: place, reach: nil)
    }
    func row(_ name: String, _ text: String, _ ratio: Figure<Ratio>, colour: Int, at place: Double) -> Row {
      let (low, high) = (ratio.estimate.low.value, ratio.estimate.high.value)
      let reach = low == high || low <= 0 ? nil : (place + Logarithm.natural(low))...(place + Logarithm.natural(high))
      let interval = Waterfall.interval(ratio)
      let told =
        Waterfall.factor(ratio) + (interval.isEmpty ? "" : " (\(interval))") + (text.isEmpty ? "" : ", \(text)")
      return Row(
        name: name, text: told, colour: colour, from: place, to: place + Logarithm.natural(ratio.value.value),
        reach: reach)
    }
    var rows = [mark(waterfall.from, waterfall.start, at: begin)]
    for step in waterfall.steps {
      let place = rows.last?.to ?? begin
      let colour = step.ratio.value.value < 1 ? 1 : 2
      rows.append(row(step.name, "\(step.from) → \(step.to)", step.ratio, colour: colour, at: place))
    }
    rows.append(
      row("not explained by what is published", "", waterfall.remainder, colour: 3, at: rows.last?.to ?? begin))
    return rows + [mark(waterfall.to, waterfall.end, at: end)]
  }

  private func pixel(_ value: Double) -> String { Decimals.fixed(value, places: 1) }
}

import Quantities

extension TimeChart {
  /// The chart as an SVG element that scales to its container.
  public func svg(_ size: Size = .desk) -> String {
    let layout = ChartLayout(size)
    let time = AxisScale(
      domain: range.lowerBound.seconds...max(range.upperBound.seconds, range.lowerBound.seconds + 1),
      pixels: (layout.left, layout.end))
    var body = ""
    var top = 0.0
    for panel in panels {
      top += top > 0 ? layout.gapHeight : layout.titleHeight
      switch panel {
      case .values(let title, let unit, let series, let axis):
        body += heading("\(title) (\(unit))", top: top, layout: layout)
        body += values(series, axis: axis, time: time, top: top, layout: layout)
        top += layout.panelHeight
      case .bands(let title, _, let bands):
        body += heading(title, top: top, layout: layout)
        body += self.bands(bands, time: time, top: top, layout: layout)
        top += layout.bandHeight
      }
    }
    body += timeAxis(time, bottom: top, layout: layout)
    let height = top + layout.axisHeight
    return """
      <svg class="chart \(size.rawValue)" viewBox="0 0 \(layout.width.pixel) \(height.pixel)" role="img" \
      aria-label="\(HTML.escaped(summary))" preserveAspectRatio="xMidYMid meet">\(body)</svg>
      """
  }

  /// The chart with its legend and a caption, drawn for desk and phone; the page's style shows the one that fits.
  public func figure(_ caption: String = "") -> String {
    let drawings = Size.allCases.map { svg($0) }.joined()
    let text = caption.isEmpty ? "" : "<figcaption>\(HTML.escaped(caption))</figcaption>"
    return "<figure>\(drawings)\(legend())\(text)</figure>"
  }

  /// How many colours the style has for categories; further ones begin again.
  private static let categoryColours = 6

  /// The legend as HTML, for series and categories of all panels; what stands in several panels stands in it once.
  public func legend() -> String {
    var entries: [String] = []
    for panel in panels {
      switch panel {
      case .values(_, _, let series, _):
        guard series.count > 1 else { continue }
        entries += series.map {
          "<li><i class=\"key s\($0.colour)\($0.isDashed ? " dashes" : "")\"></i>\(HTML.escaped($0.name))</li>"
        }
      case .bands(_, let categories, _):
        entries += categories.enumerated().map {
          "<li><i class=\"key c\($0.offset % TimeChart.categoryColours)\"></i>\(HTML.escaped($0.element))</li>"
        }
      }
    }
    var seen: Set<String> = []
    entries = entries.filter { seen.insert($0).inserted }
    return entries.isEmpty ? "" : "<ul class=\"legend\">\(entries.joined())</ul>"
  }

  private func heading(_ title: String, top: Double, layout: ChartLayout) -> String {
    "<text class=\"title\" x=\"\(layout.left.pixel)\" y=\"\((top - 9).pixel)\">\(HTML.escaped(title))</text>"
  }

  private func values(_ series: [Series], axis: Axis, time: AxisScale, top: Double, layout: ChartLayout) -> String {
    let pixels = (start: top + layout.panelHeight, end: top)
    let all = series.flatMap(\.points).compactMap(\.value)
    let (low, high) = (all.min() ?? 0, all.max() ?? 1)
    let (scale, ticks) =
      switch axis {
      case .fromZero where low >= 0: AxisScale.fromZero(to: high, pixels: pixels)
      case .fromZero: AxisScale.fitting(low...max(high, 0), pixels: pixels)
      case .fitted(let least): AxisScale.fitting(Self.widened(low...high, to: least), pixels: pixels)
      }
    let places = ticks.count > 1 ? AxisScale.places(forStep: ticks[1] - ticks[0]) : 0
    var text = ""
    for tick in ticks {
      let y = scale.position(tick)
      text += "<line class=\"grid\" x1=\"\(layout.left.pixel)\" x2=\"\(layout.end.pixel)\" "
      text += "y1=\"\(y.pixel)\" y2=\"\(y.pixel)\"/>"
      text += "<text class=\"tick end\" x=\"\((layout.left - 6).pixel)\" y=\"\((y + 4).pixel)\">"
      text += "\(Decimals.fixed(tick, places: places))</text>"
    }
    text += series.map { marks($0, time: time, scale: scale, layout: layout) }.joined()
    return text + targets(series.filter { !$0.isBars }, time: time, scale: scale, layout: layout)
  }

  private static func widened(_ range: ClosedRange<Double>, to least: Double) -> ClosedRange<Double> {
    let lacking = max(0, least - (range.upperBound - range.lowerBound))
    return (range.lowerBound - lacking / 2)...(range.upperBound + lacking / 2)
  }

  private func extent(_ points: [Point], _ index: Int) -> (start: Double, end: Double) {
    let start = points[index].time
    let next = index + 1 < points.count ? min(points[index + 1].time, start + step) : start + step
    return (start.seconds, min(next, range.upperBound).seconds)
  }

  private func marks(_ series: Series, time: AxisScale, scale: AxisScale, layout: ChartLayout) -> String {
    let base = scale.position(max(0, scale.domain.lowerBound))
    var (path, area, bars) = ("", "", "")
    var isOpen = false
    for index in series.points.indices {
      let point = series.points[index]
      guard let value = point.value else {
        isOpen = false
        continue
      }
      let (start, end) = extent(series.points, index)
      let (x1, x2, y) = (time.position(start), time.position(end), scale.position(value))
      path += "\(isOpen ? "L" : "M")\(x1.pixel) \(y.pixel)L\(x2.pixel) \(y.pixel)"
      isOpen = true
      area += "M\(x1.pixel) \(base.pixel)L\(x1.pixel) \(y.pixel)L\(x2.pixel) \(y.pixel)L\(x2.pixel) \(base.pixel)Z"
      guard series.isBars else { continue }
      bars += "<rect class=\"bar s\(series.colour)\" x=\"\(x1.pixel)\" y=\"\(min(y, base).pixel)\" "
      bars += "width=\"\(Self.width(x1, x2, gap: 1).pixel)\" height=\"\(abs(base - y).pixel)\">"
      bars += "\(title([point.title], layout))</rect>"
    }
    let line = "<path class=\"line s\(series.colour)\(series.isDashed ? " dashes" : "")\" d=\"\(path)\"/>"
    switch series.mark {
    case .bars: return bars
    case .line, .dashes: return line
    case .area: return "<path class=\"area s\(series.colour)\" d=\"\(area)\"/>" + line
    }
  }

  /// What a reader sees on pointing at a moment: the titles of all lines there.
  private func targets(_ series: [Series], time: AxisScale, scale: AxisScale, layout: ChartLayout) -> String {
    guard layout.hasTitles, let longest = series.max(by: { $0.points.count < $1.points.count }) else { return "" }
    let others = series.map { Dictionary($0.points.map { ($0.time, $0) }, uniquingKeysWith: { first, _ in first }) }
    var text = ""
    for index in longest.points.indices {
      let here = others.compactMap { $0[longest.points[index].time] }.filter { $0.value != nil }
      guard !here.isEmpty else { continue }
      let (start, end) = extent(longest.points, index)
      let (x1, x2) = (time.position(start), time.position(end))
      text += "<rect class=\"hit\" x=\"\(x1.pixel)\" y=\"\(scale.pixels.end.pixel)\" "
      text += "width=\"\(max(x2 - x1, 0.5).pixel)\" height=\"\((scale.pixels.start - scale.pixels.end).pixel)\">"
      text += "\(title(here.map(\.title), layout))</rect>"
    }
    return text
  }

  private func bands(_ bands: [Band], time: AxisScale, top: Double, layout: ChartLayout) -> String {
    var text = ""
    for band in bands {
      let x1 = time.position(max(band.start, range.lowerBound).seconds)
      let x2 = time.position(min(band.end, range.upperBound).seconds)
      guard x2 > x1 else { continue }
      var bottom = top + layout.bandHeight
      for part in band.shares where part.share > 0 {
        let partHeight = part.share * layout.bandHeight
        bottom -= partHeight
        text +=
          "<rect class=\"band c\(part.category % TimeChart.categoryColours)\" x=\"\(x1.pixel)\" y=\"\(bottom.pixel)\" "
        text += "width=\"\(Self.width(x1, x2, gap: 0.6).pixel)\" height=\"\(partHeight.pixel)\">"
        text += "\(title([band.title], layout))</rect>"
      }
    }
    return text
  }

  /// A mark's width: with a gap to the next one where there is room for it, else without a seam.
  private static func width(_ start: Double, _ end: Double, gap: Double) -> Double {
    let width = end - start
    return width > 8 ? width - gap : width + 0.1
  }

  private func title(_ texts: [String], _ layout: ChartLayout) -> String {
    layout.hasTitles ? "<title>\(HTML.escaped(texts.joined(separator: "\n")))</title>" : ""
  }

  private func timeAxis(_ time: AxisScale, bottom: Double, layout: ChartLayout) -> String {
    var text = ""
    for (moment, label) in TimeAxis(range, count: layout.labels).ticks {
      let x = time.position(moment.seconds)
      text += "<line class=\"grid\" x1=\"\(x.pixel)\" x2=\"\(x.pixel)\" y1=\"\(bottom.pixel)\" "
      text += "y2=\"\((bottom + 5).pixel)\"/>"
      text += "<text class=\"tick middle\" x=\"\(x.pixel)\" y=\"\((bottom + 18).pixel)\">\(label)</text>"
    }
    return text
  }
}

extension TimeChart.Series {
  var isBars: Bool { if case .bars = mark { true } else { false } }
  var isDashed: Bool { if case .dashes = mark { true } else { false } }
}

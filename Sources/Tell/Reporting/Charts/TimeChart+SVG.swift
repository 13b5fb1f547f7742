import Quantities

extension TimeChart {
  private enum Layout {
    static let width = 760.0
    static let left = 52.0
    static let right = 22.0
    static let panelHeight = 150.0
    static let bandHeight = 64.0
    static let titleHeight = 26.0
    static let axisHeight = 30.0
  }

  /// The chart as an SVG element that scales to its container.
  public func svg() -> String {
    let time = AxisScale(
      domain: range.lowerBound.seconds...max(range.upperBound.seconds, range.lowerBound.seconds + 1),
      pixels: (Layout.left, Layout.width - Layout.right))
    var body = ""
    var top = 0.0
    for panel in panels {
      top += Layout.titleHeight
      switch panel {
      case .values(let title, let unit, let series):
        body += heading("\(title) (\(unit))", top: top)
        body += values(series, unit: unit, time: time, top: top, height: Layout.panelHeight)
        top += Layout.panelHeight
      case .bands(let title, let categories, let bands):
        body += heading(title, top: top)
        body += self.bands(bands, categories: categories, time: time, top: top, height: Layout.bandHeight)
        top += Layout.bandHeight
      }
    }
    body += timeAxis(time, bottom: top)
    let height = top + Layout.axisHeight
    return """
      <svg class="chart" viewBox="0 0 \(Layout.width.pixel) \(height.pixel)" role="img" \
      aria-label="\(HTML.escaped(summary))" preserveAspectRatio="xMidYMid meet">\(body)</svg>
      """
  }

  /// How many colours the style has for categories; further ones begin again.
  private static let categoryColours = 6

  /// The legend as HTML, for series and categories of all panels.
  public func legend() -> String {
    var entries: [String] = []
    for panel in panels {
      switch panel {
      case .values(_, _, let series):
        guard series.count > 1 else { continue }
        entries += series.map { "<li><i class=\"key s\($0.colour)\"></i>\(HTML.escaped($0.name))</li>" }
      case .bands(_, let categories, _):
        entries += categories.enumerated().map {
          "<li><i class=\"key c\($0.offset % TimeChart.categoryColours)\"></i>\(HTML.escaped($0.element))</li>"
        }
      }
    }
    return entries.isEmpty ? "" : "<ul class=\"legend\">\(entries.joined())</ul>"
  }

  private func heading(_ title: String, top: Double) -> String {
    "<text class=\"title\" x=\"\(Layout.left.pixel)\" y=\"\((top - 9).pixel)\">\(HTML.escaped(title))</text>"
  }

  private func values(_ series: [Series], unit: String, time: AxisScale, top: Double, height: Double) -> String {
    let maximum = series.flatMap(\.points).compactMap(\.value).max() ?? 1
    let (scale, ticks) = AxisScale.fromZero(to: maximum, pixels: (top + height, top))
    var text = ""
    for tick in ticks {
      let y = scale.position(tick)
      text += "<line class=\"grid\" x1=\"\(Layout.left.pixel)\" x2=\"\((Layout.width - Layout.right).pixel)\" "
      text += "y1=\"\(y.pixel)\" y2=\"\(y.pixel)\"/>"
      text += "<text class=\"tick end\" x=\"\((Layout.left - 6).pixel)\" y=\"\((y + 4).pixel)\">"
      text += "\(Decimals.significant(tick, digits: 3))</text>"
    }
    return text + series.map { marks($0, time: time, scale: scale) }.joined()
  }

  private func extent(_ points: [Point], _ index: Int) -> (start: Double, end: Double) {
    let start = points[index].time
    let next = index + 1 < points.count ? min(points[index + 1].time, start + step) : start + step
    return (start.seconds, min(next, range.upperBound).seconds)
  }

  private func marks(_ series: Series, time: AxisScale, scale: AxisScale) -> String {
    let floor = scale.position(0)
    var path = ""
    var area = ""
    var shapes = ""
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
      area += "M\(x1.pixel) \(floor.pixel)L\(x1.pixel) \(y.pixel)L\(x2.pixel) \(y.pixel)L\(x2.pixel) \(floor.pixel)Z"
      let width = max(x2 - x1 - (isBar(series) ? 1 : 0), 0.5)
      let (boxTop, boxHeight) = isBar(series) ? (y, floor - y) : (scale.pixels.end, floor - scale.pixels.end)
      shapes +=
        "<rect class=\"\(isBar(series) ? "bar s\(series.colour)" : "hit")\" x=\"\(x1.pixel)\" y=\"\(boxTop.pixel)\" "
      shapes +=
        "width=\"\(width.pixel)\" height=\"\(boxHeight.pixel)\"><title>\(HTML.escaped(point.title))</title></rect>"
    }
    switch series.mark {
    case .bars: return shapes
    case .line: return "<path class=\"line s\(series.colour)\" d=\"\(path)\"/>" + shapes
    case .area:
      return
        "<path class=\"area s\(series.colour)\" d=\"\(area)\"/><path class=\"line s\(series.colour)\" d=\"\(path)\"/>"
        + shapes
    }
  }

  private func isBar(_ series: Series) -> Bool {
    if case .bars = series.mark { return true }
    return false
  }

  private func bands(
    _ bands: [Band], categories: [String], time: AxisScale, top: Double, height: Double
  ) -> String {
    var text = ""
    for band in bands {
      let x1 = time.position(max(band.start, range.lowerBound).seconds)
      let x2 = time.position(min(band.end, range.upperBound).seconds)
      guard x2 > x1 else { continue }
      var bottom = top + height
      for part in band.shares where part.share > 0 {
        let partHeight = part.share * height
        bottom -= partHeight
        text +=
          "<rect class=\"band c\(part.category % TimeChart.categoryColours)\" x=\"\(x1.pixel)\" y=\"\(bottom.pixel)\" "
        text += "width=\"\(max(x2 - x1 - 0.6, 0.6).pixel)\" height=\"\(partHeight.pixel)\">"
        text += "<title>\(HTML.escaped(band.title))</title></rect>"
      }
    }
    return text
  }

  private func timeAxis(_ time: AxisScale, bottom: Double) -> String {
    let hours = (range.upperBound - range.lowerBound).hours
    let step: Int64 = hours <= 12 ? 2 : hours <= 30 ? 4 : hours <= 60 ? 8 : 24
    var text = ""
    var hour = range.lowerBound.hourIndex
    while Timestamp(milliseconds: hour * 3_600_000) <= range.upperBound {
      let moment = Timestamp(milliseconds: hour * 3_600_000)
      if moment >= range.lowerBound, hour % step == 0 {
        let x = time.position(moment.seconds)
        let label = moment.description
        let isMidnight = hour % 24 == 0
        text +=
          "<line class=\"grid\" x1=\"\(x.pixel)\" x2=\"\(x.pixel)\" y1=\"\((bottom).pixel)\" y2=\"\((bottom + 5).pixel)\"/>"
        text += "<text class=\"tick middle\" x=\"\(x.pixel)\" y=\"\((bottom + 18).pixel)\">"
        text += (isMidnight ? String(label.dropFirst(5).prefix(5)) : String(label.dropFirst(11).prefix(5))) + "</text>"
      }
      hour += 1
    }
    return text
  }
}

/// The measures of a drawing, in its own units, which are pixels where it is not scaled.
struct ChartLayout {
  let width: Double
  let left: Double
  let right: Double
  let panelHeight: Double
  let bandHeight: Double
  /// The most labels that fit side by side on the axis of time.
  let labels: Int
  /// Whether marks carry a text to point at: there is no pointing on a phone.
  let hasTitles: Bool
  let titleHeight = 26.0
  /// The title of a panel below another one keeps off that one's lowest label.
  let gapHeight = 38.0
  let axisHeight = 30.0

  init(_ size: TimeChart.Size) {
    switch size {
    case .desk:
      (width, left, right, panelHeight, bandHeight, labels, hasTitles) = (760, 52, 22, 150, 64, 11, true)
    case .phone:
      (width, left, right, panelHeight, bandHeight, labels, hasTitles) = (350, 44, 18, 120, 56, 5, false)
    }
  }

  /// Where the plot ends.
  var end: Double { width - right }
}

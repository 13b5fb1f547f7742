import Foundation
import Quantities
import Testing

@testable import Reporting

@Suite("Charts over time")
struct TimeChartTests {
  let start = Timestamp(milliseconds: 1_616_198_400_000)

  private func chart(_ values: [Double?]) -> TimeChart {
    let points = values.enumerated().map { index, value in
      TimeChart.Point(start + .hours(Double(index)), value, title: "hour \(index) <&>")
    }
    return TimeChart(
      summary: "Intensity & variant", range: start...(start + .hours(Double(values.count))), step: .hours(1),
      panels: [
        .values(title: "Grid", unit: "g/kWh", series: [.init("intensity", .area, colour: 0, points: points)]),
        .bands(
          title: "Variant", categories: ["small", "large"],
          bands: [.init(from: start, to: start + .hours(1), shares: [(0, 0.25), (1, 0.75)], title: "mix")]),
      ])
  }

  @Test("is well-formed whatever the titles hold")
  func wellFormed() {
    #expect(markupProblem(chart([100, nil, 300.5]).svg()) == nil)
  }

  @Test("leaves a gap where a value is missing, it does not draw zero")
  func gaps() {
    let svg = chart([100, nil, 300]).svg()
    let line = svg.components(separatedBy: "class=\"line s0\" d=\"").last?.prefix { $0 != "\"" } ?? ""
    #expect(line.filter { $0 == "M" }.count == 2)
  }

  @Test("has a text alternative and a title on each mark")
  func alternatives() {
    let svg = chart([100, 200]).svg()
    #expect(svg.contains("role=\"img\""))
    #expect(svg.contains("aria-label=\"Intensity &amp; variant\""))
    #expect(svg.components(separatedBy: "<title>").count - 1 == 4)
  }

  @Test("axis ends are round numbers at or above the largest value", arguments: [0.0, 0.0007, 1, 4.2, 97, 368.39, 1e6])
  func roundAxes(maximum: Double) {
    let (scale, ticks) = AxisScale.fromZero(to: maximum, pixels: (100, 0))
    #expect(scale.domain.upperBound >= maximum)
    #expect(ticks.count <= 6 && ticks.first == 0)
    #expect(maximum == 0 || scale.domain.upperBound <= maximum * 2.5)
  }
}

import Foundation
import Grid
import Methods
import Quantities

/// A year of five-minute values: an hourly file, interpolated, with noise of a seeded generator.
struct FiveMinuteYear {
  let hourly: Series
  let series: Series

  init(file: String, column: String) throws {
    hourly = try SeriesFile([UInt8](Data(contentsOf: URL(fileURLWithPath: file))), name: file).series(column: column)
    var state: UInt64 = 7
    func noise() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return 6 * (Double(state >> 33) / Double(1 << 31) - 0.5)
    }
    let hours = Array(hourly.slots.prefix(8760))
    var slots: [Slot] = []
    for (index, hour) in hours.enumerated() {
      let next = index + 1 < hours.count ? hours[index + 1].value : hour.value
      for part in 0..<12 {
        let start = hour.start + .seconds(300 * Double(part))
        let value = hour.value + (next - hour.value) * Double(part) / 12 + noise()
        slots.append(Slot(start..<(start + .seconds(300)), value: (value * 100).rounded() / 100))
      }
    }
    series = try Series(
      region: .unstated, kind: .averageLifecycle, provider: "benchmark", source: hourly.source, slots: slots)
  }
}

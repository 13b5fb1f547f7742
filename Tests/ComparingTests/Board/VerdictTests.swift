import Foundation
import Methods
import Quantities
import TestSupport
import Testing

@testable import Comparing

extension Double {
  var logarithm: Double { log(self) }
  var cosine: Double { cos(self) }
}

@Suite("Verdicts against what is typical")
struct VerdictTests {
  /// Options that share some uncertain things and have one of their own each.
  private static func options(_ draws: inout Seeded) -> [Estimate<Ratio>] {
    let shared = (0..<3).map { _ in Double.random(in: 1.05...2.5, using: &draws) }
    return (0..<Int.random(in: 2...9, using: &draws)).map { index in
      let value = exp(Double.random(in: -1.5...1.5, using: &draws))
      var deviations: [UncertaintySource: Deviation] = [:]
      for (number, factor) in shared.enumerated() where Bool.random(using: &draws) {
        deviations["shared:\(number)"] = Deviation(atLow: value / factor - value, atHigh: value * factor - value)
      }
      let own = Double.random(in: 1.02...2.2, using: &draws)
      deviations["own:\(index)"] = Deviation(atLow: value / own - value, atHigh: value * own - value)
      return Estimate(Ratio(value), origin: .modelled, method: "test@1", deviations: deviations)
    }
  }

  /// The options when every uncertain thing takes one drawn place.
  private static func world(_ options: [Estimate<Ratio>], _ draws: inout Seeded) -> [Double] {
    var places: [UncertaintySource: Double] = [:]
    for source in Set(options.flatMap(\.deviations.keys)).sorted() { places[source] = draws.normal() / 1.96 }
    return options.map { option in
      let value = option.value.value
      return option.deviations.reduce(into: value) { result, entry in
        let place = places[entry.key] ?? 0
        let end = place < 0 ? entry.value.atLow : entry.value.atHigh
        result *= pow((value + end) / value, abs(place))
      }
    }
  }

  @Test("lower and higher are never said below 95 %, which drawing all uncertain things together confirms")
  func confidence() throws {
    var draws = Seeded(13)
    var claims = 0
    var shortest = 1.0
    for _ in 0..<150 {
      let options = Self.options(&draws)
      let typical = TypicalValue(options, word: "carbon")
      let median = try #require(typical.estimate)
      #expect(abs(median.value.value - BoardFormulas.median(options.map(\.value.value))) < 1e-12)
      let shares = DrawnBoard.shareBelowMedian(options)
      let verdicts = zip(options, shares).map { Verdict($0, beside: median, drawn: $1) }
      guard verdicts.contains(where: { $0.standing != .typical }) else { continue }
      var below = [Int](repeating: 0, count: options.count)
      let worlds = 1500
      for _ in 0..<worlds {
        let values = Self.world(options, &draws)
        let middle = BoardFormulas.median(values)
        for index in values.indices where values[index] < middle { below[index] += 1 }
      }
      for (index, verdict) in verdicts.enumerated() {
        let drawn = Double(below[index]) / Double(worlds)
        switch verdict.standing {
        case .lower:
          claims += 1
          #expect(try #require(verdict.probability) >= 0.95 && verdict.percent ?? 0 <= -5)
          shortest = min(shortest, drawn)
        case .higher:
          claims += 1
          #expect(try #require(verdict.probability) <= 0.05 && verdict.percent ?? 0 >= 5)
          shortest = min(shortest, 1 - drawn)
        case .typical, .unknown: continue
        }
      }
    }
    #expect(claims > 100)
    #expect(shortest > 0.93, "a claim that holds in no more than \(shortest) of the worlds")
  }
}

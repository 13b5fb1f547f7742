import Comparing
import Factors
import Methods
import Quantities
import Testing

@Suite("What each part of the machine makes of the difference of two runs")
struct ComponentStepTests {
  private func claim(_ id: String, _ parts: [String: Double]) -> Claim {
    func energy(_ label: String, _ joules: Double) -> Receipt {
      Receipt(
        label: label, value: joules, low: joules, high: joules, unit: "J", origin: .declared,
        method: "declared-value@1", note: "stated by the test")
    }
    var claim = Claim(id, label: "a run", amounts: [.energy: energy("energy", parts.values.reduce(0, +))])
    for (name, joules) in parts { claim.components[name] = energy(name, joules) }
    return claim
  }

  private func ratios(_ first: [String: Double], _ second: [String: Double]) throws -> [String: Double] {
    let waterfall = try Waterfall(
      from: claim("first", first), to: claim("second", second), in: .energy, bounds: FactorTables.embedded())
    #expect(abs(waterfall.remainder.value.value - 1) < 1e-9)
    return Dictionary(uniqueKeysWithValues: waterfall.steps.map { ($0.key, $0.ratio.value.value) })
  }

  @Test("The parts multiply to the ratio, and the way back is the inverse of each")
  func product() throws {
    let (first, second) = (["cpu": 20.0, "memory": 60, "gpu": 5], ["cpu": 30.0, "memory": 0.2, "gpu": 9])
    let there = try ratios(first, second)
    let back = try ratios(second, first)
    #expect(abs(there.values.reduce(1, *) - 39.2 / 85) < 1e-12)
    for (key, ratio) in there { #expect(abs(ratio * (back[key] ?? 0) - 1) < 1e-12, "\(key)") }
    #expect(there["component-memory"]! < 1 && there["component-cpu"]! > 1)
  }

  @Test("A part that only one of them lists is told as not counted, and still makes its share")
  func absent() throws {
    let waterfall = try Waterfall(
      from: claim("first", ["cpu": 10]), to: claim("second", ["cpu": 10, "memory": 10]), in: .energy,
      bounds: FactorTables.embedded())
    let step = try #require(waterfall.steps.first { $0.key == "component-memory" })
    #expect(step.from == "not counted")
    #expect(abs(step.ratio.value.value - 2) < 1e-12)
  }

  @Test("Without parts in both there is no such step")
  func none() throws {
    let waterfall = try Waterfall(
      from: claim("first", ["cpu": 10]), to: Claim("second", label: "a run", amounts: claim("x", ["a": 5]).amounts),
      in: .energy, bounds: FactorTables.embedded())
    #expect(!waterfall.steps.contains { $0.key.hasPrefix("component") })
  }
}

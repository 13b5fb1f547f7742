import Gateway
import Grid
import Ledger
import Quantities
import Switching
import Testing

@testable import Service

@Suite("A new calibration of a variant that is being served")
struct RecalibrationTests {
  private let day = at("2021-03-20")
  private func hour(_ index: Double) -> Timestamp { day + .hours(index) }

  private func decide(_ controller: inout AliasController, at moment: Timestamp) -> PolicyInput {
    controller.decide(at: moment, history: nil, reading: nil, issue: nil).input
  }

  @Test("the next decision's ladder has it, and nothing but the ladder is another one")
  func next() throws {
    var controller = AliasController(model: try .sample(), pue: 1)
    let before = decide(&controller, at: hour(1))
    try controller.recalibrated([.sample("middle", quality: 84, low: 83, perUnit: 3)])
    let after = decide(&controller, at: hour(2))
    let index = try #require(after.ladder.index(of: "middle"))
    let middle = after.ladder.variants[index]
    #expect(middle.quality == 84 && middle.qualityLow == 83 && middle.energy == .joules(3))
    #expect(
      before.ladder.variants.filter { $0.name != "middle" } == after.ladder.variants.filter { $0.name != "middle" })
    #expect(after.floor == before.floor)
  }

  @Test("what is served is credited with the bound in force then, also when it is told of after a newer decision")
  func credited() throws {
    var controller = AliasController(model: try .sample(), pue: 1)
    _ = decide(&controller, at: hour(1))
    try controller.recalibrated([.sample("small", quality: 50, low: 40, perUnit: 1)])
    _ = controller.served(units: 10, by: "small", at: hour(1.2))
    let before = decide(&controller, at: hour(2)).served.points
    #expect(before == 600, "the shares that served it knew 60")
    _ = controller.served(units: 10, by: "small", at: hour(1.9))
    _ = controller.served(units: 10, by: "small", at: hour(2.1))
    let points = decide(&controller, at: hour(3)).served.points
    #expect(points == 1600, "20 units at 60 and 10 at 40")
  }

  @Test("two that come between two decisions are both in the next one")
  func both() throws {
    var controller = AliasController(model: try .sample(), pue: 1)
    try controller.recalibrated([.sample("small", quality: 61, perUnit: 1)])
    try controller.recalibrated([.sample("large", quality: 91, perUnit: 15)])
    #expect(Set(decide(&controller, at: hour(1)).ladder.variants.map(\.quality)) == [61, 80, 91])
  }

  @Test(
    "where the ladder's order changes, requests go to the variant that was meant; the decision is made again in bytes")
  func order() async throws {
    let folder = try TemporaryFolder()
    let bench = try await LoopBench(store: try folder.ledger(), provider: nil, start: day)
    let calibrations = CalibrationsInForce([bench.model], table: bench.table, loops: [bench.loop], logger: silent)
    await bench.live(hours: 1)
    await calibrations.put(.sample("large", quality: 90, perUnit: 0.1), newIn: .energy)
    let chosen = try #require(bench.table.choose(alias: "digits"))
    #expect(chosen.decisionID == bench.loop.decisionInForce?.description, "the decision in force stays until the next")
    await bench.live(hours: 1)
    for _ in 0..<20 {
      let choice = try #require(bench.table.choose(alias: "digits"))
      #expect(bench.model.variants[choice.variant].name == "large")
    }
    for decision in try await bench.decisions() {
      #expect(try ServedReview.isMadeAgain(decision, by: bench.model.policy))
    }
  }

  @Test("one that no ladder can be made of is not decided with, and requests are still charged by it")
  func unusable() async throws {
    let folder = try TemporaryFolder()
    let bench = try await LoopBench(store: try folder.ledger(), provider: nil, start: day)
    var record = VariantRecord.sample("large", quality: 90, perUnit: 0)
    record.perOutputToken = EnergyCoefficient(0.5)
    record.calibrated = at("2026-02-01")
    bench.loop.charges(by: record)
    await bench.loop.recalibrated([record], edition: 1)
    await bench.live(hours: 1)
    let decision = try #require(try await bench.decisions().first)
    let input = try DecisionCoding.value(PolicyInput.self, from: decision.input)
    #expect(input.ladder == bench.model.ladder, "nothing says how many tokens a typical request has")
    #expect(bench.loop.calibration(of: "large", at: at("2026-02-02")) == record)
    #expect(bench.loop.calibration(of: "large", at: at("2026-01-02")) == bench.model.variants[2])
  }

  @Test("energy and quality that are found apart do not undo each other")
  func halves() async throws {
    let model = try ServingModel.sample()
    let calibrations = CalibrationsInForce([model], table: try model.table(), logger: silent)
    let quality = VariantRecord.sample("large", quality: 85, low: 84, perUnit: 999)
    let energy = VariantRecord.sample("large", quality: 1, perUnit: 12)
    await calibrations.put(quality, newIn: .quality)
    let inForce = await calibrations.put(energy, newIn: .energy)
    #expect(inForce.quality == 85 && inForce.qualityLow == 84 && inForce.joulesPerUnit == 12)
    #expect(inForce.id == energy.id)
    #expect(calibrations.variants(of: "digits").first { $0.name == "large" } == inForce)
  }
}

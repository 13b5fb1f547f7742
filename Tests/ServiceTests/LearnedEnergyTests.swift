import Gateway
import Ledger
import Quantities
import Switching
import Testing

@testable import Service

@Suite("Energies that are learned while serving")
struct LearnedEnergyTests {
  private let now = at("2026-01-01")
  private let start = at("2021-03-20")

  /// A loop and the calibrations in force of 60 points for 1 J, 80 for 4 J, 90 for 16 J.
  private func begin(
    _ folder: TemporaryFolder, variants: [VariantRecord]? = nil
  ) async throws -> (LoopBench, CalibrationsInForce) {
    let bench = try await LoopBench(
      store: try folder.ledger(), provider: nil, start: start, model: try .sample(variants: variants))
    return (bench, CalibrationsInForce([bench.model], table: bench.table, loops: [bench.loop], logger: silent))
  }

  /// Joules a unit in the ladder of a further decision.
  private func ladder(_ bench: LoopBench) async throws -> [String: Double] {
    await bench.live(hours: 1)
    let last = try #require(try await bench.decisions().last)
    let input = try DecisionCoding.value(PolicyInput.self, from: last.input)
    return Dictionary(uniqueKeysWithValues: input.ladder.variants.map { ($0.name, $0.energy.joules) })
  }

  @Test("charge requests at once, and enter the ladder only when all variants of the alias have one")
  func together() async throws {
    let folder = try TemporaryFolder()
    let (bench, calibrations) = try await begin(folder)
    await calibrations.put(.learned("small", quality: 60, perUnit: 1.3), newIn: .energy)
    #expect(bench.loop.calibration(of: "small", at: now)?.joulesPerUnit == 1.3, "what it charges by")
    #expect(calibrations.variants(of: "digits").first { $0.name == "small" }?.joulesPerUnit == 1.3)
    #expect(try await ladder(bench) == ["small": 1, "middle": 4, "large": 16])
    await calibrations.put(.learned("middle", quality: 80, perUnit: 5), newIn: .energy)
    #expect(try await ladder(bench) == ["small": 1, "middle": 4, "large": 16])
    await calibrations.put(.learned("large", quality: 90, perUnit: 20), newIn: .energy)
    #expect(try await ladder(bench) == ["small": 1.3, "middle": 5, "large": 20])
    await calibrations.put(.learned("small", quality: 60, perUnit: 1.4), newIn: .energy)
    #expect(try await ladder(bench) == ["small": 1.4, "middle": 5, "large": 20], "from then on one by one")
    for decision in try await bench.decisions() {
      #expect(try ServedReview.isMadeAgain(decision, by: bench.model.policy))
    }
  }

  @Test("wait for no variant whose energy an operator declared")
  func declared() async throws {
    let stated = VariantRecord.sample("large", quality: 90, perUnit: 16)
      .found(by: "declared-value@1", origin: .declared)
    let folder = try TemporaryFolder()
    let (bench, calibrations) = try await begin(
      folder,
      variants: [.sample("small", quality: 60, perUnit: 1), .sample("middle", quality: 80, perUnit: 4), stated])
    await calibrations.put(.learned("small", quality: 60, perUnit: 1.3), newIn: .energy)
    #expect(try await ladder(bench)["small"] == 1)
    await calibrations.put(.learned("middle", quality: 80, perUnit: 5), newIn: .energy)
    #expect(try await ladder(bench) == ["small": 1.3, "middle": 5, "large": 16])
  }

  @Test("do not hold back a quality that was found anew")
  func quality() async throws {
    let folder = try TemporaryFolder()
    let (bench, calibrations) = try await begin(folder)
    await calibrations.put(.learned("small", quality: 60, perUnit: 1.3), newIn: .energy)
    let evaluated = VariantRecord.sample("small", quality: 71, low: 70, perUnit: 1)
    let inForce = await calibrations.put(evaluated, newIn: .quality)
    #expect(inForce.joulesPerUnit == 1.3 && inForce.quality == 71 && inForce.isLearned)
    #expect(try await ladder(bench)["small"] == 1)
    let last = try #require(try await bench.decisions().last)
    let input = try DecisionCoding.value(PolicyInput.self, from: last.input)
    #expect(input.ladder.variants.first { $0.name == "small" }?.qualityLow == 70)
  }

  @Test("that come late replace no newer ones")
  func late() async throws {
    let folder = try TemporaryFolder()
    let (bench, _) = try await begin(folder)
    await bench.loop.recalibrated([.sample("small", quality: 60, perUnit: 3)], edition: 2)
    await bench.loop.recalibrated([.sample("small", quality: 60, perUnit: 2)], edition: 1)
    #expect(try await ladder(bench)["small"] == 3)
  }

  @Test("that change the ladder's order leave each quality of the promise with its variant")
  func promised() throws {
    var controller = AliasController(model: try .sample(), pue: 1)
    try controller.recalibrated([
      .sample("small", quality: 60, perUnit: 20), .sample("large", quality: 90, perUnit: 1),
    ])
    _ = controller.decide(at: start, history: nil, reading: nil, issue: nil)
    let promise = try #require(controller.promise(endingAt: nil))
    #expect(promise.qualities == [60, 80, 90], "small, middle, large: as the gateway has them")
  }

  // MARK: At the next start

  private func models(_ kept: [VariantRecord], _ settings: [VariantSettings]? = nil) throws -> ServingModel {
    var configuration = Configuration()
    let variants = settings ?? ["small", "large"].map { VariantSettings(name: $0, url: "http://127.0.0.1:9") }
    configuration.models = [ModelSettings(alias: "digits", floor: 70, variants: variants)]
    let (models, _) = try Calibrations.models(
      of: configuration, kept: kept, identifiers: IdentifierSource(), now: now)
    return try #require(models.first)
  }

  private func energies(_ records: [VariantRecord]) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: records.map { ($0.name, $0.joulesPerUnit) })
  }

  private let quiet: [VariantRecord] = [
    .sample("small", quality: 60, perUnit: 0.5, at: at("2020-06-01")), .sample("small", quality: 60, perUnit: 1),
    .sample("large", quality: 90, perUnit: 16),
  ]

  @Test("are not decided by at the next start where another variant has none; they charge all the same")
  func mixed() throws {
    let model = try models(quiet + [.learned("small", quality: 61, perUnit: 1.3)])
    #expect(energies(model.variants) == ["small": 1, "large": 16], "the newest that was not learned")
    #expect(energies(model.charging) == ["small": 1.3, "large": 16])
    #expect(model.ladder.variants.map(\.energy) == [.joules(1), .joules(16)])
    #expect(model.variants.first?.quality == 61, "a quality is the newest, whatever energy it came with")
    #expect(model.tariffs["small"]?.perUnit?.value == 1.3)
  }

  @Test("are decided by at the next start where all variants have one")
  func all() throws {
    let model = try models(
      quiet + [.learned("small", quality: 60, perUnit: 1.3), .learned("large", quality: 90, perUnit: 20)])
    #expect(energies(model.variants) == ["small": 1.3, "large": 20])
    #expect(model.charging == model.variants)
  }

  @Test("are decided by at the next start beside a declared one")
  func besideDeclared() throws {
    var large = VariantSettings(name: "large", url: "http://127.0.0.1:9")
    (large.energyPerUnit, large.quality) = (.joules(12), 90)
    let model = try models(
      quiet + [.learned("small", quality: 60, perUnit: 1.3)],
      [VariantSettings(name: "small", url: "http://127.0.0.1:9"), large])
    #expect(energies(model.variants) == ["small": 1.3, "large": 12])
  }

  @Test("give way to a calibration that was made after them")
  func outdated() throws {
    let model = try models(
      quiet + [
        .learned("small", quality: 60, perUnit: 1.3), .learned("large", quality: 90, perUnit: 20),
        .sample("large", quality: 90, perUnit: 15, at: at("2021-05-01")),
      ])
    #expect(energies(model.variants) == ["small": 1, "large": 15])
  }

  @Test("are better than nothing for a variant that was never calibrated otherwise")
  func only() throws {
    let model = try models([quiet[2], .learned("small", quality: 60, perUnit: 1.3)])
    #expect(energies(model.variants) == ["small": 1.3, "large": 16])
  }
}

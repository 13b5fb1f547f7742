import Ledger
import LedgerSQLite
import Methods
import Quantities
import Switching
import Testing

@testable import Service

@Suite("Calibrations and the ladder")
struct CalibrationTests {
  private let now = at("2026-01-01")

  private func configuration(_ variants: [VariantSettings]) -> Configuration {
    var configuration = Configuration()
    configuration.models = [ModelSettings(alias: "digits", floor: 70, variants: variants)]
    return configuration
  }

  private func variant(
    _ name: String, quality: Double? = nil, low: Double? = nil, perUnit: Double? = nil, perRequest: Double? = nil
  ) -> VariantSettings {
    var variant = VariantSettings(name: name, url: "http://127.0.0.1:9")
    variant.quality = quality
    variant.qualityLow = low
    variant.energyPerUnit = perUnit.map(Energy.joules)
    variant.energyPerRequest = perRequest.map(Energy.joules)
    return variant
  }

  private func models(
    _ variants: [VariantSettings], kept: [VariantRecord] = []
  ) async throws -> (model: ServingModel, declared: [VariantRecord]) {
    let folder = try TemporaryFolder()
    let store = try folder.ledger()
    try await store.commit(LedgerEntry(variants: kept))
    let (models, declared) = try await Calibrations.models(
      of: configuration(variants), store: store, identifiers: IdentifierSource(), now: now)
    return (try #require(models.first), declared)
  }

  @Test("what the configuration declares is a new record, of declared origin")
  func declared() async throws {
    let (model, declared) = try await models([variant("a", quality: 90, low: 88, perUnit: 4, perRequest: 2)])
    #expect(declared == model.variants)
    let record = try #require(declared.first)
    #expect(record.receipt.origin == .declared)
    #expect(record.receipt.id == record.id.description)
    #expect((record.quality, record.qualityLow) == (90, 88))
    #expect((record.joulesPerUnit, record.joulesPerRequest) == (4, 2))
    #expect(record.calibrated == now)
  }

  @Test("what was measured is taken from the ledger, the newest one, and nothing new is written")
  func kept() async throws {
    let old = VariantRecord.sample("a", quality: 80, perUnit: 9, at: at("2025-01-01"))
    let newest = VariantRecord.sample("a", quality: 81, perUnit: 8, at: at("2025-06-01"))
    let later = VariantRecord.sample("a", quality: 82, perUnit: 7, at: at("2026-06-01"))
    let (model, declared) = try await models([variant("a")], kept: [newest, later, old])
    #expect(model.variants == [newest])
    #expect(declared.isEmpty)
  }

  @Test("a stated quality goes over the measured one, and the measured energy stays with its receipt")
  func statedQuality() async throws {
    let known = VariantRecord.sample("a", quality: 80, low: 78, perUnit: 9, spread: 0.2, at: at("2025-01-01"))
    let (model, declared) = try await models([variant("a", quality: 75)], kept: [known])
    let record = try #require(model.variants.first)
    #expect((record.quality, record.qualityLow) == (75, 75))
    #expect(record.joulesPerUnitHigh == known.joulesPerUnitHigh)
    #expect(record.receipt == known.receipt)
    #expect(declared == [record] && record.id != known.id)
  }

  @Test("a stated energy goes over the measured one, and the measured quality stays with its bound")
  func statedEnergy() async throws {
    let known = VariantRecord.sample("a", quality: 80, low: 78, perUnit: 9, at: at("2025-01-01"))
    let (model, _) = try await models([variant("a", perUnit: 3)], kept: [known])
    let record = try #require(model.variants.first)
    #expect((record.quality, record.qualityLow, record.joulesPerUnit) == (80, 78, 3))
    #expect(record.receipt.origin == .declared)
  }

  @Test("a second start with the same declaration writes no second record")
  func again() async throws {
    let settings = [variant("a", quality: 90, perUnit: 4)]
    let first = try await models(settings).declared
    let (model, declared) = try await models(
      settings,
      kept: first.map { record in
        var earlier = record
        earlier.calibrated = at("2025-01-01")
        return earlier
      })
    #expect(declared.isEmpty)
    #expect(model.variants.map(\.id) == first.map(\.id))
    #expect(try await models([variant("a", quality: 90, perUnit: 5)], kept: first).declared.count == 1)
  }

  @Test("a variant without energy is an error that says what to do")
  func missing() async throws {
    await #expect {
      _ = try await models([variant("a", quality: 90)])
    } throws: { error in
      "\(error)"
        == "variant 'a' of 'digits' has no energy: give 'quality' and 'energy_per_unit', or calibrate it first"
    }
  }

  @Test("a variant without quality is an error that says what to do")
  func noQuality() async throws {
    await #expect {
      _ = try await models([variant("a", perUnit: 4)])
    } throws: { error in "\(error)".contains("give 'quality' or calibrate it") }
  }

  @Test("the ladder goes by energy of a unit in a typical request, whatever the order of the configuration")
  func order() throws {
    var settings = ModelSettings(alias: "digits", floor: 70, variants: [])
    let records: [VariantRecord] = [
      .sample("c", quality: 90, perUnit: 3, perRequest: 0),
      .sample("a", quality: 80, low: 79, perUnit: 1, perRequest: 100),
      .sample("b", quality: 70, perUnit: 2, perRequest: 0),
    ]
    settings.variants = ["a", "b", "c"].map { VariantSettings(name: $0, url: "http://127.0.0.1:\($0.utf8.first ?? 0)") }
    settings.unitsPerRequest = 10
    let short = try ServingModel(settings: settings, policy: RecedingHorizon(), calibrations: records)
    #expect(short.variants.map(\.name) == ["b", "c", "a"])
    #expect(short.members.map(\.url) == ["http://127.0.0.1:98", "http://127.0.0.1:99", "http://127.0.0.1:97"])
    #expect(short.ladder.variants.map(\.energy) == [.joules(2), .joules(3), .joules(11)])
    #expect(short.qualityLow(of: "a") == 79)
    #expect(short.qualityLow(of: "d") == nil)
    settings.unitsPerRequest = 1000
    #expect(
      try ServingModel(settings: settings, policy: RecedingHorizon(), calibrations: records).variants.map(\.name) == [
        "a", "b", "c",
      ])
  }
}

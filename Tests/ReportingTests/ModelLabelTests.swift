import Ledger
import Methods
import Quantities
import Testing

@testable import Reporting

@Suite("Labels of models and requests")
struct ModelLabelTests {
  private func variant() throws -> VariantRecord {
    VariantRecord(
      id: VariantID(ULID(LabelExamples.date, random: 1)), alias: "chat", name: "small", calibrated: LabelExamples.date,
      perUnit: (0, 0, 0), perRequest: (10, 8, 12), perOutputToken: EnergyCoefficient(2, low: 1, high: 3),
      receipt: Receipt(label: "calibrated here", value: 2, unit: "J", origin: .measured, method: "token-fit@1"))
  }

  @Test("A model by tokens costs a request and a thousand tokens; what needs a place is unknown")
  func model() throws {
    let label = FootprintLabel(model: try variant(), task: nil)
    #expect(label.work?.task == .text && label.perUnit(label.figures.energy).value == 2010)
    #expect(label.energyGrade.graded?.grade == .d)
    #expect(label.figures.carbon.value == nil && label.carbonGrade.graded == nil)
    #expect(label.text().contains("a model alone has no place"))
  }

  @Test("A model by answers is charged a request for each of a thousand")
  func answers() throws {
    let label = FootprintLabel(model: try variant(), task: .classification)
    #expect(label.perUnit(label.figures.energy).value == 10_000)
  }

  @Test("A request is counted by the tokens of its answer, and its water is said not to be kept")
  func request() throws {
    let row = RequestRecord(
      id: ActivityID(.request, ULID(LabelExamples.date, random: 2)),
      activity: ActivityID(.serve, ULID(LabelExamples.date, random: 3)), alias: "chat", variant: "small",
      received: LabelExamples.date, grid: LabelExamples.date, durationMicroseconds: 5, status: 200,
      protocolName: "openai-chat", units: 1,
      energy: .exact(.joules(30), origin: .measured, method: "reported-energy@1"), tokensIn: 4, tokensOut: 500,
      why: "it was asked for")
    let label = FootprintLabel(
      request: RequestExplanation(row, variant: nil, pue: nil, signal: nil), work: nil)
    #expect(label.work == LabelWork(.text, count: 500))
    #expect(label.perUnit(label.figures.energy).value == 60)
    #expect(label.figures.waterOnSite.note?.contains("not kept") == true && label.intensity.value == nil)
    #expect(label.quality.worst.score == 5)
  }
}

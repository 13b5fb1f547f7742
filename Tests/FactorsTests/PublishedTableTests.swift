import Factors
import Methods
import Quantities
import Testing

@Suite("Published energy and carbon of AI work")
struct PublishedTableTests {
  let table: PublishedTable
  init() throws { table = try FactorTables.embedded().published }

  @Test("Every row has an id of its own, a source, a year and a boundary")
  func rows() {
    #expect(table.queries.count >= 20 && table.trainings.count >= 10)
    #expect(Set(table.queries.map(\.id)).count == table.queries.count)
    #expect(Set(table.trainings.map(\.id)).count == table.trainings.count)
    for query in table.queries { #expect(query.source.year != nil && !query.task.isEmpty, "\(query.id)") }
    for training in table.trainings { #expect(training.source.year != nil, "\(training.id)") }
  }

  @Test("A query is found by its id, however it is written; a typo gets near matches")
  func queries() throws {
    let reply = try table.query("mit-llama31-8b")
    let joules = try #require(reply.energy).joules
    #expect(abs(joules - 114) < 0.01 && reply.boundary == .node)
    #expect(try table.query("MIT_llama31_8b") == reply)
    #expect(
      throws: FactorError.unknown(
        kind: "published query", name: "mit-lama31-8b", near: ["mit-llama31-8b", "mit-llama31-405b"])
    ) {
      try table.query("mit-lama31-8b")
    }
    #expect(
      throws: FactorError.unknown(
        kind: "published query", name: "CogVideo", near: ["mit-cogvideox-8fps", "mit-cogvideox15-16fps"])
    ) {
      try table.query("CogVideo")
    }
  }

  @Test("What a source does not print is missing with a reason, not zero")
  func missing() throws {
    let reply = try table.query("mistral-large2-400-tokens")
    #expect(reply.energy == nil && reply.energyFigure.reason?.contains("prints no energy") == true)
    let figure = try reply.carbonFigure.get()
    #expect(figure.value.grams == 1.14 && figure.receipt.source == reply.source)
    let training = try table.training("llama31-family")
    #expect(training.energy == nil && training.pue == nil && training.intensity == nil)
    #expect(try training.carbonFigure.get().value.formatted() == "11.4 kt")
  }

  @Test("Energy that holds the overhead, times the grid, is the carbon printed beside it")
  func holdsTogether() throws {
    for id in ["gpt3", "t5-11b"] {
      let row = try table.training(id)
      let carbon = try #require(row.energy) * (try #require(row.intensity))
      #expect(row.boundary == .facility)
      #expect(abs(carbon.grams / (try #require(row.carbon)).grams - 1) < 0.002, "\(id)")
    }
  }
}

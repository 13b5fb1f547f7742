import Grid
import Methods
import Quantities
import TestSupport
import Testing

@Suite("A series as issued by a moment") struct IssuedSeriesTests {
  let start = at("2021-03-01")

  @Test("shows what had been issued by then and nothing later")
  func cut() throws {
    let series = try hourly([1, 2, 3, 4]).issued(after: .hours(2))
    #expect(series.asIssued(by: start + .hours(3)).series.slots.map(\.value) == [1, 2])
    #expect(series.asIssued(by: start + .seconds(7199)).series.slots.isEmpty)
    #expect(series.asIssued(by: start + .hours(2)).latest?.value == 1)
  }

  @Test("cannot be moved to a later moment")
  func noWayForward() throws {
    let early = try hourly([1, 2, 3, 4]).asIssued(by: start + .hours(1))
    #expect(early.asIssued(by: start + .hours(100)) == early)
    #expect(early.asIssued(by: start).series.slots.map(\.value) == [1])
    #expect(early.since(start - .hours(10)).series == early.series)
    #expect(early.since(start + .hours(1)).series.slots.map(\.value) == [2])
  }

  @Test("is right too when values were not issued in the order of their intervals", arguments: 0..<20)
  func anyOrder(seed: UInt64) throws {
    var random = Seeded(seed)
    let slots = (0..<30).map { index in
      Slot(
        hour(start + .hours(Double(index))), value: Double(index),
        issuedAt: start + .hours(Double(Int.random(in: 0...40, using: &random))))
    }
    let series = try Series(
      region: Region("DE"), kind: .average, provider: "test", source: Source("a test"), slots: slots)
    let moment = start + .hours(20)
    #expect(Array(series.asIssued(by: moment).series.slots) == slots.filter { $0.issuedAt <= moment })
  }

  @Test("takes for each interval the newest issue known, in whatever order issues were filed", arguments: 0..<20)
  func revisions(seed: UInt64) throws {
    var random = Seeded(seed)
    var signals: [Signal] = []
    for index in 0..<6 {
      for issue in 0..<4 {
        signals.append(
          Signal(
            region: try Region("DE"), kind: .average, unit: "g/kWh", validity: hour(start + .hours(Double(index))),
            value: Double(100 * index + issue), issuedAt: start + .hours(Double(issue)), provider: "test",
            isEstimated: true, source: Source("a test")))
      }
    }
    let archive = try IssueArchive(signals.shuffled(using: &random))
    #expect(archive.asIssued(by: start + .hours(2)).series.slots.map(\.value) == [2, 102, 202, 302, 402, 502])
    #expect(archive.asIssued(by: start).series.slots.map(\.value) == [0, 100, 200, 300, 400, 500])
    #expect(archive.asIssued(by: start - .hours(1)).series.slots.isEmpty)
  }

  @Test("refuses issues whose intervals cut into each other")
  func overlapping() throws {
    let signals = [(0.0, 2.0), (1.0, 1.0)].map { offset, length in
      Signal(
        region: Region.unstated, kind: .average, unit: "g/kWh", validity: hour(start + .hours(offset), length),
        value: 1,
        issuedAt: start, provider: "test", source: Source("a test"))
    }
    #expect(throws: SeriesError.self) { try IssueArchive(signals) }
    #expect(throws: SeriesError.empty) { try IssueArchive([Signal]()) }
  }
}

import Foundation
import Grid
import Methods
import Quantities
import TestSupport
import Testing

@Suite("A series") struct SeriesTests {
  /// The three hours of worked example A.
  static func exampleA() throws -> Series { try hourly([228.53, 265.06, 299.45], from: at("2023-06-03T16:00Z")) }

  @Test("integrates by exact overlap: worked example A, 2.5 kW from 16:20 for 150 min emit 1667.3875 g")
  func workedExampleA() throws {
    let job = at("2023-06-03T16:20Z")..<at("2023-06-03T18:50Z")
    let series = try Self.exampleA()
    #expect(abs(2.5 * series.integral(over: job) - 1667.3875) < 1e-9)
    let mean = try #require(series.mean(over: job))
    #expect(abs(mean.value - 266.782) < 1e-9)
    #expect(mean.coverage == 1)
  }

  @Test("holds a value from an interval's start to just before its end")
  func halfOpen() throws {
    let series = try Self.exampleA()
    #expect(series.value(at: at("2023-06-03T16:00Z")) == 228.53)
    #expect(series.value(at: Timestamp(milliseconds: at("2023-06-03T17:00Z").milliseconds - 1)) == 228.53)
    #expect(series.value(at: at("2023-06-03T17:00Z")) == 265.06)
    #expect(series.value(at: at("2023-06-03T19:00Z")) == nil)
    #expect(series.value(at: at("2023-06-03T15:59Z")) == nil)
  }

  @Test("makes nothing up in a gap: no value, less coverage, a mean of what is there")
  func gaps() throws {
    let start = at("2021-03-01")
    let series = try hourly([100, nil, 300, nil], from: start)
    #expect(series.value(at: start + .hours(1)) == nil)
    let all = hour(start, 4)
    #expect(series.coverage(over: all) == 0.5)
    #expect(series.mean(over: all)?.value == 200)
    #expect(series.mean(over: all)?.coverage == 0.5)
    #expect(series.integral(over: all) == 400)
    #expect(series.gaps(over: all) == [hour(start + .hours(1)), hour(start + .hours(3))])
    #expect(series.mean(over: hour(start + .hours(1))) == nil)
    #expect(series.coverage(over: start..<start) == 0)
    #expect(series.gaps(over: hour(start - .hours(2), 2)) == [hour(start - .hours(2), 2)])
  }

  @Test("takes intervals of any length")
  func irregular() throws {
    let start = at("2021-03-01")
    let series = try Series(
      region: Region("DE"), kind: .marginal, provider: "test", source: Source("a test"),
      slots: [
        Slot(start..<(start + .seconds(300)), value: 600),
        Slot((start + .seconds(300))..<(start + .hours(1)), value: 120),
      ])
    #expect(abs(try #require(series.mean(over: hour(start))?.value) - 160) < 1e-9)
  }

  @Test("is cut at the ends of a slice")
  func slice() throws {
    let series = try Self.exampleA()
    let part = series.slice(at("2023-06-03T16:30Z")..<at("2023-06-03T17:15Z"))
    #expect(part.extent == at("2023-06-03T16:30Z")..<at("2023-06-03T17:15Z"))
    #expect(part.slots.map(\.value) == [228.53, 265.06])
    #expect(part.slice(at("2024-01-01")..<at("2024-01-02")).extent == nil)
  }

  @Test("ranks a value by the time spent below it, ties half")
  func percentile() throws {
    let series = try hourly([100, 200, 200, 300])
    #expect(series.percentileRank(of: 200) == 0.5)
    #expect(series.percentileRank(of: 99) == 0)
    #expect(series.percentileRank(of: 301) == 1)
    #expect(series.percentileRank(of: 100) == 0.125)
    #expect(series.percentileRank(of: 100, over: at("2022-01-01")..<at("2022-01-02")) == nil)
  }

  @Test("splits its integral at any moment without loss", arguments: 0..<50)
  func additivity(seed: UInt64) throws {
    var random = Seeded(seed)
    let values = (0..<40).map { _ in Bool.random(using: &random) ? Double.random(in: 1...900, using: &random) : nil }
    guard values.contains(where: { $0 != nil }) else { return }
    let start = at("2021-03-01")
    let series = try hourly(values, from: start)
    let cuts = (0..<3).map { _ in start + .seconds(Double.random(in: -7200...160_000, using: &random)) }.sorted()
    let whole = series.integral(over: cuts[0]..<cuts[2])
    let parts = series.integral(over: cuts[0]..<cuts[1]) + series.integral(over: cuts[1]..<cuts[2])
    #expect(abs(whole - parts) < 1e-6)
    let range = cuts[0]..<cuts[2]
    let missing = series.gaps(over: range).reduce(0) { $0 + $1.span.seconds }
    #expect(abs(series.coverage(over: range) * range.span.seconds + missing - range.span.seconds) < 1e-3)
  }

  @Test("refuses intervals that are empty, out of order, overlapping or not numbers")
  func refusals() throws {
    let start = at("2021-03-01")
    func series(_ slots: [Slot]) throws -> Series {
      try Series(region: Region("DE"), kind: .average, provider: "test", source: Source("a test"), slots: slots)
    }
    #expect(throws: SeriesError.emptyInterval(start)) { try series([Slot(start..<start, value: 1)]) }
    #expect(throws: SeriesError.outOfOrder(start, after: start + .hours(1))) {
      try series([Slot(hour(start + .hours(1)), value: 1), Slot(hour(start), value: 1)])
    }
    #expect(throws: SeriesError.overlap(start + .hours(1), before: start + .hours(2))) {
      try series([Slot(hour(start, 2), value: 1), Slot(hour(start + .hours(1)), value: 1)])
    }
    #expect(throws: SeriesError.notFinite(start)) { try series([Slot(hour(start), value: .nan)]) }
    #expect(throws: SeriesError.notFinite(start)) { try series([Slot(hour(start), value: 1, high: .infinity)]) }
    #expect(throws: SeriesError.outsideItsRange(start)) { try series([Slot(hour(start), value: 1, low: 2)]) }
    #expect(throws: SeriesError.wrongUnit("lb/MWh", expected: "g/kWh", .average)) {
      try Series(
        region: Region("DE"), kind: .average, unit: "lb/MWh", provider: "test", source: Source("a test"), slots: [])
    }
  }

  @Test("never mixes kinds, regions, units or providers")
  func mixing() throws {
    let start = at("2021-03-01")
    let direct = try hourly([1], kind: .averageDirect)
    let marginal = try hourly([1], from: start + .hours(1), kind: .marginal)
    #expect(throws: SeriesError.mixedKinds(.averageDirect, .marginal)) { try direct.joined(with: marginal) }
    #expect(throws: SeriesError.mixedKinds(.averageDirect, .marginal)) { try direct.checkSameMeaning(as: marginal) }
    let france = try Series(
      region: Region("FR"), kind: .averageDirect, provider: "test", source: Source("a test"),
      slots: [Slot(hour(start + .hours(1)), value: 1)])
    #expect(throws: SeriesError.mixedRegions(try Region("DE"), try Region("FR"))) { try direct.joined(with: france) }
    let dollars = try hourly([1], kind: .price, unit: "USD/MWh")
    let euros = try hourly([1], from: start + .hours(1), kind: .price, unit: "EUR/MWh")
    #expect(throws: SeriesError.mixedUnits("USD/MWh", "EUR/MWh")) { try dollars.joined(with: euros) }
    let signals = [
      direct.signal(try #require(direct.slots.first)), marginal.signal(try #require(marginal.slots.first)),
    ]
    #expect(throws: SeriesError.mixedKinds(.averageDirect, .marginal)) { try Series(signals) }
    #expect(throws: SeriesError.empty) { try Series([Signal]()) }
  }

  @Test("joins with its continuation, in either order, and refuses what it has already")
  func joining() throws {
    let first = try hourly([1, 2])
    let second = try hourly([3], from: at("2021-03-01T02:00Z"))
    #expect(try first.joined(with: second) == hourly([1, 2, 3]))
    #expect(try second.joined(with: first) == hourly([1, 2, 3]))
    #expect(throws: SeriesError.self) { try first.joined(with: first) }
  }

  @Test("is the same in whatever order its signals come", arguments: 0..<20)
  func permutation(seed: UInt64) throws {
    var random = Seeded(seed)
    let series = try hourly((0..<30).map { $0 % 7 == 3 ? nil : Double($0) })
    let signals = series.slots.map(series.signal)
    #expect(try Series(signals.shuffled(using: &random)) == series)
  }

  @Test("survives JSON, and a broken one is not read")
  func coding() throws {
    let series = try Self.exampleA()
    let data = try JSONEncoder().encode(series)
    #expect(try JSONDecoder().decode(Series.self, from: data) == series)
    let broken = String(decoding: data, as: UTF8.self).replacingOccurrences(of: "average-lifecycle", with: "price")
    #expect(try JSONDecoder().decode(Series.self, from: Data(broken.utf8)).kind == .price)
    let overlapping = String(decoding: data, as: UTF8.self).replacingOccurrences(of: "T18:00:00Z", with: "T19:00:00Z")
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Series.self, from: Data(overlapping.utf8)) }
  }
}

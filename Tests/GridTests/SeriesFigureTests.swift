import Grid
import Methods
import Quantities
import Testing

@Suite("A figure from a series") struct SeriesFigureTests {
  @Test("is the mean over the interval, with the hours it rests on")
  func mean() throws {
    let series = try SeriesTests.exampleA()
    let figure = try #require(series.figure(over: at("2023-06-03T16:20Z")..<at("2023-06-03T18:50Z")))
    #expect(abs(figure.value.gramsPerKilowattHour - 266.782) < 1e-9)
    #expect(figure.estimate.method == GridMethods.meanIntensity)
    #expect(figure.receipt.inputs.count == 3)
    #expect(figure.receipt.inputs.map(\.value) == [228.53, 265.06, 299.45])
    #expect(figure.receipt.source?.citation == "a test")
  }

  @Test("says how much of the interval is covered, and is nothing where nothing is")
  func coverage() throws {
    let start = at("2021-03-01")
    let series = try hourly([100, nil, 300, nil], from: start)
    let figure = try #require(series.figure(over: hour(start, 4)))
    #expect(figure.receipt.note?.contains("50 % of the interval is covered") == true)
    #expect(series.figure(over: hour(start + .hours(1))) == nil)
    #expect(try hourly([20], kind: .temperature).figure(over: hour(start)) == nil)
  }

  @Test("shares its uncertainty with every other figure of the series, so that it cancels in a ratio")
  func cancels() throws {
    let start = at("2021-03-01")
    let series = try Series(
      region: Region("DE"), kind: .averageLifecycle, provider: "test", source: Source("a test"),
      slots: [
        Slot(hour(start), value: 100, low: 80, high: 130),
        Slot(hour(start + .hours(1)), value: 200, low: 160, high: 260),
      ])
    let first = try #require(series.figure(over: hour(start))).estimate
    let second = try #require(series.figure(over: hour(start + .hours(1)))).estimate
    let ratio = second / first
    #expect(abs(ratio.value.value - 2) < 1e-12)
    #expect(abs(ratio.low.value - 2) < 1e-9 && abs(ratio.high.value - 2) < 1e-9)
    #expect(abs(first.low.gramsPerKilowattHour - 80) < 1e-9)
  }

  @Test("of a single signal is published, or modelled when estimated or computed by a method of ours")
  func origin() throws {
    let series = try hourly([100])
    let signal = series.signal(try #require(series.slots.first))
    #expect(signal.figure()?.estimate.origin == .published)
    #expect(signal.figure()?.estimate.method == Signal.takenAsPublished)
    #expect(signal.figure()?.receipt.note?.contains("states no uncertainty") == true)
    let computed = Signal(
      region: signal.region, kind: signal.kind, unit: signal.unit, validity: signal.validity, value: 100,
      issuedAt: signal.issuedAt, provider: "intensity-by-fuel@1", source: signal.source)
    #expect(computed.figure()?.estimate.origin == .modelled)
    #expect(computed.figure()?.estimate.method == GridMethods.intensityByFuel)
  }
}

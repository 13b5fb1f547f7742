import Foundation
import Grid
import Methods
import Quantities
import Synchronization
import Testing

@testable import GridProviders

@Suite("ENTSO-E")
struct ENTSOETests {
  let now = at("2024-05-01T12:10Z")
  let codec = ENTSOE(token: key, fuels: exactFuels)
  func history(_ kind: SignalKind) -> SignalQuery {
    SignalQuery(germany, kind, .history(range("2024-05-01T08:00Z", "2024-05-01T12:00Z")))
  }
  func readError(_ body: String, _ kind: SignalKind = .averageLifecycle) -> ProviderError? {
    failure { () throws(ProviderError) in try read(codec, history(kind), body, at: now) }
  }

  @Test("intensity is the generation's, weighted by fuel")
  func intensity() throws {
    let hours = { (points: [(Int, String)]) in
      [(start: "2024-05-01T08:00Z", end: "2024-05-01T10:00Z", step: "PT60M", points: points)]
    }
    let body = Documented.entsoe([
      ("B05", "A01", hours([(1, "1000"), (2, "1000")])), ("B19", "A01", hours([(1, "1000"), (2, "3000")])),
    ])
    let signals = try read(codec, history(.averageLifecycle), body, at: now)
    let expected: [Double] = [415.5, 213.25]
    #expect(signals.map(\.value) == expected)
    #expect(signals[0].validity == range("2024-05-01T08:00Z", "2024-05-01T09:00Z"))
    #expect(signals[0].method == GridMethods.intensityByFuel && signals[0].issuedAt == now)
    #expect(signals[0].origin == .modelled)
  }

  @Test(
    "curve A03 leaves out what stays the same: it is filled forward; curve A01 has every point: a missing one is missing"
  )
  func curves() throws {
    let points = [(1, "10"), (4, "40")]
    let period = [(start: "2024-05-01T08:00Z", end: "2024-05-01T10:00Z", step: "PT15M", points: points)]
    func load(_ curve: String) throws -> [Signal] {
      try read(
        codec, history(.demand), Documented.entsoe([(nil, curve, period)], domain: "outBiddingZone_Domain.mRID"),
        at: now)
    }
    let filled = try load("A03")
    #expect(filled.map(\.value) == [10, 40])
    #expect(
      filled.map(\.validity) == [
        range("2024-05-01T08:00Z", "2024-05-01T08:45Z"), range("2024-05-01T08:45Z", "2024-05-01T10:00Z"),
      ])
    #expect(try load("A01").map(\.validity.span) == [.seconds(900), .seconds(900)])
    #expect(filled[0].unit == "MW")
  }

  @Test("the resolution may change inside an answer, and fuels may differ in it")
  func resolutions() throws {
    let body = Documented.entsoe([
      (
        "B05", "A01",
        [
          (start: "2024-05-01T08:00Z", end: "2024-05-01T09:00Z", step: "PT60M", points: [(1, "1000")]),
          (start: "2024-05-01T09:00Z", end: "2024-05-01T10:00Z", step: "PT30M", points: [(1, "1000"), (2, "2000")]),
        ]
      ),
      (
        "B19", "A01",
        [(start: "2024-05-01T08:00Z", end: "2024-05-01T10:00Z", step: "PT60M", points: [(1, "1000"), (2, "1000")])]
      ),
    ])
    let signals = try read(codec, history(.averageLifecycle), body, at: now)
    let last = 1651.0 / 3
    #expect(signals.map(\.value).prefix(2) == [415.5, 415.5])
    #expect(abs(signals[2].value - last) < 1e-9)
    #expect(signals.map(\.validity.span.hours) == [1, 0.5, 0.5])
  }

  @Test("an hour in which a fuel is missing is a gap; what plants and stores take is no generation")
  func missing() throws {
    let whole = [
      (start: "2024-05-01T08:00Z", end: "2024-05-01T10:00Z", step: "PT60M", points: [(1, "1000"), (2, "1000")])
    ]
    let half = [(start: "2024-05-01T08:00Z", end: "2024-05-01T10:00Z", step: "PT60M", points: [(1, "1000")])]
    let body = Documented.entsoe([("B05", "A01", whole), ("B14", "A01", half), ("B10", "A01", whole)])
    #expect(try read(codec, history(.averageLifecycle), body, at: now).map(\.value) == [416])
    let pumping = Documented.entsoe([("B10", "A01", whole)], domain: "outBiddingZone_Domain.mRID")
    #expect(readError(pumping) == .noValues("of generation"))
  }

  @Test("nothing found, another area, another unit, a web page and an unknown type are told apart")
  func traps() {
    let period = [(start: "2024-05-01T08:00Z", end: "2024-05-01T09:00Z", step: "PT60M", points: [(1, "1000")])]
    #expect(readError(Documented.entsoeNothing) == .noValues("is published for the time"))
    #expect(
      readError(Documented.entsoe([("B05", "A01", period)], area: "10YFR-RTE------C"))
        == .otherRegion(asked: "10Y1001A1001A83F", got: "10YFR-RTE------C"))
    #expect(
      readError(Documented.entsoe([("B05", "A01", period)], unit: "KWT")) == .otherUnit(expected: "MAW", got: "KWT"))
    #expect(
      readError("<!DOCTYPE html><html><body>Sign in</body></html>")
        == .notData(expected: "XML", got: "a web page (a sign-in or error page?)"))
    for body in [
      Documented.entsoe([("B99", "A01", period)]), Documented.entsoe([("B05", "A07", period)]),
      Documented.entsoe([
        ("B05", "A01", [(start: "2024-05-01T08:00Z", end: "2024-05-01T09:00Z", step: "PT7M", points: [(1, "1")])])
      ]),
      Documented.entsoe([
        ("B05", "A01", [(start: "2024-05-01T08:00Z", end: "2024-05-01T09:00Z", step: "PT60M", points: [(2, "1")])])
      ]),
      Documented.entsoe([
        ("B05", "A01", [(start: "2024-05-01T08:00Z", end: "2024-05-01T09:00Z", step: "PT60M", points: [(1, "")])])
      ]),
      Documented.entsoe([("B05", "A01", period + period.map { ($0.start, $0.end, $0.step, [(1, "999")]) })]),
    ] {
      guard case .malformed = readError(body) else {
        Issue.record("accepted: \(String(describing: readError(body)))")
        continue
      }
    }
  }

  @Test("prices may be negative and keep their currency")
  func prices() throws {
    let query = SignalQuery(germany, .price, .history(range("2023-01-01T00:00Z", "2023-01-01T04:00Z")))
    let signals = try read(codec, query, Documented.entsoePrices, at: now)
    #expect(signals.map(\.value) == [-3.36, 12.5])
    #expect(signals[0].unit == "EUR/MWh" && signals[0].validity.span == .hours(2))
    let url = try codec.requests(for: query, at: now)[0].url
    #expect(url.contains("documentType=A44&in_Domain=10Y1001A1001A82H&out_Domain=10Y1001A1001A82H"))
    #expect(url.contains("periodStart=202301010000&periodEnd=202301010400"))
  }

  @Test("net load is load less wind and sun, and a day ahead it is the forecast of both")
  func netLoad() throws {
    let query = SignalQuery(germany, .netLoad, .forecast(range("2024-05-02T00:00Z", "2024-05-02T02:00Z")))
    let requests = try codec.requests(for: query, at: now)
    #expect(requests.map { $0.url.contains("A65") } == [true, false])
    #expect(requests[1].url.contains("documentType=A69&processType=A01"))
    let hours = { (points: [(Int, String)]) in
      [(start: "2024-05-02T00:00Z", end: "2024-05-02T02:00Z", step: "PT60M", points: points)]
    }
    let load = Documented.entsoe(
      [(nil, "A01", hours([(1, "50000"), (2, "52000")]))], domain: "outBiddingZone_Domain.mRID")
    let sunAndWind = Documented.entsoe([
      ("B16", "A01", hours([(1, "0"), (2, "2000")])), ("B19", "A01", hours([(1, "10000")])),
    ])
    let signals = try codec.signals(
      in: [answer(load, to: requests[0], readAt: now), answer(sunAndWind, to: requests[1], readAt: now)], for: query)
    #expect(signals.map(\.value) == [40_000])
    #expect(signals[0].isEstimated)
  }

  @Test("every area's code carries its own check character, and a slip in one is noticed")
  func codes() {
    let codes = Array(EnergyIdentificationCode.areas.values) + Array(EnergyIdentificationCode.priceAreas.values)
    #expect(codes.count > 30)
    #expect(codes.filter { !EnergyIdentificationCode.isValid($0) }.isEmpty)
    #expect(!EnergyIdentificationCode.isValid("10Y1001A1001A84F"))
    #expect(
      ENTSOE(token: key, fuels: exactFuels, areas: [germany: "10Y1001A1001A84F"]).objection(to: history(.demand)) != nil
    )
  }
}

@Suite("EIA-930")
struct EIA930Tests {
  let now = at("2024-01-01T08:00Z")
  let newEngland = try! Region("US-NE-ISNE")
  let codec = EIA930(key: key, fuels: exactFuels)
  var query: SignalQuery {
    SignalQuery(newEngland, .averageLifecycle, .history(range("2024-01-01T04:00Z", "2024-01-01T06:00Z")))
  }

  @Test("values may be numbers or texts; a period names its hour's end; a null leaves the hour a gap")
  func values() throws {
    let signals = try read(codec, query, Documented.eiaFuels, at: now)
    let expected = 298.8
    #expect(signals.count == 1 && abs(signals[0].value - expected) < 1e-9)
    #expect(signals[0].validity == range("2024-01-01T04:00Z", "2024-01-01T05:00Z"))
    let starts = EIA930(key: key, fuels: exactFuels, label: .start)
    #expect(
      try read(starts, query, Documented.eiaFuels, at: now)[0].validity
        == range("2024-01-01T05:00Z", "2024-01-01T06:00Z"))
  }

  @Test("brackets in the query are percent-encoded, and the key is kept out of sight")
  func request() throws {
    let request = try codec.requests(for: query, at: now)[0]
    #expect(
      request.url.contains(
        "&data%5B0%5D=value&facets%5Brespondent%5D%5B%5D=ISNE&start=2024-01-01T04&end=2024-01-01T07&"))
    #expect(request.description.contains("api_key=***"))
    #expect(!request.description.contains("S3cr3t"))
  }

  @Test("pages are asked for until all rows are there, and a page that brings nothing ends it")
  func pages() throws {
    let first = try codec.requests(for: query, at: now)[0]
    let next = try codec.next(
      after: answer(Documented.eiaFuels.replacing("\"total\":\"4\"", with: "\"total\":9"), to: first, readAt: now))
    #expect(next?.url.contains("offset=4&length=5000") == true)
    #expect(try codec.next(after: answer(Documented.eiaFuels, to: first, readAt: now)) == nil)
    #expect(try codec.next(after: answer(#"{"response":{"total":"9","data":[]}}"#, to: first, readAt: now)) == nil)
  }

  @Test("another respondent, unit or fuel is refused")
  func changes() {
    func error(_ old: String, _ new: String) -> ProviderError? {
      failure { () throws(ProviderError) in
        try read(codec, query, Documented.eiaFuels.replacing(old, with: new), at: now)
      }
    }
    #expect(error("ISNE", "NYIS") == .otherRegion(asked: "ISNE", got: "NYIS"))
    #expect(error("megawatthours", "kilowatthours") == .otherUnit(expected: "megawatthours", got: "kilowatthours"))
    #expect(error("NUC", "XXX")?.description.contains("'XXX' is no known fuel") == true)
    #expect(error("2024-01-01T05", "2024-01-01")?.description.contains("is no hour of the form") == true)
    // One hour of one fuel twice, with two values.
    let twice = error(
      #""period":"2024-01-01T06","respondent":"ISNE","fueltype":"NUC","type-name":"Nuclear","value":"4000""#,
      #""period":"2024-01-01T05","respondent":"ISNE","fueltype":"NUC","type-name":"Nuclear","value":"4001""#)
    #expect(twice?.description.contains("two values for 2024-01-01T04:00:00Z") == true)
  }

  @Test(
    "a week of the real grid comes out of the API's form as it comes out of the file",
    .enabled(if: SharedData.isThere, "the shared data are not beside the repository"))
  func sameAsFile() throws {
    let file = try SeriesFile(SharedData.bytes("eia_ISNE_2020_2021_hourly.csv.gz"), name: "eia_ISNE")
    let expected = try exactFuels.intensity(of: file, region: newEngland, source: Source("EIA")).series
    let codes = [
      "coal": "COL", "nat_gas": "NG", "nuclear": "NUC", "oil": "OIL", "hydro": "WAT", "solar": "SUN", "wind": "WND",
      "other": "OTH",
    ]
    var rows: [String] = []
    let week = range("2021-02-01T00:00Z", "2021-02-08T00:00Z")
    for (column, code) in codes {
      guard let name = file.columns.first(where: { $0.hasPrefix(column + "_") && $0.hasSuffix("mwh") }) else {
        Issue.record("no column for \(column) in \(file.columns)")
        continue
      }
      let series = try file.series(column: name, region: newEngland)
      for slot in series.slice(week).slots {
        rows.append(
          #"{"period":"\#(slot.end.description.prefix(13))","respondent":"ISNE","fueltype":"\#(code)","value":"\#(slot.value)"}"#
        )
      }
    }
    let body = #"{"response":{"total":\#(rows.count),"data":[\#(rows.joined(separator: ","))]}}"#
    let query = SignalQuery(newEngland, .averageLifecycle, .history(week))
    let signals = try read(codec, query, body, at: at("2021-02-10T00:00Z"))
    #expect(signals.count == 168)
    let slots = expected.slice(week).slots
    #expect(signals.map(\.validity) == slots.map(\.validity))
    // Summed in another order.
    #expect(zip(signals, slots).allSatisfy { abs($0.value - $1.value) < 1e-9 })
  }
}

/// Counts across tasks.
final class Counter: Sendable {
  private let counts = Mutex((value: 0, uses: 0))
  func next() -> Int {
    counts.withLock {
      $0.value += 1
      return $0.value
    }
  }
  var value: Int { counts.withLock { $0.value } }
  /// How often this was asked.
  func uses() -> Int {
    counts.withLock {
      $0.uses += 1
      return $0.uses
    }
  }
}

import Factors
import Grid
import Quantities
import Testing

@testable import GridProviders

@Suite("WattTime")
struct WattTimeTests {
  let now = at("2024-05-01T10:07Z")
  let codec = WattTime(user: "someone", password: key, names: [california: "CAISO_NORTH"])

  @Test("pounds per MWh become grams per kWh, and the value is marginal and nothing else")
  func pounds() throws {
    let query = SignalQuery(california, .marginal, .history(range("2024-05-01T10:00Z", "2024-05-01T10:10Z")))
    let signals = try read(codec, query, Documented.wattTime, at: now)
    #expect(signals.map(\.value) == [453.59237, 870.4 * 0.45359237])
    #expect(signals[0].validity == range("2024-05-01T10:00Z", "2024-05-01T10:05Z"))
    #expect(signals.allSatisfy { $0.kind == .marginal && !$0.isEstimated && $0.issuedAt == now })
    #expect(codec.objection(to: SignalQuery(california, .averageLifecycle, .latest)) != nil)
  }

  @Test("the first point of a forecast is the estimate for now")
  func latest() throws {
    let signals = try read(
      codec, SignalQuery(california, .marginal, .latest), Documented.wattTime, at: at("2024-05-01T10:01Z"))
    #expect(signals.count == 1)
    #expect(signals[0].isEstimated && signals[0].issuedAt == at("2024-05-01T09:59Z"))
  }

  @Test("another unit, region or signal is refused")
  func changes() {
    let query = SignalQuery(california, .marginal, .latest)
    func error(_ old: String, _ new: String) -> ProviderError? {
      failure { () throws(ProviderError) in
        try read(codec, query, Documented.wattTime.replacing(old, with: new), at: now)
      }
    }
    #expect(
      error("lbs_co2_per_mwh", "kg_co2_per_mwh") == .otherUnit(expected: "lbs_co2_per_mwh", got: "kg_co2_per_mwh"))
    #expect(error("CAISO_NORTH", "ERCOT_WEST") == .otherRegion(asked: "CAISO_NORTH", got: "ERCOT_WEST"))
    #expect(error("co2_moer", "co2_aoer") == .otherKind(asked: "marginal carbon intensity", got: "co2_aoer"))
    #expect(
      codec.objection(to: SignalQuery(germany, .marginal, .latest))
        == .noSuchRegion(germany, hint: "name WattTime's region for it, as CAISO_NORTH"))
  }

  @Test("a past of 65 days is asked for in three pieces")
  func pieces() throws {
    let query = SignalQuery(california, .marginal, .history(range("2024-01-01T00:00Z", "2024-03-06T00:00Z")))
    #expect(try codec.requests(for: query, at: now).count == 3)
  }

  @Test("a token is got once, used for 25 minutes, renewed then, and renewed once when it is refused")
  func token() async throws {
    let clock = ManualGridClock(now)
    let transport = ScriptedTransport { request in
      if request.path == "/login" {
        #expect(
          request.headerPairs.contains {
            $0 == ("Authorization", "Basic c29tZW9uZTpTM2NyM3QvSzN5K3RoYXQ9bm9ib2R5Jm1heX5zZWU=")
          })
        return .success(FetchResponse(status: 200, body: Array(#"{"token":"t0k3n"}"#.utf8)))
      }
      #expect(request.headerPairs.contains { $0 == ("Authorization", "Bearer t0k3n") })
      return .success(FetchResponse(status: 200, body: Array(Documented.wattTime.utf8)))
    }
    let supplier = RemoteSupplier(codec, fetcher: Fetcher(transport, clock: clock), store: nil, clock: clock)
    let query = SignalQuery(california, .marginal, .latest)
    for minutes in [0.0, 10, 24, 26, 40] {
      clock.set(to: now + .seconds(minutes * 60))
      _ = try await supplier.deliver(query, by: clock.now + .seconds(30))
    }
    #expect(transport.requests.filter { $0.path == "/login" }.count == 2)

    let logins = Counter()
    let refusing = ScriptedTransport { request in
      if request.path == "/login" {
        return .success(FetchResponse(status: 200, body: Array(#"{"token":"t\#(logins.next())"}"#.utf8)))
      }
      let isFresh = request.headerPairs.contains { $0.value == "Bearer t2" }
      return .success(
        isFresh || logins.value == 1 && request.query.contains { $0.value == "co2_moer" } && logins.uses() == 1
          ? FetchResponse(status: 200, body: Array(Documented.wattTime.utf8)) : FetchResponse(status: 401))
    }
    let second = RemoteSupplier(codec, fetcher: Fetcher(refusing, clock: clock), store: nil, clock: clock)
    _ = try await second.deliver(query, by: clock.now + .seconds(30))
    _ = try await second.deliver(query, by: clock.now + .seconds(30))
    #expect(logins.value == 2)
  }

  @Test("which region a place is in can be asked")
  func place() throws {
    let request = codec.regionRequest(latitude: 37.77, longitude: -122.42)
    #expect(
      request.url == "https://api.watttime.org/v3/region-from-loc?latitude=37.77&longitude=-122.42&signal_type=co2_moer"
    )
    let response = FetchResponse(status: 200, body: Array(#"{"region":"CAISO_NORTH","region_full_name":"x"}"#.utf8))
    #expect(try codec.region(in: response) == "CAISO_NORTH")
  }
}

@Suite("Open-Meteo")
struct OpenMeteoTests {
  let now = at("2024-05-01T11:30Z")
  let codec = OpenMeteo(places: [germany: Coordinates(latitude: 42.21, longitude: -72.61)])

  @Test("times are asked for in seconds and GMT; a null is no value; frost is a value")
  func values() throws {
    let query = SignalQuery(germany, .temperature, .latest)
    let signals = try read(codec, query, Documented.openMeteo, at: now)
    #expect(signals.map(\.value) == [11.5, -0.5])
    #expect(signals[0].validity == range("2024-05-01T09:00Z", "2024-05-01T10:00Z"))
    #expect(signals.allSatisfy { $0.isEstimated })
    let url = try codec.requests(for: query, at: now)[0].url
    #expect(url.contains("timeformat=unixtime&timezone=GMT"))
    #expect(
      try codec.requests(for: SignalQuery(germany, .wetBulb, .latest), at: now)[0].url.contains(
        "hourly=wet_bulb_temperature_2m"))
    let old = SignalQuery(germany, .temperature, .history(range("2023-01-01T00:00Z", "2023-02-01T00:00Z")))
    #expect(try codec.requests(for: old, at: now)[0].url.hasPrefix("https://archive-api.open-meteo.com/v1/archive?"))
  }

  @Test("an answer with one offset for the whole year is refused, and so are another place and another unit")
  func traps() {
    func error(_ old: String, _ new: String) -> ProviderError? {
      failure { () throws(ProviderError) in
        try read(
          codec, SignalQuery(germany, .temperature, .latest), Documented.openMeteo.replacing(old, with: new), at: now)
      }
    }
    #expect(
      error("\"utc_offset_seconds\":0", "\"utc_offset_seconds\":7200")?.description.contains("7200.0 s off GMT") == true
    )
    #expect(error("42.2,", "52.2,") == .otherRegion(asked: "42.21, -72.61", got: "52.2, -72.6"))
    #expect(error("\"°C\"", "\"°F\"") == .otherUnit(expected: "°C", got: "F"))
    #expect(
      error("{\"latitude\"", "{\"error\":true,\"reason\":\"Daily limit\",\"latitude\"")
        == .status(200, said: "Daily limit"))
  }
}

@Suite("A Carbon Aware SDK server")
struct CarbonAwareSDKTests {
  let now = at("2024-05-01T10:02Z")
  let codec = CarbonAwareSDK(
    address: WebAddress("http://sdk:8080")!, kind: .marginal, locations: [california: "eastus"])

  @Test("emissions and forecasts are read as it emits them, and a point without a value stays without one")
  func shapes() throws {
    let latest = try read(codec, SignalQuery(california, .marginal, .latest), Documented.sdkEmissions, at: now)
    #expect(latest.map(\.value) == [70, 71.5])
    #expect(latest[1].validity == range("2024-05-01T10:00Z", "2024-05-01T10:05Z"))
    let query = SignalQuery(california, .marginal, .forecast(range("2024-05-01T10:00Z", "2024-05-01T12:00Z")))
    let forecast = try read(codec, query, Documented.sdkForecast, at: now)
    #expect(forecast.map(\.value) == [448.44, 400.5])
    #expect(forecast.allSatisfy { $0.isEstimated && $0.issuedAt == at("2024-05-01T09:55Z") })
    #expect(
      try codec.requests(for: query, at: now)[0].url == "http://sdk:8080/emissions/forecasts/current?location=eastus")
  }

  @Test("an answer about now, when the past was asked for, holds nothing")
  func wrongTime() throws {
    let past = SignalQuery(california, .marginal, .history(range("2024-04-01T00:00Z", "2024-04-02T00:00Z")))
    #expect(try read(codec, past, Documented.sdkEmissions, at: now).isEmpty)
    let nothing = answer("", readAt: now, status: 204)
    #expect(try codec.signals(in: [nothing], for: past).isEmpty)
  }

  @Test("durations are .NET time spans")
  func durations() {
    #expect(DotNetTimeSpan.parse("00:05:00") == .seconds(300))
    #expect(DotNetTimeSpan.parse("1.12:24:02") == .seconds(131_042))
    #expect(DotNetTimeSpan.parse("00:00:00.5") == .seconds(0.5))
    for text in ["", "5", "00:60:00", "24:00:00", "00:05", "-00:05:00", "1.2.3:00:00", "00:00:0x", "00:00:00."] {
      #expect(DotNetTimeSpan.parse(text) == nil, "\(text)")
    }
  }

  @Test("another location is refused")
  func otherLocation() {
    let error = failure { () throws(ProviderError) in
      try read(
        codec, SignalQuery(california, .marginal, .latest), Documented.sdkEmissions.replacing("eastus", with: "westus"),
        at: now)
    }
    #expect(error == .otherRegion(asked: "eastus", got: "westus"))
  }
}

@Suite("Any CSV or JSON by a mapping")
struct MappingTests {
  let now = at("2024-03-24T12:00Z")

  @Test("fields may lie deep, numbers may be texts, units are converted, and the time may be the end")
  func json() throws {
    let mapping = SignalMapping(
      name: "mine", region: germany, kind: .averageDirect, format: .json, records: "result.rows", time: "at.end",
      timeFormat: .unixMilliseconds, timeIs: .end, intervalSeconds: 900, value: "v", unit: "lb/MWh", estimated: "guess")
    let body =
      #"{"result":{"rows":[{"at":{"end":1711281600000},"v":"1000","guess":1},{"at":{"end":1711282500000},"v":null}]}}"#
    let signals = try MappedReader(mapping: mapping).signals(in: Array(body.utf8), readAt: now)
    #expect(signals.count == 1)
    #expect(signals[0].value == 453.59237 && signals[0].unit == "g/kWh" && signals[0].isEstimated)
    #expect(signals[0].validity == range("2024-03-24T11:45Z", "2024-03-24T12:00Z"))
  }

  @Test("a mapping that leaves the interval or the unit open is refused with what to write")
  func objections() {
    var mapping = SignalMapping(
      name: "m", region: germany, kind: .average, format: .csv, time: "t", value: "v", unit: "g/kWh")
    #expect(mapping.objection?.contains("intervalSeconds") == true)
    mapping.intervalSeconds = 3600
    #expect(mapping.objection == nil)
    mapping.unit = "g"
    #expect(mapping.objection?.contains("write g/kWh") == true)
    mapping.unit = "g/kWh"
    mapping.intervalSeconds = 0
    #expect(mapping.objection != nil)
  }

  @Test("degrees Fahrenheit and kelvin become degrees Celsius")
  func temperatures() throws {
    let fahrenheit = try #require(UnitConversion(from: "°F", for: .temperature))
    #expect(abs(fahrenheit(212) - 100) < 1e-12 && abs(fahrenheit(32)) < 1e-12)
    let kelvin = try #require(UnitConversion(from: "K", for: .wetBulb))
    #expect(kelvin(273.15) == 0)
    #expect(UnitConversion(from: "°C", for: .average) == nil)
  }

  @Test("a time without a zone, a wrong number and a missing column name their place")
  func places() {
    let mapping = SignalMapping(
      name: "m", region: germany, kind: .average, format: .csv, time: "t", intervalSeconds: 3600, value: "v",
      unit: "g/kWh")
    func text(_ body: String) -> String {
      "\(failure { () throws(ProviderError) in try MappedReader(mapping: mapping).signals(in: Array(body.utf8), readAt: now) }.map(\.description) ?? "none")"
    }
    #expect(text("t,v\n2024-03-24T00:00,1\n").contains("line 2"))
    #expect(text("t,v\n2024-03-24T00:00Z,nan\n").contains("'v' is 'nan', not a number"))
    #expect(text("t,w\n2024-03-24T00:00Z,1\n").contains("line 1"))
    #expect(text("<html></html>").contains("a web page"))
  }

  @Test(
    "the recorded CSV and JSON files are read",
    .enabled(if: SharedData.isThere, "the shared data are not beside the repository"))
  func recorded() async throws {
    let cats = SignalMapping(
      name: "NESO", region: britain, kind: .average, format: .csv, time: "time", intervalSeconds: 1800,
      value: "intensity", unit: "g/kWh", isForecast: true)
    let bytes = try SharedData.bytes("fixtures/neso_gb_forecast_24h_cats_sample.csv")
    let file = MappedFile(cats, clock: ManualGridClock(at("2023-05-04T12:40Z"))) { bytes }
    let all = SignalQuery(britain, .average, .forecast(range("2023-05-04T12:00Z", "2023-05-06T00:00Z")))
    let delivery = try await file.deliver(all, by: at("2023-05-04T12:41Z"))
    #expect(delivery.signals.first?.value == 11)
    #expect(delivery.signals.first?.validity == range("2023-05-04T12:30Z", "2023-05-04T13:00Z"))
    let gsf = SignalMapping(
      name: "GSF", region: germany, kind: .average, format: .json, records: "Emissions", time: "Time",
      intervalSeconds: 900, value: "Rating", unit: "g/kWh", isForecast: true)
    let signals = try MappedReader(mapping: gsf).signals(
      in: SharedData.bytes("fixtures/gsf_json_datasource_de_forecast.json"), readAt: now)
    #expect(signals.prefix(2).map(\.value) == [185.3, 184.9])
  }

  @Test("an endpoint's address and query are filled in, and its key is kept out of sight")
  func endpoint() throws {
    let mapping = SignalMapping(
      name: "m", region: germany, kind: .average, format: .json, time: "t", intervalSeconds: 3600, value: "v",
      unit: "g/kWh")
    let endpoint = MappedEndpoint(
      mapping, address: WebAddress("https://example.org/api")!, path: "/{region}/data",
      query: [.init("from", "{start}"), .init("key", key!)])
    let request = try endpoint.requests(
      for: SignalQuery(germany, .average, .history(range("2024-03-01T00:00Z", "2024-03-02T00:00Z"))), at: now)[0]
    #expect(request.description == "GET https://example.org/api/DE/data?from=2024-03-01T00%3A00%3A00Z&key=***")
    #expect(request.url.contains("key=S3cr3t%2FK3y%2Bthat%3Dnobody%26may~see"))
  }
}

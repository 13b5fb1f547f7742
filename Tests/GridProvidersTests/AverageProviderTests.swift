import Grid
import GridProviders
import Quantities
import Testing

@testable import GridProviders

@Suite("Electricity Maps")
struct ElectricityMapsTests {
  let now = at("2024-05-01T10:20Z")
  let codec = ElectricityMaps(key: key)
  func query(_ extent: SignalQuery.Extent, _ kind: SignalKind = .averageLifecycle) -> SignalQuery {
    SignalQuery(germany, kind, extent)
  }

  @Test(
    "the latest value holds for the hour that its stamp begins, is issued when it was updated, and says it is estimated"
  )
  func latest() throws {
    let signals = try read(codec, query(.latest), Documented.electricityMapsLatest, at: now)
    #expect(signals.count == 1)
    #expect(signals[0].validity == range("2024-05-01T10:00Z", "2024-05-01T11:00Z"))
    #expect(signals[0].value == 322)
    #expect(signals[0].issuedAt == at("2024-05-01T10:07:31.002Z"))
    #expect(signals[0].isEstimated)
    #expect(signals[0].provider == "Electricity Maps")
  }

  @Test(
    "a request names the zone and the factors, switches the fallback to the caller's place off, and holds the key in a header"
  )
  func request() throws {
    let request = try codec.requests(for: query(.latest, .averageDirect), at: now)[0]
    #expect(request.url.hasPrefix("https://api.electricitymaps.com/v3/carbon-intensity/latest?zone=DE"))
    #expect(request.url.contains("emissionFactorType=direct"))
    #expect(request.url.contains("shouldUseFallbackCallerLookup=false"))
    #expect(request.headerPairs.contains { $0 == ("auth-token", secretText) })
    let older = ElectricityMaps(key: key, address: ElectricityMaps.olderAddress, keyHeader: "X-BLOBR-KEY")
    let old = try older.requests(for: query(.latest), at: now)[0]
    #expect(old.url.hasPrefix("https://api.electricitymap.org/v3/carbon-intensity/latest?"))
    #expect(old.headerPairs.contains { $0.name == "X-BLOBR-KEY" })
  }

  @Test("an hour without a value is a gap and not zero")
  func gap() throws {
    let signals = try read(
      codec, query(.history(range("2024-05-01T08:00Z", "2024-05-01T10:00Z"))), Documented.electricityMapsHistory,
      at: now)
    #expect(signals.map(\.value) == [300])
    #expect(!signals[0].isEstimated)
  }

  @Test("an answer for another zone is refused, and so is one that names none")
  func otherZone() {
    let body = Documented.electricityMapsLatest
    #expect(
      failure { () throws(ProviderError) in
        try read(codec, query(.latest), body.replacing("\"DE\"", with: "\"FR\""), at: now)
      } == .otherRegion(asked: "DE", got: "FR"))
    let unnamed = failure { () throws(ProviderError) in
      try read(codec, query(.latest), body.replacing("\"zone\":\"DE\",", with: ""), at: now)
    }
    #expect("\(unnamed.map(\.description) ?? "")".contains("'zone' is missing"))
  }

  @Test("direct values are never taken for lifecycle ones")
  func otherFactors() {
    let error = failure { () throws(ProviderError) in
      try read(codec, query(.latest, .averageDirect), Documented.electricityMapsLatest, at: now)
    }
    #expect(error == .otherKind(asked: "average direct carbon intensity", got: "lifecycle"))
    #expect(codec.objection(to: query(.latest, .marginal)) != nil)
  }

  @Test("a forecast is estimated and issued when the whole of it was")
  func forecast() throws {
    let query = query(.forecast(range("2024-05-01T10:00Z", "2024-05-02T10:00Z")))
    let signals = try read(codec, query, Documented.electricityMapsForecast, at: now)
    #expect(signals.map(\.value) == [326, 318])
    #expect(signals.allSatisfy { $0.isEstimated && $0.issuedAt == at("2024-05-01T09:55Z") })
    #expect(try codec.requests(for: query, at: now)[0].url.contains("horizonHours=24"))
  }

  @Test("a long past is asked for in pieces of 240 hours that meet, and a century is refused")
  func pieces() throws {
    let year = range("2023-01-01T00:00Z", "2024-01-01T00:00Z")
    let requests = try codec.requests(for: query(.history(year)), at: now)
    #expect(requests.count == 37)
    #expect(requests[0].url.contains("past-range?zone=DE"))
    #expect(requests[0].url.contains("start=2023-01-01T00%3A00%3A00Z&end=2023-01-11T00%3A00%3A00Z"))
    #expect(requests[1].url.contains("start=2023-01-11T00%3A00%3A00Z"))
    #expect(requests[36].url.contains("end=2024-01-01T00%3A00%3A00Z"))
    let error = failure { () throws(ProviderError) in
      try codec.requests(for: query(.history(range("1924-01-01T00:00Z", "2024-01-01T00:00Z"))), at: now)
    }
    #expect(error == .tooManyCalls(3653, limit: 100))
    #expect(
      try codec.requests(for: query(.history(range("2024-05-01T00:00Z", "2024-05-01T10:00Z"))), at: now)[0].url
        .contains("/history?"))
  }

  @Test("an issue time ahead of our clock is taken for the time of reading, so that what we have is not hidden from us")
  func clockAhead() throws {
    let early = at("2024-05-01T10:05Z")
    #expect(try read(codec, query(.latest), Documented.electricityMapsLatest, at: early)[0].issuedAt == early)
  }

  @Test("without a key, and with one that is refused, the error says where to put it")
  func keys() {
    #expect("\(ElectricityMaps(key: nil).objection(to: query(.latest))!)".contains("DIMMER_ELECTRICITY_MAPS_KEY"))
    let error = failure { () throws(ProviderError) in
      try read(codec, query(.latest), #"{"error":"Invalid auth-token"}"#, at: now)
    }
    #expect(error == .keyRefused(status: 200, place: "DIMMER_ELECTRICITY_MAPS_KEY"))
  }
}

@Suite("UK Carbon Intensity")
struct UKCarbonIntensityTests {
  let now = at("2023-12-03T10:50Z")
  let codec = UKCarbonIntensity()

  @Test("now is the actual value where there is one, and else the forecast of the current half hour, flagged")
  func latest() throws {
    let signals = try read(codec, SignalQuery(britain, .average, .latest), Documented.ukNational, at: now)
    #expect(signals.map(\.value) == [206, 216])
    #expect(signals.map(\.isEstimated) == [false, true])
    #expect(signals[0].validity == range("2023-12-03T10:00Z", "2023-12-03T10:30Z"))
  }

  @Test("the past is actual values only, for a forecast is overwritten after the fact; the future is forecasts only")
  func apart() throws {
    let past = SignalQuery(britain, .average, .history(range("2023-12-03T10:00Z", "2023-12-03T11:30Z")))
    #expect(try read(codec, past, Documented.ukNational, at: now).map(\.value) == [206])
    let future = SignalQuery(britain, .average, .forecast(range("2023-12-03T10:00Z", "2023-12-03T12:00Z")))
    let forecast = try read(codec, future, Documented.ukNational, at: now)
    #expect(forecast.map(\.value) == [216, 220])
    #expect(forecast.allSatisfy { $0.isEstimated && $0.issuedAt == now })
  }

  @Test("within one half hour the URL stays the same and its stamps are a minute past")
  func stamps() throws {
    let query = SignalQuery(britain, .average, .forecast(range("2023-12-03T10:50Z", "2023-12-05T10:50Z")))
    let urls = try ["2023-12-03T10:30Z", "2023-12-03T10:50Z", "2023-12-03T10:59:59Z"].map {
      try codec.requests(for: query, at: at($0))[0].url
    }
    #expect(Set(urls) == ["https://api.carbonintensity.org.uk/intensity/2023-12-03T10:31Z/2023-12-05T10:31Z"])
  }

  @Test("a region's answer is an object around a list, has no actual value, and must be about the asked region")
  func regional() throws {
    let oxford = try Region("GB-OX1")
    let codec = UKCarbonIntensity(areas: [oxford: .postcode("ox1")])
    let signals = try read(codec, SignalQuery(oxford, .average, .latest), Documented.ukRegional, at: now)
    #expect(signals.map(\.value) == [180])
    #expect(signals[0].isEstimated && signals[0].region == oxford)
    #expect(try codec.requests(for: SignalQuery(oxford, .average, .latest), at: now)[0].url.hasSuffix("/postcode/OX1"))
    #expect(
      codec.objection(to: SignalQuery(oxford, .average, .history(range("2023-12-01T00:00Z", "2023-12-02T00:00Z"))))
        != nil)
    let other = UKCarbonIntensity(areas: [oxford: .region(3)])
    let error = failure { () throws(ProviderError) in
      try read(other, SignalQuery(oxford, .average, .latest), Documented.ukRegional, at: now)
    }
    #expect(error == .otherRegion(asked: "region 3", got: "region 12"))
    let whole = UKCarbonIntensity(areas: [oxford: .postcode("OX1 1AA")])
    #expect(whole.objection(to: SignalQuery(oxford, .average, .latest)) != nil)
  }

  @Test("an empty answer and an error in an answer are told apart from no values")
  func wrongPostcode() {
    let query = SignalQuery(britain, .average, .latest)
    #expect(
      failure { () throws(ProviderError) in try read(codec, query, "", at: now) }
        == .noValues("came: the answer is empty"))
    let error = #"{"error":{"code":"400 Bad Request","message":"Please enter a valid postcode."}}"#
    #expect(
      failure { () throws(ProviderError) in try read(codec, query, error, at: now) }
        == .status(200, said: "Please enter a valid postcode."))
  }

  @Test(
    "the recorded 48 hours give one actual value and 95 forecasts",
    .enabled(if: SharedData.isThere, "the shared data are not beside the repository"))
  func recorded() throws {
    let text = try SharedData.text("fixtures/neso_uk_intensity_48h.json")
    let now = at("2023-12-03T11:05Z")
    let days = range("2023-12-03T10:00Z", "2023-12-06T00:00Z")
    #expect(try read(codec, SignalQuery(britain, .average, .history(days)), text, at: now).map(\.value) == [206])
    let forecast = try read(codec, SignalQuery(britain, .average, .forecast(days)), text, at: now)
    #expect(forecast.count == 95)
    #expect(forecast[0].value == 216)
    #expect(zip(forecast, forecast.dropFirst()).allSatisfy { $0.validity.upperBound == $1.validity.lowerBound })
  }
}

@Suite("Energy-Charts")
struct EnergyChartsTests {
  let now = at("2024-03-22T00:31Z")
  let codec = EnergyCharts()

  @Test("a null in one column is no value, and a value in the other column does not fill it")
  func nulls() throws {
    let query = SignalQuery(germany, .average, .latest)
    let signals = try read(codec, query, Documented.energyCharts, at: now)
    #expect(signals.map(\.value) == [322, 314.7])
    #expect(signals.allSatisfy { $0.validity.span == .seconds(900) })
    let forecast = SignalQuery(germany, .average, .forecast(range("2024-03-22T00:00Z", "2024-03-22T01:00Z")))
    #expect(try read(codec, forecast, Documented.energyCharts, at: now).map(\.value) == [312.1])
    #expect(try codec.requests(for: query, at: now)[0].url == "https://api.energy-charts.info/co2eq?country=de")
  }

  @Test("columns of different lengths are refused, and so are times that do not ascend")
  func lengths() {
    let query = SignalQuery(germany, .average, .latest)
    for body in [
      #"{"unix_seconds":[1711065600,1711066500],"co2eq":[322]}"#,
      #"{"unix_seconds":[1711065600,1711065600],"co2eq":[322,323]}"#,
      #"{"unix_seconds":[1711065600000],"co2eq":[322]}"#, #"{"unix_seconds":[1711065600],"co2eq":[322]}"#,
    ] {
      let error = failure { () throws(ProviderError) in try read(codec, query, body, at: now) }
      guard case .malformed = error else {
        Issue.record("\(body) gave \(String(describing: error))")
        continue
      }
    }
  }

  @Test(
    "the recorded days are read as quarter hours",
    .enabled(if: SharedData.isThere, "the shared data are not beside the repository"))
  func recorded() throws {
    let text = try SharedData.text("fixtures/energycharts_de_co2eq.json")
    let signals = try read(codec, SignalQuery(germany, .average, .latest), text, at: at("2024-03-24T00:00Z"))
    #expect(signals.prefix(3).map(\.value) == [322, 314.7, 312.1])
    #expect(signals.allSatisfy { $0.validity.span == .seconds(900) && $0.value > 0 })
  }
}

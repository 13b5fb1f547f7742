public import Factors
public import Grid
public import Methods
public import Quantities

extension Coordinates {
  /// Whether both numbers are on Earth.
  var isOnEarth: Bool { abs(latitude) <= 90 && abs(longitude) <= 180 }
}

/// Open-Meteo: temperature, humidity and wet bulb, past and expected, no key for non-commercial use.
///
/// Times are asked for as seconds in GMT, always: with a local zone the whole answer uses one offset, so that a year
/// is an hour off for half of it. All values come from weather models and are marked as estimated; a value counts for
/// the hour that begins at its time. Source: https://open-meteo.com/en/docs; signals-and-scheduling reference, 4.
public struct OpenMeteo: SignalCodec {
  /// Forecasts and the last three months.
  public static let address = WebAddress(trusted: "https://api.open-meteo.com/v1")
  /// Longer ago.
  public static let archiveAddress = WebAddress(trusted: "https://archive-api.open-meteo.com/v1")

  public let name = "Open-Meteo"
  public let source = Source("Open-Meteo, https://open-meteo.com", licence: "CC BY 4.0")
  private let address: WebAddress
  private let archive: WebAddress
  private let places: [Region: Coordinates]
  private let key: Credential?

  /// The service.
  ///
  /// - Parameters:
  ///   - places: where the machines of a region stand.
  ///   - key: for commercial use.
  public init(
    places: [Region: Coordinates], key: Credential? = nil, address: WebAddress = Self.address,
    archive: WebAddress = Self.archiveAddress
  ) {
    self.places = places
    self.key = key
    self.address = address
    self.archive = archive
  }

  /// The service's name and unit for a kind.
  private static func variable(_ kind: SignalKind) -> (name: String, unit: String)? {
    switch kind {
    case .temperature: ("temperature_2m", "°C")
    case .relativeHumidity: ("relative_humidity_2m", "%")
    case .wetBulb: ("wet_bulb_temperature_2m", "°C")
    default: nil
    }
  }

  public func objection(to query: SignalQuery) -> ProviderError? {
    if let other = query.requireKind([.temperature, .relativeHumidity, .wetBulb], of: name) { return other }
    guard let place = places[query.region], place.isOnEarth else {
      return .noSuchRegion(query.region, hint: "state the latitude and longitude of the place")
    }
    return nil
  }

  public func requests(for query: SignalQuery, at now: Timestamp) throws(ProviderError) -> [FetchRequest] {
    if let objection = objection(to: query) { throw objection }
    guard let place = places[query.region], let variable = Self.variable(query.kind) else { return [] }
    var fields: [FetchRequest.Field] = [
      .init("latitude", Decimals.fixed(place.latitude, places: 4)),
      .init("longitude", Decimals.fixed(place.longitude, places: 4)), .init("hourly", variable.name),
      .init("timeformat", "unixtime"), .init("timezone", "GMT"),
    ]
    if let key { fields.append(.init("apikey", key)) }
    func days(to moment: Timestamp) -> Int64 { moment.dayIndex - now.dayIndex }
    switch query.extent {
    case .latest: fields += [.init("past_days", "1"), .init("forecast_days", "1")]
    case .forecast(let range):
      fields += [.init("past_days", "0"), .init("forecast_days", "\(min(max(days(to: range.upperBound) + 1, 1), 16))")]
    case .history(let range):
      let back = -days(to: range.lowerBound)
      guard back <= 90 else {
        fields += [.init("start_date", range.lowerBound.date), .init("end_date", range.upperBound.date)]
        return [FetchRequest(archive, "/archive", query: fields, headers: [.init("Accept", "application/json")])]
      }
      fields += [.init("past_days", "\(max(back, 0))"), .init("forecast_days", "1")]
    }
    return [FetchRequest(address, "/forecast", query: fields, headers: [.init("Accept", "application/json")])]
  }

  public func signals(in answers: [CodecAnswer], for query: SignalQuery) throws(ProviderError) -> [Signal] {
    guard let variable = Self.variable(query.kind), let asked = places[query.region] else { return [] }
    var signals: [Signal] = []
    for answer in answers {
      let root = try answer.json()
      if let reason = try root.optional("reason") {
        throw .status(answer.response.status, said: Redaction.excerpt((try? reason.text()) ?? ""))
      }
      let offset = try root.member("utc_offset_seconds").number()
      guard offset == 0 else { throw root.malformed("times are \(offset) s off GMT although GMT was asked for") }
      // The place in the answer is that of the model's cell, some kilometres off; degrees off is another place.
      let latitude = try root.member("latitude").number()
      let longitude = try root.member("longitude").number()
      guard abs(latitude - asked.latitude) <= 1, abs(longitude - asked.longitude) <= 1 else {
        throw .otherRegion(
          asked: "\(asked.latitude), \(asked.longitude)", got: "\(latitude), \(longitude)")
      }
      let unit = try root.member("hourly_units").member(variable.name).text()
      guard unit == variable.unit else { throw .otherUnit(expected: variable.unit, got: Redaction.excerpt(unit)) }
      let hourly = try root.member("hourly")
      let times = try hourly.member("time").elements()
      let values = try hourly.member(variable.name).elements()
      guard times.count == values.count else {
        throw hourly.malformed("'time' has \(times.count) elements and '\(variable.name)' has \(values.count)")
      }
      for (time, value) in zip(times, values) where value.value != .null {
        let start = try Self.time(time)
        if case .latest = query.extent, start > answer.receivedAt { continue }
        let validity = start..<(start + .hours(1))
        if case .forecast = query.extent, validity.upperBound <= answer.receivedAt { continue }
        signals.append(
          Signal(
            region: query.region, kind: query.kind, unit: variable.unit, validity: validity, value: try value.number(),
            issuedAt: answer.receivedAt, provider: name, isEstimated: true, source: source))
      }
    }
    if case .history(let range) = query.extent {
      return signals.filter { $0.validity.overlaps(range) && $0.validity.lowerBound <= $0.issuedAt }
    }
    return signals.filter { query.covers($0.validity) }
  }

  /// Seconds, or a text without a zone, which is GMT because the answer says that its offset is none.
  private static func time(_ node: JSONNode) throws(ProviderError) -> Timestamp {
    guard case .string(let text) = node.value else { return try node.unixTime() }
    guard let time = Timestamp(iso8601: text + "Z"), time.isPlausible else {
      throw node.malformed("'\(text.prefix(40))' is no time of the form 2023-01-01T00:00")
    }
    return time
  }
}

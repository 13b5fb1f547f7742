public import Grid
public import Methods
public import Quantities

/// The US Hourly Electric Grid Monitor (EIA-930), API v2: generation by fuel, demand and its day-ahead forecast.
///
/// Intensity is computed here from generation by fuel with ``GenerationImport``: life cycle, generation-based, imports
/// not counted. Hours are skipped or null while unknown, and first values are revised for days.
/// Source: https://www.eia.gov/opendata; signals-and-scheduling reference, section 5.
public struct EIA930: SignalCodec {
  /// The service.
  public static let address = WebAddress(trusted: "https://api.eia.gov/v2")

  public let name = "EIA-930"
  public let source = Source(
    "U.S. Energy Information Administration, Hourly Electric Grid Monitor (EIA-930)", licence: "public domain")
  private let address: WebAddress
  private let key: Credential?
  private let keyPlace: String
  private let fuels: GenerationImport
  private let respondents: [Region: String]
  private let label: TimeLayout.Label

  /// The service with a key.
  ///
  /// - Parameters:
  ///   - fuels: the factors by which generation becomes intensity.
  ///   - respondents: codes of balancing authorities that ``Zone`` does not list.
  ///   - label: whether a period names its hour's end, as in EIA's files, or its start.
  public init(
    key: Credential?, fuels: GenerationImport, respondents: [Region: String] = [:], label: TimeLayout.Label = .end,
    keyPlace: String = "DIMMER_EIA_KEY", address: WebAddress = Self.address
  ) {
    self.key = key
    self.fuels = fuels
    self.respondents = respondents
    self.label = label
    self.keyPlace = keyPlace
    self.address = address
  }

  /// Values come some hours late.
  public var maximumAge: Span { .hours(5) }

  private func respondent(_ region: Region) -> String? {
    respondents[region] ?? Zone.named(region.name)?.balancingAuthority
  }

  /// EIA's codes of fuels; keys are those of the factor table.
  static let meanings: [String: GenerationColumn] = [
    "COL": .fuel("coal"), "NG": .fuel("gas_combined_cycle"), "NUC": .fuel("nuclear"), "OIL": .fuel("oil"),
    "OTH": .unknownFuel, "SUN": .fuel("solar_pv_utility"), "WAT": .fuel("hydro"), "WND": .fuel("wind_onshore"),
    "GEO": .fuel("geothermal"), "BAT": .storage, "PS": .storage, "UES": .storage, "OES": .storage,
    "SNB": .unknownFuel, "WNB": .unknownFuel, "UNK": .unknownFuel,
  ]

  public func objection(to query: SignalQuery) -> ProviderError? {
    if let other = query.requireKind([.averageLifecycle, .demand, .netLoad], of: name) { return other }
    if case .forecast = query.extent, query.kind != .demand {
      return .notOffered("\(name) forecasts demand only, not \(query.kind.label)")
    }
    guard respondent(query.region) != nil else {
      return .noSuchRegion(query.region, hint: "state the code of its balancing authority, as ISNE")
    }
    return key == nil ? .noKey(place: keyPlace) : nil
  }

  private static let pageLength = 5000

  public func requests(for query: SignalQuery, at now: Timestamp) throws(ProviderError) -> [FetchRequest] {
    if let objection = objection(to: query) { throw objection }
    let range: Range<Timestamp> =
      switch query.extent {
      case .latest: (now.startOfHour - .hours(8))..<(now + .hours(1))
      case .history(let range), .forecast(let range): range
      }
    let isForecast = if case .forecast = query.extent { true } else { false }
    var requests: [FetchRequest] = []
    if query.kind != .averageLifecycle {
      requests.append(
        request("region-data", [.init("facets[type][]", isForecast ? "DF" : "D")], query, range, offset: 0))
    }
    if query.kind != .demand {
      let only = query.kind == .netLoad ? ["SUN", "WND"].map { FetchRequest.Field("facets[fueltype][]", $0) } : []
      requests.append(request("fuel-type-data", only, query, range, offset: 0))
    }
    return requests
  }

  private func request(
    _ dataset: String, _ facets: [FetchRequest.Field], _ query: SignalQuery, _ range: Range<Timestamp>, offset: Int
  ) -> FetchRequest {
    // Both ends are included by the service; an hour more covers either way of labelling.
    let end = range.upperBound + .hours(1)
    var fields: [FetchRequest.Field] = [.init("frequency", "hourly"), .init("data[0]", "value")]
    if let key { fields.insert(.init("api_key", key), at: 0) }
    fields.append(.init("facets[respondent][]", respondent(query.region) ?? ""))
    fields += facets
    fields += [
      .init("start", String(range.lowerBound.description.prefix(13))), .init("end", String(end.description.prefix(13))),
      .init("sort[0][column]", "period"), .init("sort[0][direction]", "asc"), .init("offset", "\(offset)"),
      .init("length", "\(Self.pageLength)"),
    ]
    return FetchRequest(
      address, "/electricity/rto/\(dataset)/data/", query: fields, headers: [.init("Accept", "application/json")])
  }

  /// The next page, until `total` rows are there.
  public func next(after answer: CodecAnswer) throws(ProviderError) -> FetchRequest? {
    let response = try answer.json().member("response")
    let total = try response.member("total").looseNumber() ?? 0
    let rows = try response.member("data").elements().count
    let offset = Int(answer.request.query.first { $0.name == "offset" }?.value ?? "") ?? 0
    guard rows > 0, Double(offset + rows) < total else { return nil }
    let pages = total / Double(Self.pageLength)
    guard pages <= 200 else { throw .tooManyCalls(Int(min(pages, 1e9)), limit: 200) }
    var following = answer.request
    following.query = following.query.map { $0.name == "offset" ? .init("offset", "\(offset + rows)") : $0 }
    return following
  }

  public func signals(in answers: [CodecAnswer], for query: SignalQuery) throws(ProviderError) -> [Signal] {
    guard let asked = respondent(query.region), let read = answers.map(\.receivedAt).max() else { return [] }
    var table = GenerationTable()
    for answer in answers {
      let root = try answer.json()
      if let error = try root.optional("error") {
        throw .status(answer.response.status, said: Redaction.excerpt((try? error.text()) ?? "an error without words"))
      }
      let isByFuel = answer.request.path.contains("fuel-type")
      for row in try root.member("response").member("data").elements() {
        let respondent = try row.member("respondent").text()
        guard respondent == asked else { throw .otherRegion(asked: asked, got: Redaction.excerpt(respondent)) }
        guard let value = try row.optional("value")?.looseNumber() else { continue }
        if let unit = try row.optional("value-units")?.text(), unit != "megawatthours" {
          throw .otherUnit(expected: "megawatthours", got: Redaction.excerpt(unit))
        }
        let column = try row.member(isByFuel ? "fueltype" : "type").text()
        guard isByFuel ? Self.meanings[column] != nil : ["D", "DF"].contains(column) else {
          throw row.malformed("'\(Redaction.excerpt(column))' is no known \(isByFuel ? "fuel" : "type")")
        }
        // A fuel and a type can have one name (NG); they are kept apart by case.
        try table.add(isByFuel ? column : column.lowercased(), try interval(row), value)
      }
    }
    let values: [(validity: Range<Timestamp>, value: Double)]
    let isForecast = if case .forecast = query.extent { true } else { false }
    switch query.kind {
    case .averageLifecycle:
      return try table.intensity(
        by: fuels, meanings: Self.meanings, region: query.region, source: source, file: "\(name) generation"
      ).signals(issuedAt: read).filter { query.covers($0.validity) }
    case .netLoad:
      guard table.columns["SUN"] != nil || table.columns["WND"] != nil else {
        throw .noValues("of wind and sun, without which there is no net load")
      }
      values = table.difference(of: "d", less: ["SUN", "WND"])
    default: values = table.difference(of: isForecast ? "df" : "d", less: [])
    }
    return values.map { validity, value in
      Signal(
        region: query.region, kind: query.kind, unit: "MWh", validity: validity, value: value, issuedAt: read,
        provider: name, isEstimated: isForecast, source: source)
    }.filter { query.covers($0.validity) }
  }

  /// The hour of a row: `2024-01-01T05`, in UTC.
  private func interval(_ row: JSONNode) throws(ProviderError) -> Range<Timestamp> {
    let text = try row.member("period").text()
    guard text.count == 13, let moment = Timestamp(iso8601: text + ":00Z"), moment.isPlausible else {
      throw row.malformed("'\(Redaction.excerpt(text))' is no hour of the form 2024-01-01T05")
    }
    return label == .end ? (moment - .hours(1))..<moment : moment..<(moment + .hours(1))
  }
}

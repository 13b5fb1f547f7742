public import Grid
public import Methods
public import Quantities

/// Electricity Maps, API v3: consumption averages, flow-traced, by zone.
///
/// Stamps are the starts of hours. Traps that are guarded against here: without a zone it knows, the API answers for
/// the place of the caller's address (so the fallback is switched off and the answer's zone compared), values are
/// null while unknown, and values are revised for days (`updatedAt` is the issue time).
/// Source: https://docs.electricitymaps.com; signals-and-scheduling reference, section 1.
public struct ElectricityMaps: SignalCodec {
  /// The newer host; `api.electricitymap.org` is the older one with the same paths.
  public static let address = WebAddress(trusted: "https://api.electricitymaps.com/v3")
  /// The older host.
  public static let olderAddress = WebAddress(trusted: "https://api.electricitymap.org/v3")

  public let name = "Electricity Maps"
  public let source = Source(
    "Electricity Maps, https://www.electricitymaps.com", licence: "the terms of the key; the open data are ODbL 1.0")
  private let address: WebAddress
  private let key: Credential?
  private let keyPlace: String
  private let keyHeader: String
  private let acceptsEstimates: Bool

  /// The service with a key.
  ///
  /// - Parameters:
  ///   - keyPlace: where the key has to be set, for the error when there is none.
  ///   - keyHeader: `auth-token`; trial keys used `X-BLOBR-KEY`.
  ///   - acceptsEstimates: whether values that the service estimated itself are taken, and flagged.
  public init(
    key: Credential?, keyPlace: String = "DIMMER_ELECTRICITY_MAPS_KEY", address: WebAddress = Self.address,
    keyHeader: String = "auth-token", acceptsEstimates: Bool = true
  ) {
    self.key = key
    self.keyPlace = keyPlace
    self.address = address
    self.keyHeader = keyHeader
    self.acceptsEstimates = acceptsEstimates
  }

  public func objection(to query: SignalQuery) -> ProviderError? {
    if let other = query.requireKind([.averageLifecycle, .averageDirect], of: name) { return other }
    return key == nil ? .noKey(place: keyPlace) : nil
  }

  /// 240 hours is the most one call for a range gives.
  private static let rangeLimit = Span.hours(240)

  public func requests(for query: SignalQuery, at now: Timestamp) throws(ProviderError) -> [FetchRequest] {
    if let objection = objection(to: query) { throw objection }
    guard let key else { throw .noKey(place: keyPlace) }
    let common: [FetchRequest.Field] = [
      .init("zone", query.region.name),
      .init("emissionFactorType", query.kind == .averageDirect ? "direct" : "lifecycle"),
      .init("shouldUseFallbackCallerLookup", "false"),
    ]
    let headers: [FetchRequest.Field] = [.init(keyHeader, key), .init("Accept", "application/json")]
    func request(_ path: String, _ more: [FetchRequest.Field]) -> FetchRequest {
      FetchRequest(address, "/carbon-intensity/\(path)", query: common + more, headers: headers)
    }
    let hourly: [FetchRequest.Field] = [
      .init("temporalGranularity", "hourly"), .init("disableEstimations", acceptsEstimates ? "false" : "true"),
    ]
    switch query.extent {
    case .latest: return [request("latest", hourly)]
    case .history(let range):
      // The last 24 h are free of charge; only what is older needs the range.
      if range.lowerBound >= now.startOfHour - .hours(23) { return [request("history", hourly)] }
      return try range.chunks(of: Self.rangeLimit).map {
        request(
          "past-range", [.init("start", $0.lowerBound.description), .init("end", $0.upperBound.description)] + hourly)
      }
    case .forecast(let range):
      let hours = (range.upperBound - now).hours
      let horizon = [6, 24, 48, 72].first { Double($0) >= hours } ?? 72
      return [request("forecast", [.init("horizonHours", "\(horizon)")])]
    }
  }

  public func signals(in answers: [CodecAnswer], for query: SignalQuery) throws(ProviderError) -> [Signal] {
    var signals: [Signal] = []
    for answer in answers {
      let root = try answer.json()
      if let message = try root.optional("error") {
        let text = (try? message.text()) ?? "an error without words"
        throw text.lowercased().contains("auth") && text.lowercased().contains("token")
          ? .keyRefused(status: answer.response.status, place: keyPlace)
          : .status(answer.response.status, said: Redaction.excerpt(text))
      }
      try check(root, query, isRequired: true)
      let updated = try root.optional("updatedAt").map { node throws(ProviderError) in try node.time() }
      let rows: [JSONNode]
      switch query.extent {
      case .latest: rows = [root]
      case .forecast: rows = try root.member("forecast").elements()
      case .history:
        if let history = try root.optional("history") {
          rows = try history.elements()
        } else {
          rows = try root.member("data").elements()
        }
      }
      for row in rows {
        try check(row, query, isRequired: false)
        guard let value = try row.optional("carbonIntensity") else { continue }
        let start = try row.member("datetime").time()
        let issued = try row.optional("updatedAt").map { node throws(ProviderError) in try node.time() } ?? updated
        let isForecast = if case .forecast = query.extent { true } else { false }
        let isEstimated = try row.optional("isEstimated").map { node throws(ProviderError) in try node.flag() } ?? false
        signals.append(
          Signal(
            region: query.region, kind: query.kind, unit: "g/kWh", validity: start..<(start + .hours(1)),
            value: try value.number(), issuedAt: answer.issued(issued), provider: name,
            isEstimated: isForecast || isEstimated, source: source))
      }
    }
    return signals.filter { query.covers($0.validity) }
  }

  /// The zone and the kind of factor must be the asked ones.
  private func check(_ node: JSONNode, _ query: SignalQuery, isRequired: Bool) throws(ProviderError) {
    if let zone = try node.optional("zone") {
      let got = try zone.text()
      guard got.uppercased() == query.region.name else {
        throw .otherRegion(asked: query.region.name, got: Redaction.excerpt(got))
      }
    } else if isRequired {
      throw node.malformed("'zone' is missing, so that nothing tells which region this is")
    }
    if let type = try node.optional("emissionFactorType") {
      let got = try type.text()
      guard got == (query.kind == .averageDirect ? "direct" : "lifecycle") else {
        throw .otherKind(asked: query.kind.label, got: Redaction.excerpt(got))
      }
    }
  }
}

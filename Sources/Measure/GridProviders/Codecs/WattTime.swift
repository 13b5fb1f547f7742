public import Grid
public import Methods
public import Quantities

/// WattTime, API v3: marginal intensity (MOER) in steps of five minutes.
///
/// Stamps are the starts of intervals; values come in lb CO2 per MWh and are converted. The data are licensed, not
/// open: they may be used and kept by whoever has the account.
/// Source: https://docs.watttime.org; signals-and-scheduling reference, section 2.
public struct WattTime: SignalCodec {
  /// The service.
  public static let address = WebAddress(trusted: "https://api.watttime.org")
  /// Pounds per MWh in g/kWh, exactly: a pound is 453.59237 g.
  static let poundsPerMegawattHour = 0.45359237

  public let name = "WattTime"
  public let source = Source("WattTime, https://watttime.org", licence: "the terms of the account; not to be passed on")
  private let address: WebAddress
  private let password: Credential?
  private let user: String
  private let keyPlace: String
  private let names: [Region: String]

  /// The service with an account.
  ///
  /// - Parameter names: what WattTime calls the regions: a free account reads `CAISO_NORTH` only. Which of its regions
  ///   a place is in, ``regionRequest(latitude:longitude:)`` asks; borders change, so ask again every month.
  public init(
    user: String, password: Credential?, names: [Region: String], keyPlace: String = "DIMMER_WATTTIME_PASSWORD",
    address: WebAddress = Self.address
  ) {
    self.user = user
    self.password = password
    self.names = names
    self.keyPlace = keyPlace
    self.address = address
  }

  /// A token lives 30 minutes; it is renewed at 25.
  public var login: LoginRule? {
    guard let password, let basic = Credential(Base64.encode("\(user):\(password.revealed)"), from: password.place)
    else {
      return nil
    }
    let place = keyPlace
    return LoginRule(
      request: FetchRequest(
        address, "/login",
        headers: [.init("Authorization", basic, after: "Basic "), .init("Accept", "application/json")]),
      lifetime: .seconds(25 * 60),
      token: { response throws(ProviderError) in
        let text = try JSONNode(answer: response.body).member("token").text()
        guard let token = Credential(text, from: place) else {
          throw .malformed(place: "token", problem: "it is empty or has characters that no token has")
        }
        return token
      },
      authorize: { request, token in request.headers.append(.init("Authorization", token, after: "Bearer ")) })
  }

  public func objection(to query: SignalQuery) -> ProviderError? {
    if let other = query.requireKind([.marginal], of: name) { return other }
    if password == nil { return .noKey(place: keyPlace) }
    guard names[query.region] != nil else {
      return .noSuchRegion(query.region, hint: "name WattTime's region for it, as CAISO_NORTH")
    }
    return nil
  }

  /// Thirty days is what the service's own client asks for at once.
  private static let rangeLimit = Span.hours(30 * 24)

  public func requests(for query: SignalQuery, at now: Timestamp) throws(ProviderError) -> [FetchRequest] {
    if let objection = objection(to: query) { throw objection }
    func request(_ path: String, _ more: [FetchRequest.Field]) -> FetchRequest {
      FetchRequest(
        address, "/v3/\(path)",
        query: [.init("region", names[query.region] ?? ""), .init("signal_type", "co2_moer")] + more,
        headers: [.init("Accept", "application/json")])
    }
    switch query.extent {
    case .latest: return [request("forecast", [.init("horizon_hours", "1")])]
    case .history(let range):
      return try range.chunks(of: Self.rangeLimit).map {
        request("historical", [.init("start", $0.lowerBound.description), .init("end", $0.upperBound.description)])
      }
    case .forecast(let range):
      let hours = min(max((range.upperBound - now).hours.rounded(.up), 1), 72)
      return [request("forecast", [.init("horizon_hours", "\(Int(hours))")])]
    }
  }

  public func signals(in answers: [CodecAnswer], for query: SignalQuery) throws(ProviderError) -> [Signal] {
    var signals: [Signal] = []
    for answer in answers {
      let root = try answer.json()
      let meta = try root.member("meta")
      let region = try meta.member("region").text()
      guard let asked = names[query.region], region == asked else {
        throw .otherRegion(asked: names[query.region] ?? query.region.name, got: Redaction.excerpt(region))
      }
      let type = try meta.member("signal_type").text()
      guard type == "co2_moer" else { throw .otherKind(asked: query.kind.label, got: Redaction.excerpt(type)) }
      let unit = try meta.member("units").text()
      guard unit == "lbs_co2_per_mwh" else {
        throw .otherUnit(expected: "lbs_co2_per_mwh", got: Redaction.excerpt(unit))
      }
      let period = try meta.member("data_point_period_seconds").number()
      guard period >= 1, period <= 86_400 else { throw meta.malformed("a period of \(period) s") }
      let isMeasured = if case .history = query.extent { true } else { false }
      // What was measured is restated later; the time of generation is a forecast's issue time only.
      let generated =
        isMeasured ? nil : try meta.optional("generated_at").map { node throws(ProviderError) in try node.time() }
      for point in try root.member("data").elements() {
        guard let value = try point.optional("value") else { continue }
        let start = try point.member("point_time").time()
        if case .latest = query.extent, start > answer.receivedAt { continue }
        signals.append(
          Signal(
            region: query.region, kind: .marginal, unit: "g/kWh", validity: start..<(start + .seconds(period)),
            value: try value.number() * Self.poundsPerMegawattHour, issuedAt: answer.issued(generated), provider: name,
            isEstimated: !isMeasured, source: source))
      }
    }
    return signals.filter { query.covers($0.validity) }
  }

  /// Asks which region a place is in; ``region(in:)`` reads the answer.
  public func regionRequest(latitude: Double, longitude: Double) -> FetchRequest {
    FetchRequest(
      address, "/v3/region-from-loc",
      query: [
        .init("latitude", Decimals.fixed(latitude, places: 4)),
        .init("longitude", Decimals.fixed(longitude, places: 4)),
        .init("signal_type", "co2_moer"),
      ], headers: [.init("Accept", "application/json")])
  }

  /// WattTime's name of the region in an answer to ``regionRequest(latitude:longitude:)``.
  public func region(in response: FetchResponse) throws(ProviderError) -> String {
    try JSONNode(answer: response.body).member("region").text()
  }
}

/// Base64 (RFC 4648) with padding, for HTTP Basic.
enum Base64 {
  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encode(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = (0..<3).reduce(UInt32(0)) { $0 << 8 | UInt32($1 < group.count ? group[start + $1] : 0) }
      for place in 0..<4 {
        result.append(place <= group.count ? letters[Int(bits >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "="))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

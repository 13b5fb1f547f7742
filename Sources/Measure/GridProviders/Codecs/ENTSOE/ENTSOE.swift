public import Grid
public import Methods
public import Quantities

/// ENTSO-E's transparency platform: generation by type, load, their day-ahead forecasts, and day-ahead prices.
///
/// It publishes no intensity; that is computed here from generation by type with ``GenerationImport``: life cycle,
/// production-based, imports not counted. Source: https://transparency.entsoe.eu; signals-and-scheduling reference, 6.
public struct ENTSOE: SignalCodec {
  /// The service.
  public static let address = WebAddress(trusted: "https://web-api.tp.entsoe.eu")

  public let name = "ENTSO-E"
  public let source = Source(
    "ENTSO-E Transparency Platform, https://transparency.entsoe.eu", licence: "its terms of use")
  private let address: WebAddress
  private let token: Credential?
  private let tokenPlace: String
  private let fuels: GenerationImport
  private let areas: [Region: String]

  /// The service with a token.
  ///
  /// - Parameters:
  ///   - fuels: the factors by which generation becomes intensity.
  ///   - areas: codes of areas that are not known here, or other ones.
  public init(
    token: Credential?, fuels: GenerationImport, areas: [Region: String] = [:],
    tokenPlace: String = "DIMMER_ENTSOE_TOKEN", address: WebAddress = Self.address
  ) {
    self.token = token
    self.fuels = fuels
    self.areas = areas
    self.tokenPlace = tokenPlace
    self.address = address
  }

  /// Generation comes an hour or two after its interval.
  public var maximumAge: Span { .hours(5) }

  private func area(for query: SignalQuery) -> String? {
    if let area = areas[query.region] { return area }
    let name = query.region.name
    return query.kind == .price
      ? EnergyIdentificationCode.priceAreas[name] ?? EnergyIdentificationCode.areas[name]
      : EnergyIdentificationCode.areas[name]
  }

  public func objection(to query: SignalQuery) -> ProviderError? {
    if let other = query.requireKind([.averageLifecycle, .demand, .netLoad, .price], of: name) { return other }
    if case .forecast = query.extent, query.kind == .averageLifecycle {
      return .notOffered("\(name) forecasts load, wind, sun and prices, but no generation by type and so no intensity")
    }
    guard let area = area(for: query), EnergyIdentificationCode.isValid(area) else {
      return .noSuchRegion(query.region, hint: "state the area's sixteen-character code (EIC)")
    }
    return token == nil ? .noKey(place: tokenPlace) : nil
  }

  /// What is asked for: a document and process type, and the names of the area's fields.
  private enum Document: String, CaseIterable {
    case generation = "A75/A16"
    case load = "A65/A16"
    case loadForecast = "A65/A01"
    case renewableForecast = "A69/A01"
    case price = "A44/"

    var areaFields: [String] {
      switch self {
      case .generation, .renewableForecast: ["in_Domain"]
      case .load, .loadForecast: ["outBiddingZone_Domain"]
      case .price: ["in_Domain", "out_Domain"]
      }
    }
  }

  private func documents(for query: SignalQuery) -> [Document] {
    let isForecast = if case .forecast = query.extent { true } else { false }
    return switch query.kind {
    case .demand: [isForecast ? .loadForecast : .load]
    case .netLoad: isForecast ? [.loadForecast, .renewableForecast] : [.load, .generation]
    case .price: [.price]
    default: [.generation]
    }
  }

  public func requests(for query: SignalQuery, at now: Timestamp) throws(ProviderError) -> [FetchRequest] {
    if let objection = objection(to: query) { throw objection }
    guard let token, let area = area(for: query) else { return [] }
    let whole: Range<Timestamp> =
      switch query.extent {
      case .latest: (now.startOfHour - .hours(6))..<(now.startOfHour + .hours(1))
      case .history(let range), .forecast(let range):
        range.lowerBound.startOfHour..<(range.upperBound + .seconds(3599.999)).startOfHour
      }
    // A month at a time keeps an answer in quarter hours far below the size limit.
    return try whole.chunks(of: .hours(30 * 24)).flatMap { range in
      documents(for: query).map { document in
        let types = document.rawValue.split(separator: "/")
        var fields: [FetchRequest.Field] = [.init("securityToken", token), .init("documentType", String(types[0]))]
        if types.count > 1 { fields.append(.init("processType", String(types[1]))) }
        fields += document.areaFields.map { .init($0, area) }
        fields += [
          .init("periodStart", Self.stamp(range.lowerBound)), .init("periodEnd", Self.stamp(range.upperBound)),
        ]
        return FetchRequest(address, "/api", query: fields, headers: [.init("Accept", "application/xml")])
      }
    }
  }

  /// `202301010000`, in UTC.
  private static func stamp(_ moment: Timestamp) -> String { moment.toMinute.filter(\.isNumber) }

  public func signals(in answers: [CodecAnswer], for query: SignalQuery) throws(ProviderError) -> [Signal] {
    guard let area = area(for: query), let read = answers.map(\.receivedAt).max() else { return [] }
    var table = GenerationTable()
    var unit = "MW"
    for answer in answers {
      let type = answer.request.query.first { $0.name == "documentType" }?.value ?? ""
      let document = try MarketDocument(parsing: answer.response.body)
      for series in document.series where !(type == "A75" && series.isConsumption) {
        if let domain = series.domain, domain != area {
          throw .otherRegion(asked: area, got: Redaction.excerpt(domain))
        }
        let column: String
        if type == "A75" || type == "A69" {
          guard let psr = series.productionType, ProductionType.meanings[psr] != nil else {
            throw .malformed(
              place: "psrType",
              problem: "'\(Redaction.excerpt(series.productionType ?? ""))' is no known production type")
          }
          column = psr
        } else {
          column = type
        }
        if type == "A44" {
          guard series.priceUnit == "MWH", series.unit.count == 3,
            series.unit.allSatisfy({ $0.isASCII && $0.isUppercase })
          else {
            throw .otherUnit(
              expected: "EUR per MWH",
              got: "\(Redaction.excerpt(series.unit)) per \(Redaction.excerpt(series.priceUnit ?? "?"))")
          }
          if unit != "MW", unit != "\(series.unit)/MWh" { throw .otherUnit(expected: unit, got: "\(series.unit)/MWh") }
          unit = "\(series.unit)/MWh"
        } else if series.unit != "MAW" {
          throw .otherUnit(expected: "MAW", got: Redaction.excerpt(series.unit))
        }
        for point in series.points { try table.add(column, point.validity, point.value) }
      }
    }
    let isForecast = if case .forecast = query.extent { true } else { false }
    let values: [(validity: Range<Timestamp>, value: Double)]
    switch query.kind {
    case .averageLifecycle:
      return try table.intensity(
        by: fuels, meanings: ProductionType.meanings, region: query.region, source: source, file: "\(name) generation"
      ).signals(issuedAt: read).filter { query.covers($0.validity) }
    case .netLoad:
      guard ProductionType.variable.contains(where: { table.columns[$0] != nil }) else {
        throw .noValues("of wind and sun, without which there is no net load")
      }
      values = table.difference(of: "A65", less: ProductionType.variable)
    case .demand: values = table.difference(of: "A65", less: [])
    default: values = table.difference(of: "A44", less: [])
    }
    return values.map { validity, value in
      Signal(
        region: query.region, kind: query.kind, unit: unit, validity: validity, value: value, issuedAt: read,
        provider: name, isEstimated: isForecast, source: source)
    }.filter { query.covers($0.validity) }
  }
}

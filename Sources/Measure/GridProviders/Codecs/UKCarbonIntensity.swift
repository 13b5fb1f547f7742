public import Grid
public import Methods
public import Quantities

/// The carbon intensity of Great Britain by its system operator (NESO): half hours, forecast and actual, no key.
///
/// Forecasts are overwritten after the fact and actuals revised for a day, so a past half hour's `forecast` is no
/// forecast any more and is not taken for one. Regional answers have no actuals at all.
/// Source: https://api.carbonintensity.org.uk; signals-and-scheduling reference, section 3.
public struct UKCarbonIntensity: SignalCodec {
  /// The service.
  public static let address = WebAddress(trusted: "https://api.carbonintensity.org.uk")

  /// Which part of Great Britain.
  public enum Area: Hashable, Sendable {
    /// All of it.
    case national
    /// One of the 14 regions and 4 nations, by number: 1 to 18.
    case region(Int)
    /// The region of an outward postcode: `OX1`.
    case postcode(String)
  }

  public let name = "UK Carbon Intensity"
  public let source = Source("National Energy System Operator, Carbon Intensity API", licence: "CC BY 4.0")
  private let address: WebAddress
  private let areas: [Region: Area]
  private let kind: SignalKind

  /// The service.
  ///
  /// - Parameters:
  ///   - areas: what part each region is; `GB` is the nation unless stated otherwise.
  ///   - kind: what its values count. The answers do not say, so it is `average` unless you declare it.
  public init(
    areas: [Region: Area] = [:], kind: SignalKind = .average, address: WebAddress = Self.address
  ) {
    self.areas = areas
    self.kind = kind
    self.address = address
  }

  private func area(of region: Region) -> Area? { areas[region] ?? (region.name == "GB" ? .national : nil) }

  public func objection(to query: SignalQuery) -> ProviderError? {
    if let other = query.requireKind([kind], of: name) { return other }
    guard let area = area(of: query.region) else {
      return .noSuchRegion(query.region, hint: "it knows GB, and parts of it that you name by postcode or number")
    }
    if case .region(let number) = area, !(1...18).contains(number) {
      return .noSuchRegion(query.region, hint: "its regions are numbered 1 to 18")
    }
    if case .postcode(let code) = area,
      !(2...4).contains(code.count) || !code.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
    {
      return .noSuchRegion(query.region, hint: "give the outward part of a postcode only, as OX1")
    }
    if case .history = query.extent, area != .national {
      return .notOffered("\(name) publishes measured values for the whole of GB only, none for its regions")
    }
    return nil
  }

  private static let step = Span.seconds(1800)
  /// Fourteen days is the most one call gives (as documented by others); a day less leaves room for the stamps' minute.
  private static let rangeLimit = Span.hours(13 * 24)

  /// A minute past the half hour: the URL stays the same within one half hour, so that it can be answered from a
  /// cache, and the stamp on the border, which can bring the half hour before, is avoided.
  private func minutePast(_ moment: Timestamp) -> String { (moment.floored(to: Self.step) + .seconds(60)).toMinute }

  public func requests(for query: SignalQuery, at now: Timestamp) throws(ProviderError) -> [FetchRequest] {
    if let objection = objection(to: query) { throw objection }
    let area = area(of: query.region) ?? .national
    let (start, end) =
      switch area {
      case .national: ("/intensity/", "")
      case .region(let number): ("/regional/intensity/", "/regionid/\(number)")
      case .postcode(let code): ("/regional/intensity/", "/postcode/\(code.uppercased())")
      }
    let ranges: [Range<Timestamp>] =
      switch query.extent {
      case .latest: [(now - .hours(3))..<(now + Self.step)]
      case .history(let range): try range.chunks(of: Self.rangeLimit)
      case .forecast(let range): [max(range.lowerBound, now)..<max(range.upperBound, now + Self.step)]
      }
    return ranges.map { range in
      FetchRequest(
        address, start + minutePast(range.lowerBound) + "/" + minutePast(range.upperBound) + end,
        headers: [.init("Accept", "application/json")])
    }
  }

  public func signals(in answers: [CodecAnswer], for query: SignalQuery) throws(ProviderError) -> [Signal] {
    var signals: [Signal] = []
    for answer in answers {
      for row in try rows(in: answer, for: query) {
        let start = try row.member("from").time()
        let end = try row.member("to").time()
        guard start < end, end - start <= .hours(1) else { throw row.malformed("it goes from \(start) to \(end)") }
        let intensity = try row.member("intensity")
        let isOver = end <= answer.receivedAt
        let value: JSONNode?
        let isForecast: Bool
        if case .forecast = query.extent {
          (value, isForecast) = (isOver ? nil : try intensity.optional("forecast"), true)
        } else if let actual = try intensity.optional("actual") {
          (value, isForecast) = (actual, false)
        } else if case .latest = query.extent, !isOver, start <= answer.receivedAt {
          (value, isForecast) = (try intensity.optional("forecast"), true)
        } else {
          (value, isForecast) = (nil, false)
        }
        guard let value else { continue }
        signals.append(
          Signal(
            region: query.region, kind: kind, unit: "g/kWh", validity: start..<end, value: try value.number(),
            issuedAt: answer.receivedAt, provider: name, isEstimated: isForecast, source: source))
      }
    }
    return signals.filter { query.covers($0.validity) }
  }

  /// The half hours: a list for the nation, a list within the region's object (or a list of one) for a region.
  private func rows(in answer: CodecAnswer, for query: SignalQuery) throws(ProviderError) -> [JSONNode] {
    let root = try answer.json()
    if let error = try root.optional("error") {
      let said = (try? error.member("message").text()) ?? ""
      throw .status(answer.response.status, said: Redaction.excerpt(said))
    }
    let data = try root.member("data")
    guard let area = area(of: query.region), area != .national else { return try data.elements() }
    var place = data
    if case .array(let list) = data.value {
      guard list.count == 1, let only = try data.elements().first else {
        throw data.malformed("one region was expected")
      }
      place = only
    }
    if case .region(let number) = area {
      let got = try place.member("regionid").number()
      guard got == Double(number) else {
        throw .otherRegion(asked: "region \(number)", got: "region \(Decimals.fixed(got, places: 0))")
      }
    }
    if case .postcode(let code) = area, let echoed = try place.optional("postcode") {
      let got = try echoed.text()
      guard got.uppercased() == code.uppercased() else {
        throw .otherRegion(asked: code.uppercased(), got: Redaction.excerpt(got))
      }
    }
    return try place.member("data").elements()
  }
}

public import Grid
public import Methods
public import Quantities

/// Energy-Charts (Fraunhofer ISE): intensity of European countries in quarter hours, with a forecast, no key.
///
/// Columns in parallel: one may be null where the other has a value. Host and path are as others use them; they could
/// not be tried when this was written. Source: signals-and-scheduling reference, section 8.
public struct EnergyCharts: SignalCodec {
  /// The service.
  public static let address = WebAddress(trusted: "https://api.energy-charts.info")

  public let name = "Energy-Charts"
  public let source = Source("Energy-Charts, Fraunhofer ISE, https://energy-charts.info", licence: "CC BY 4.0")
  private let address: WebAddress
  private let kind: SignalKind

  /// The service.
  ///
  /// - Parameter kind: what its values count. The answers do not say, so it is `average` unless you declare it.
  public init(kind: SignalKind = .average, address: WebAddress = Self.address) {
    self.kind = kind
    self.address = address
  }

  public func objection(to query: SignalQuery) -> ProviderError? {
    if let other = query.requireKind([kind], of: name) { return other }
    guard query.region.name.count == 2 else {
      return .noSuchRegion(query.region, hint: "it knows countries by two letters, as DE")
    }
    return nil
  }

  public func requests(for query: SignalQuery, at now: Timestamp) throws(ProviderError) -> [FetchRequest] {
    if let objection = objection(to: query) { throw objection }
    let ranges: [Range<Timestamp>?] =
      switch query.extent {
      case .latest: [nil]
      case .history(let range): try range.chunks(of: .hours(30 * 24)).map { $0 }
      case .forecast(let range): [range]
      }
    return ranges.map { range in
      var fields: [FetchRequest.Field] = [.init("country", query.region.name.lowercased())]
      if let range {
        fields += [.init("start", range.lowerBound.date), .init("end", (range.upperBound + .hours(24)).date)]
      }
      return FetchRequest(address, "/co2eq", query: fields, headers: [.init("Accept", "application/json")])
    }
  }

  public func signals(in answers: [CodecAnswer], for query: SignalQuery) throws(ProviderError) -> [Signal] {
    var signals: [Signal] = []
    for answer in answers {
      let root = try answer.json()
      var starts: [Timestamp] = []
      for node in try root.member("unix_seconds").elements() { starts.append(try node.unixTime()) }
      let isForecast = if case .forecast = query.extent { true } else { false }
      let column = isForecast ? "co2eq_forecast" : "co2eq"
      let values = try root.member(column).elements()
      guard values.count == starts.count else {
        throw root.malformed("'unix_seconds' has \(starts.count) elements and '\(column)' has \(values.count)")
      }
      let intervals = try Intervals.between(starts, place: root)
      for (validity, value) in zip(intervals, values) where value.value != .null {
        if isForecast, validity.upperBound <= answer.receivedAt { continue }
        signals.append(
          Signal(
            region: query.region, kind: kind, unit: "g/kWh", validity: validity, value: try value.number(),
            issuedAt: answer.receivedAt, provider: name, isEstimated: isForecast, source: source))
      }
    }
    return signals.filter { query.covers($0.validity) }
  }
}

/// Intervals from their starts alone.
enum Intervals {
  /// Each interval ends where the next begins, but is never longer than the most frequent step: what a longer distance
  /// leaves open is a gap. A single start has the length `alone`.
  static func between(
    _ starts: [Timestamp], alone: Span? = nil, place: JSONNode
  ) throws(ProviderError) -> [Range<Timestamp>] {
    let distances = zip(starts, starts.dropFirst()).map { $1.milliseconds - $0.milliseconds }
    guard distances.allSatisfy({ $0 > 0 }) else { throw place.malformed("the times do not ascend") }
    let counts = Dictionary(distances.map { ($0, 1) }, uniquingKeysWith: +)
    let usual = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
    guard let step = usual ?? alone.map({ Int64($0.seconds * 1000) }), step <= 86_400_000, step > 0 else {
      if starts.isEmpty { return [] }
      throw place.malformed("one time alone does not show how long its interval is")
    }
    return starts.enumerated().map { index, start in
      let end = Timestamp(milliseconds: start.milliseconds + step)
      return start..<(index + 1 < starts.count ? min(end, starts[index + 1]) : end)
    }
  }
}

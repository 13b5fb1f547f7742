public import Grid
public import Methods
public import Quantities

/// A server of the Green Software Foundation's Carbon Aware SDK: whatever source stands behind it, in one form.
///
/// Ratings are g/kWh whatever the source; which kind they count depends on that source, so it is declared here.
/// Servers have been seen to answer for "now", or with seven days, when asked for a past moment: what is outside of the
/// asked time is left out. Source: signals-and-scheduling reference, section 7.
public struct CarbonAwareSDK: SignalCodec {
  public let name: String
  public let source: Source
  private let address: WebAddress
  private let kind: SignalKind
  private let locations: [Region: String]

  /// A server.
  ///
  /// - Parameters:
  ///   - kind: what the ratings count: `marginal` with WattTime behind it.
  ///   - locations: what the server calls the regions; a region's own name unless stated.
  ///   - source: what to cite for the data behind the server.
  public init(
    address: WebAddress, kind: SignalKind, locations: [Region: String] = [:], name: String = "Carbon Aware SDK",
    source: Source? = nil
  ) {
    self.address = address
    self.kind = kind
    self.locations = locations
    self.name = name
    self.source = source ?? Source("Carbon Aware SDK at \(address.host)", licence: "that of the source behind it")
  }

  private func location(_ region: Region) -> String { locations[region] ?? region.name }

  public func objection(to query: SignalQuery) -> ProviderError? { query.requireKind([kind], of: name) }

  public func requests(for query: SignalQuery, at now: Timestamp) throws(ProviderError) -> [FetchRequest] {
    if let objection = objection(to: query) { throw objection }
    let path: String
    var fields: [FetchRequest.Field] = [.init("location", location(query.region))]
    switch query.extent {
    case .latest:
      path = "/emissions/bylocation"
      fields += [.init("time", (now - .hours(3)).description), .init("toTime", now.description)]
    case .history(let range):
      path = "/emissions/bylocation"
      fields += [.init("time", range.lowerBound.description), .init("toTime", range.upperBound.description)]
    case .forecast(let range):
      // Without bounds the whole forecast comes; bounds outside of it would be an error.
      path = "/emissions/forecasts/current"
      _ = range
    }
    return [FetchRequest(address, path, query: fields, headers: [.init("Accept", "application/json")])]
  }

  public func signals(in answers: [CodecAnswer], for query: SignalQuery) throws(ProviderError) -> [Signal] {
    var signals: [Signal] = []
    for answer in answers where answer.response.status != 204 {
      for row in try answer.json().elements() {
        if case .forecast = query.extent {
          try checkLocation(row, query)
          let generated = try row.member("generatedAt").time()
          for point in try row.member("forecastData").elements() {
            guard let value = try point.optional("value") else { continue }
            let minutes = try point.member("duration").number()
            guard minutes > 0, minutes <= 1440 else { throw point.malformed("a duration of \(minutes) min") }
            signals.append(
              signal(
                query, try point.member("timestamp").time(), .seconds(minutes * 60), try value.number(),
                issuedAt: answer.issued(generated), isEstimated: true))
          }
        } else {
          try checkLocation(row, query)
          guard let rating = try row.optional("rating") else { continue }
          let duration = try row.member("duration").text()
          guard let length = DotNetTimeSpan.parse(duration), length > .zero, length <= .hours(24) else {
            throw row.malformed("'\(Redaction.excerpt(duration))' is no duration of the form 00:05:00")
          }
          let start = try row.member("time").time()
          if case .latest = query.extent, start > answer.receivedAt { continue }
          signals.append(
            signal(query, start, length, try rating.number(), issuedAt: answer.receivedAt, isEstimated: false))
        }
      }
    }
    return signals.filter { query.covers($0.validity) }
  }

  private func checkLocation(_ node: JSONNode, _ query: SignalQuery) throws(ProviderError) {
    let got = try node.member("location").text()
    let asked = location(query.region)
    guard got.lowercased() == asked.lowercased() else {
      throw .otherRegion(asked: asked, got: Redaction.excerpt(got))
    }
  }

  private func signal(
    _ query: SignalQuery, _ start: Timestamp, _ length: Span, _ value: Double, issuedAt: Timestamp, isEstimated: Bool
  ) -> Signal {
    Signal(
      region: query.region, kind: kind, unit: "g/kWh", validity: start..<(start + length), value: value,
      issuedAt: issuedAt, provider: name, isEstimated: isEstimated, source: source)
  }
}

/// Durations as .NET writes them: `[d.]hh:mm:ss[.fffffff]`.
enum DotNetTimeSpan {
  static func parse(_ text: String) -> Span? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    let first = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    guard first.count <= 2, let hour = first.last, let hours = digits(hour), hours < 24,
      let days = first.count == 2 ? digits(first[0]) : 0, days < 10_000, let minutes = digits(parts[1]), minutes < 60
    else { return nil }
    let second = parts[2].split(separator: ".", omittingEmptySubsequences: false)
    guard second.count <= 2, let seconds = digits(second[0]), seconds < 60 else { return nil }
    var fraction = 0.0
    if second.count == 2 {
      guard (1...7).contains(second[1].count), digits(second[1]) != nil, let value = Double("0.\(second[1])") else {
        return nil
      }
      fraction = value
    }
    return .seconds(Double(days * 86_400 + hours * 3600 + minutes * 60 + seconds) + fraction)
  }

  private static func digits(_ text: Substring) -> Int? {
    guard (1...7).contains(text.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }
}

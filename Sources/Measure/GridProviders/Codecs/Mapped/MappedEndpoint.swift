public import Grid
public import Methods
public import Quantities

/// Any HTTP endpoint that answers with CSV or JSON, by a mapping.
public struct MappedEndpoint: SignalCodec {
  public let name: String
  public let source: Source
  private let address: WebAddress
  private let path: String
  private let fields: [FetchRequest.Field]
  private let headers: [FetchRequest.Field]
  private let reader: MappedReader

  /// An endpoint.
  ///
  /// - Parameters:
  ///   - path: behind the address; `{start}`, `{end}` and `{region}` are filled in, here and in the query.
  ///   - query: the query's fields, keys among them.
  ///   - headers: headers, keys among them.
  public init(
    _ mapping: SignalMapping, address: WebAddress, path: String = "", query: [FetchRequest.Field] = [],
    headers: [FetchRequest.Field] = []
  ) {
    name = mapping.name
    reader = MappedReader(mapping: mapping)
    source = reader.source
    self.address = address
    self.path = path
    fields = query
    self.headers = headers
  }

  public func objection(to query: SignalQuery) -> ProviderError? { reader.mapping.objection(to: query) }

  public func requests(for query: SignalQuery, at now: Timestamp) throws(ProviderError) -> [FetchRequest] {
    if let objection = objection(to: query) { throw objection }
    let range: Range<Timestamp> =
      switch query.extent {
      case .latest: (now - .hours(24))..<now
      case .history(let range), .forecast(let range): range
      }
    let values = [
      "{start}": range.lowerBound.description, "{end}": range.upperBound.description, "{region}": query.region.name,
    ]
    func filled(_ text: String) -> String {
      values.reduce(text) { $0.replacing($1.key, with: $1.value) }
    }
    let filledFields = fields.map { $0.secret == nil ? FetchRequest.Field($0.name, filled($0.value)) : $0 }
    let accept = FetchRequest.Field("Accept", reader.mapping.format == .json ? "application/json" : "text/csv")
    return [FetchRequest(address, filled(path), query: filledFields, headers: headers + [accept])]
  }

  public func signals(in answers: [CodecAnswer], for query: SignalQuery) throws(ProviderError) -> [Signal] {
    var signals: [Signal] = []
    for answer in answers {
      signals += try reader.signals(in: answer.response.body, readAt: answer.receivedAt)
      if case .latest = query.extent { signals.removeAll { $0.validity.lowerBound > answer.receivedAt } }
    }
    return signals.filter { query.covers($0.validity) }
  }
}

/// A file that is read by a mapping: the file's bytes are handed in, so that no file is touched here.
public struct MappedFile: SignalSupplier {
  public let name: String
  private let reader: MappedReader
  private let bytes: @Sendable () throws -> [UInt8]
  private let clock: any GridClock
  private let limits: SignalLimits

  /// A file.
  ///
  /// - Parameter bytes: reads the file; it is asked each time, so that a file which another program renews is new.
  public init(
    _ mapping: SignalMapping, limits: SignalLimits = SignalLimits(), clock: any GridClock,
    bytes: @escaping @Sendable () throws -> [UInt8]
  ) {
    name = mapping.name
    reader = MappedReader(mapping: mapping)
    self.limits = limits
    self.clock = clock
    self.bytes = bytes
  }

  public var maximumAge: Span { .hours(2) }

  public func objection(to query: SignalQuery) -> ProviderError? { reader.mapping.objection(to: query) }

  public func deliver(_ query: SignalQuery, by deadline: Timestamp) async throws(ProviderError) -> Delivery {
    if let objection = objection(to: query) { throw objection }
    let content: [UInt8]
    do { content = try bytes() } catch { throw .unreadable(Redaction.excerpt("\(error)")) }
    let now = clock.now
    var signals = try reader.signals(in: content, readAt: now).filter { query.covers($0.validity) }
    if case .latest = query.extent { signals.removeAll { $0.validity.lowerBound > now } }
    return try DeliveryCheck(query: query, limits: limits).delivery(of: signals, at: now)
  }
}

extension SignalMapping {
  /// Why a query is not for this mapping; nothing when it is.
  func objection(to query: SignalQuery) -> ProviderError? {
    if let objection { return .notOffered(objection) }
    if let other = query.requireKind([kind], of: name) { return other }
    guard query.region == region else { return .noSuchRegion(query.region, hint: "'\(name)' is about \(region)") }
    switch query.extent {
    case .forecast where isForecast != true: return .notOffered("'\(name)' holds no forecasts")
    case .history where isForecast == true: return .notOffered("'\(name)' holds forecasts and no measured values")
    default: return nil
    }
  }
}

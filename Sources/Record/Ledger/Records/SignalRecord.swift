public import Methods
public import Quantities

/// One value of a grid signal as a provider issued it. Values are never changed; a better one is a new issue.
public struct SignalRecord: Hashable, Sendable, Codable {
  /// Its id.
  public var id: SignalID
  /// The grid region, as an Electricity Maps zone or an ISO country.
  public var region: String
  /// Which signal, by the name of its kind in the room Grid, for example the average carbon intensity.
  public var kind: String
  /// When the provider said so, in grid time; nobody can have known it earlier.
  public var issued: Timestamp
  /// From when it holds.
  public var validFrom: Timestamp
  /// Until when it holds; not itself included.
  public var validTo: Timestamp
  /// The value in `unit`.
  public var value: Double
  /// The low end of the 95 % interval, where the provider or the method states one.
  public var low: Double?
  /// The high end of the 95 % interval.
  public var high: Double?
  /// The unit's symbol: `g/kWh` for a carbon intensity.
  public var unit: String
  /// Who issued it: a service's name, or the id of a method (`persistence@1`) when it was computed here.
  public var provider: String
  /// Whether the provider calls it an estimate or a forecast rather than a reading.
  public var estimated: Bool
  /// Where the number stands.
  public var source: Source

  /// A grid value.
  ///
  /// - Parameter id: its id; without one it gets ``SignalID/init(of:)``, so that the same value read twice is one.
  public init(
    id: SignalID? = nil, region: String, kind: String, issued: Timestamp, validFrom: Timestamp, validTo: Timestamp,
    value: Double, low: Double? = nil, high: Double? = nil, unit: String = CarbonIntensity.baseUnit, provider: String,
    estimated: Bool, source: Source
  ) {
    self.id = id ?? SignalID(ULID(issued, random: 0))
    self.region = region
    self.kind = kind
    self.issued = issued
    self.validFrom = validFrom
    self.validTo = validTo
    self.value = value
    self.low = low
    self.high = high
    self.unit = unit
    self.provider = provider
    self.estimated = estimated
    self.source = source
    if id == nil { self.id = SignalID(of: self) }
  }

  /// Where the value comes from: computed here or estimated is `modelled`, else `published`.
  public var origin: Origin { MethodID(parsing: provider) != nil || estimated ? .modelled : .published }

  /// The value with its interval and source, under the signal's id.
  ///
  /// All values of one provider, region and kind share one uncertain source, since they share their fuel factors.
  public var receipt: Receipt {
    let low = low ?? value
    let high = high ?? value
    let isExact = low == value && high == value
    let deviation = Deviation(atLow: low - value, atHigh: high - value)
    return Receipt(
      id: id.description, label: "grid signal \(kind), \(region), \(validFrom) to \(validTo)", value: value, low: low,
      high: high, unit: unit.isEmpty ? "unstated unit" : unit, origin: origin,
      method: MethodID(parsing: provider) ?? "grid-signal@1", source: source,
      note: "by \(provider), issued \(issued)\(estimated ? ", estimated" : "")",
      deviations: isExact ? [:] : ["grid-intensity:\(region):\(kind):\(provider)": deviation])
  }
}

extension SignalID {
  /// The id that depends on nothing but the content: the moment of issue, then a hash over the other fields. The same
  /// value fetched again, or by another process, is the same record.
  public init(of signal: SignalRecord) {
    let number = { (value: Double?) in value.map { String($0.bitPattern, radix: 16) } ?? "" }
    let fields = [
      signal.region, signal.kind, "\(signal.validFrom.milliseconds)", "\(signal.validTo.milliseconds)",
      number(signal.value), number(signal.low), number(signal.high), signal.unit, signal.provider,
      "\(signal.estimated)",
      signal.source.citation, "\(signal.source.year ?? 0)", signal.source.licence ?? "",
    ]
    self.init(ULID(signal.issued, content: fields))
  }
}

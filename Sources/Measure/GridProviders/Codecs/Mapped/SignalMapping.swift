public import Grid

/// How to read signals out of any CSV or JSON: which field is the time, which the value, and what they mean.
///
/// It is plain data, so that it can stand in a configuration file. Everything that changes what a number means has to
/// be stated: kind, unit, and how long an interval is or where it ends.
public struct SignalMapping: Hashable, Sendable, Codable {
  /// How the text is written.
  public enum Format: String, Hashable, Sendable, Codable, CaseIterable { case csv, json }

  /// How a time is written.
  public enum TimeFormat: String, Hashable, Sendable, Codable, CaseIterable {
    /// ISO 8601 with a zone.
    case iso8601
    /// ISO 8601 without a zone, in UTC because you say so.
    case iso8601UTC = "iso8601-utc"
    /// Seconds since 1970.
    case unixSeconds = "unix-seconds"
    /// Milliseconds since 1970.
    case unixMilliseconds = "unix-milliseconds"
  }

  /// The name under which the values are kept.
  public var name: String
  /// The region of all values.
  public var region: Region
  /// What they count.
  public var kind: SignalKind
  /// How the text is written.
  public var format: Format
  /// The path to the list of records in JSON, with points between names; nothing when the answer is the list.
  public var records: String?
  /// The field of the time.
  public var time: String
  /// How it is written; ISO 8601 with a zone unless stated.
  public var timeFormat: TimeFormat?
  /// Whether the time is the interval's start or its end; the start unless stated.
  public var timeIs: TimeLayout.Label?
  /// The field of the interval's end, where there is one.
  public var end: String?
  /// How long an interval is, in seconds, where no field states its end.
  public var intervalSeconds: Double?
  /// The field of the value.
  public var value: String
  /// The value's unit as it comes: `g/kWh`, `lb/MWh`, `°F`.
  public var unit: String
  /// The field that says whether a value is estimated, where there is one.
  public var estimated: String?
  /// The field of the issue time, where there is one; it is written like the time.
  public var issued: String?
  /// Whether the values are forecasts.
  public var isForecast: Bool?
  /// What to cite; the name unless stated.
  public var citation: String?
  /// The licence of the data.
  public var licence: String?

  /// A mapping.
  public init(
    name: String, region: Region, kind: SignalKind, format: Format, records: String? = nil, time: String,
    timeFormat: TimeFormat? = nil, timeIs: TimeLayout.Label? = nil, end: String? = nil,
    intervalSeconds: Double? = nil, value: String, unit: String, estimated: String? = nil, issued: String? = nil,
    isForecast: Bool? = nil, citation: String? = nil, licence: String? = nil
  ) {
    self.name = name
    self.region = region
    self.kind = kind
    self.format = format
    self.records = records
    self.time = time
    self.timeFormat = timeFormat
    self.timeIs = timeIs
    self.end = end
    self.intervalSeconds = intervalSeconds
    self.value = value
    self.unit = unit
    self.estimated = estimated
    self.issued = issued
    self.isForecast = isForecast
    self.citation = citation
    self.licence = licence
  }

  /// What is wrong with the mapping itself, as a sentence; nothing when it can be used.
  public var objection: String? {
    if end == nil, intervalSeconds == nil {
      return "the mapping of '\(name)' says neither how long an interval is (intervalSeconds) nor where it ends (end)"
    }
    if let seconds = intervalSeconds, !(seconds >= 1 && seconds <= 32 * 86_400) {
      return "the mapping of '\(name)' has an interval of \(seconds) s; give 1 s to 32 days"
    }
    if end != nil, timeIs == .end { return "the mapping of '\(name)' has two ends of an interval and no start" }
    return UnitConversion(from: unit, for: kind) == nil
      ? "the mapping of '\(name)': \(kind.label) in '\(unit)' cannot be read; \(UnitConversion.hint(for: kind))" : nil
  }
}

/// How a value in some unit becomes one in the unit that its kind is kept in.
struct UnitConversion: Hashable {
  let unit: String
  private let scale: Double
  private let offset: Double

  func callAsFunction(_ value: Double) -> Double { value * scale + offset }

  private static let carbon: [String: Double] = [
    "g/kwh": 1, "gco2/kwh": 1, "gco2e/kwh": 1, "gco2eq/kwh": 1, "kg/mwh": 1, "t/gwh": 1, "kg/kwh": 1000,
    "t/mwh": 1000, "lb/mwh": 0.45359237, "lbs/mwh": 0.45359237,
  ]
  private static let temperature: [String: (Double, Double)] = [
    "°c": (1, 0), "c": (1, 0), "k": (1, -273.15), "°f": (5.0 / 9, -160.0 / 9), "f": (5.0 / 9, -160.0 / 9),
  ]

  /// Nothing for a unit in which the kind does not come.
  init?(from unit: String, for kind: SignalKind) {
    let name = unit.lowercased()
    if kind.isCarbonIntensity {
      guard let scale = Self.carbon[name] else { return nil }
      self.init(unit: "g/kWh", scale: scale)
      return
    }
    switch kind {
    case .temperature, .wetBulb:
      guard let (scale, offset) = Self.temperature[name] else { return nil }
      self.init(unit: "°C", scale: scale, offset: offset)
    case .renewableShare, .lowCarbonShare, .relativeHumidity:
      guard name == "%" || name == "1" else { return nil }
      self.init(unit: "%", scale: name == "1" ? 100 : 1)
    case .price, .demand, .netLoad, .unstated:
      guard !unit.isEmpty else { return nil }
      self.init(unit: unit, scale: 1)
    default: return nil
    }
  }

  private init(unit: String, scale: Double, offset: Double = 0) {
    self.unit = unit
    self.scale = scale
    self.offset = offset
  }

  static func hint(for kind: SignalKind) -> String {
    if kind.isCarbonIntensity { return "write g/kWh, kg/MWh, t/GWh, kg/kWh, t/MWh or lb/MWh" }
    switch kind {
    case .temperature, .wetBulb: return "write °C, K or °F"
    case .renewableShare, .lowCarbonShare, .relativeHumidity: return "write %, or 1 for shares of one"
    default: return "write the unit, as MW or EUR/MWh"
    }
  }
}

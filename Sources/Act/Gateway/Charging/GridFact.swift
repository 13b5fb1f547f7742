public import Quantities

/// What the data plane knows of the grid while a decision is in force: for charges, and for what callers are told.
public struct GridFact: Sendable, Hashable {
  /// Grams a kilowatt-hour; nil when no value is known.
  public var intensity: CarbonIntensity?
  /// The interval's lower end, where the provider states one.
  public var low: CarbonIntensity?
  /// The interval's upper end, where the provider states one.
  public var high: CarbonIntensity?
  /// The signal's kind, for example `average-lifecycle`.
  public var kind: String
  /// Grid time at which the value was issued; nil when none is known.
  public var issued: Timestamp?
  /// How the decision came about, for example `live`, `persistence` or `static`.
  public var mode: String
  /// Power usage effectiveness of the site, 1 or more.
  public var pue: Double
  /// Grams a second of the machine's embodied carbon; nil when the machine is not known.
  public var embodiedGramsPerSecond: GramRange?
  /// Where the intensity comes from.
  public var origin: Origin
  /// The grid value's id (`sig_…`), for `dimmer explain`.
  public var signalID: String?
  /// The value of the `Dimmer-Grid` field: plain ASCII on one line.
  public var text: String

  /// A fact with all its parts.
  public init(
    intensity: CarbonIntensity?, low: CarbonIntensity? = nil, high: CarbonIntensity? = nil, kind: String,
    issued: Timestamp?, mode: String, pue: Double = 1, embodiedGramsPerSecond: GramRange? = nil,
    origin: Origin = .published, signalID: String? = nil, text: String
  ) {
    self.intensity = intensity
    self.low = low
    self.high = high
    self.kind = kind
    self.issued = issued
    self.mode = mode
    self.pue = pue
    self.embodiedGramsPerSecond = embodiedGramsPerSecond
    self.origin = origin
    self.signalID = signalID
    self.text = text
  }
}

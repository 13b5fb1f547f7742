public import Methods
public import Quantities

/// One value of one kind for one region and interval, as one provider issued it.
///
/// This is the form in which signals are handed to people, decisions and the ledger. It always has an interval:
/// a bare point leaves open whether its stamp is the start or the end of the hour.
public struct Signal: Hashable, Sendable, Codable {
  /// The grid.
  public let region: Region
  /// What the value is about.
  public let kind: SignalKind
  /// The value's unit.
  public let unit: String
  /// The interval the value holds for: its start included, its end not.
  public let validity: Range<Timestamp>
  /// The value.
  public let value: Double
  /// The low end of the 95 % interval, where known.
  public let low: Double?
  /// The high end of the 95 % interval, where known.
  public let high: Double?
  /// When the value could first be known.
  public let issuedAt: Timestamp
  /// Who made the value: a service's name, or the id of a Dimmer method (`intensity-by-fuel@1`) when computed here.
  public let provider: String
  /// Whether it is a forecast or the provider's own estimate rather than an observation.
  public let isEstimated: Bool
  /// What to cite.
  public let source: Source

  /// A signal from its parts.
  public init(
    region: Region, kind: SignalKind, unit: String, validity: Range<Timestamp>, value: Double, low: Double? = nil,
    high: Double? = nil, issuedAt: Timestamp, provider: String, isEstimated: Bool = false, source: Source
  ) {
    self.region = region
    self.kind = kind
    self.unit = unit
    self.validity = validity
    self.value = value
    self.low = low
    self.high = high
    self.issuedAt = issuedAt
    self.provider = provider
    self.isEstimated = isEstimated
    self.source = source
  }

  /// Where the value comes from: computed by a method or estimated is `modelled`, else `published`.
  public var origin: Origin { MethodID(parsing: provider) != nil || isEstimated ? .modelled : .published }

  /// The method that stands behind the value: the provider's own when it is one of ours.
  public var method: MethodID { MethodID(parsing: provider) ?? Signal.takenAsPublished }

  /// The method of a value that is used as its provider published it.
  public static let takenAsPublished: MethodID = "grid-signal@1"

  /// The signal as a figure with a receipt; nothing when it is no carbon intensity.
  ///
  /// All hours of one provider and region share one uncertain source, since they share their fuel factors: in a ratio
  /// of two figures that rest on them its error cancels.
  ///
  /// - Parameter inputs: receipts of what went into the value, for example of the fuel factors.
  public func figure(inputs: [Receipt] = []) -> Figure<CarbonIntensity>? {
    guard kind.isCarbonIntensity, value.isFinite else { return nil }
    let estimate = Estimate(
      CarbonIntensity.gramsPerKilowattHour(value), low: .gramsPerKilowattHour(low ?? value),
      high: .gramsPerKilowattHour(high ?? value), origin: origin, method: method,
      source: Signal.uncertaintySource(region, kind, provider))
    let noInterval = low == nil || high == nil ? "the provider states no uncertainty; " : ""
    return Figure(
      "\(kind.label), \(region), \(validity.lowerBound) to \(validity.upperBound)", estimate, inputs: inputs,
      source: source, note: "\(noInterval)by \(provider), issued \(issuedAt)\(isEstimated ? ", estimated" : "")")
  }

  /// The name of what all values of one kind, region and provider are unsure about together.
  static func uncertaintySource(_ region: Region, _ kind: SignalKind, _ provider: String) -> UncertaintySource {
    "grid-intensity:\(region):\(kind.rawValue):\(provider)"
  }
}

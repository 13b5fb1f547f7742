public import Methods
public import Quantities

/// A variant of a model as it was measured on this machine: what a request costs and how good the answers are.
public struct VariantRecord: Hashable, Sendable, Codable {
  /// Its id; a new calibration is a new record.
  public var id: VariantID
  /// The alias that callers use.
  public var alias: String
  /// The model's own name at the server behind.
  public var name: String
  /// When it was measured, by the wall clock.
  public var calibrated: Timestamp
  /// Mean quality of its answers in points, 0 to 100; `nil` when nobody measured or stated it.
  public var quality: Double?
  /// The low end of the quality's 95 % interval.
  public var qualityLow: Double?
  /// How many answers the quality rests on.
  public var samples: Int?
  /// Joules for each unit of work: an image, a token.
  public var joulesPerUnit: Double
  /// The low end of its 95 % interval.
  public var joulesPerUnitLow: Double
  /// The high end of its 95 % interval.
  public var joulesPerUnitHigh: Double
  /// Joules for a request, whatever its units.
  public var joulesPerRequest: Double
  /// The low end of its 95 % interval.
  public var joulesPerRequestLow: Double
  /// The high end of its 95 % interval.
  public var joulesPerRequestHigh: Double
  /// Joules for each token read that was not cached; `nil` when the calibration knows none.
  public var perInputToken: EnergyCoefficient?
  /// Joules for each token written; `nil` when the calibration knows none.
  public var perOutputToken: EnergyCoefficient?
  /// The variant that this one is a brevity directive on; `nil` when it is none.
  public var directiveOf: String?
  /// How its energy was found.
  public var receipt: Receipt
  /// How its quality was found, where that was apart from its energy; its id is a figure of the evaluation.
  public var qualityReceipt: Receipt?

  /// A calibration's result.
  public init(
    id: VariantID, alias: String, name: String, calibrated: Timestamp, quality: Double? = nil,
    qualityLow: Double? = nil, samples: Int? = nil, perUnit: (value: Double, low: Double, high: Double),
    perRequest: (value: Double, low: Double, high: Double), perInputToken: EnergyCoefficient? = nil,
    perOutputToken: EnergyCoefficient? = nil, directiveOf: String? = nil, receipt: Receipt,
    qualityReceipt: Receipt? = nil
  ) {
    self.id = id
    self.alias = alias
    self.name = name
    self.calibrated = calibrated
    self.quality = quality
    self.qualityLow = qualityLow
    self.samples = samples
    joulesPerUnit = perUnit.value
    joulesPerUnitLow = perUnit.low
    joulesPerUnitHigh = perUnit.high
    joulesPerRequest = perRequest.value
    joulesPerRequestLow = perRequest.low
    joulesPerRequestHigh = perRequest.high
    self.perInputToken = perInputToken
    self.perOutputToken = perOutputToken
    self.directiveOf = directiveOf
    self.receipt = receipt
    self.qualityReceipt = qualityReceipt
  }
}

/// What one more of something costs, with its 95 % interval.
public struct EnergyCoefficient: Hashable, Sendable, Codable {
  /// Joules for each.
  public var joules: Double
  /// The low end.
  public var low: Double
  /// The high end.
  public var high: Double

  /// A coefficient; without ends it is exact, as a stated one is.
  public init(_ joules: Double, low: Double? = nil, high: Double? = nil) {
    self.joules = joules
    self.low = low ?? joules
    self.high = high ?? joules
  }
}

extension Sequence<VariantRecord> {
  /// The calibration that a request to that variant at that moment rests on: the latest one that was there by then.
  public func inForce(_ name: String, at moment: Timestamp) -> VariantRecord? {
    filter { $0.name == name && $0.calibrated <= moment }.max { ($0.calibrated, $0.id) < ($1.calibrated, $1.id) }
  }
}

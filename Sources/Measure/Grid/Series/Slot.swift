public import Quantities

/// One interval of a series.
public struct Slot: Hashable, Sendable, Codable {
  /// The interval the value holds for: its start included, its end not.
  public let validity: Range<Timestamp>
  /// The value, in the series' unit.
  public let value: Double
  /// The low end of the 95 % interval, where known.
  public let low: Double?
  /// The high end of the 95 % interval, where known.
  public let high: Double?
  /// When the value could first be known.
  public let issuedAt: Timestamp
  /// Whether it is a forecast or an estimate rather than an observation.
  public let isEstimated: Bool

  /// A slot from its parts.
  ///
  /// - Parameter issuedAt: when the value could first be known; the start of its interval unless stated, which is
  ///   how services that publish the current hour behave.
  public init(
    _ validity: Range<Timestamp>, value: Double, low: Double? = nil, high: Double? = nil,
    issuedAt: Timestamp? = nil, isEstimated: Bool = false
  ) {
    self.validity = validity
    self.value = value
    self.low = low
    self.high = high
    self.issuedAt = issuedAt ?? validity.lowerBound
    self.isEstimated = isEstimated
  }

  /// The interval's start.
  public var start: Timestamp { validity.lowerBound }
  /// The interval's end, which no longer belongs to it.
  public var end: Timestamp { validity.upperBound }

  /// The same value for another interval.
  func over(_ validity: Range<Timestamp>) -> Slot {
    Slot(validity, value: value, low: low, high: high, issuedAt: issuedAt, isEstimated: isEstimated)
  }

  /// The same value, issued at another moment.
  func issued(at moment: Timestamp) -> Slot {
    Slot(validity, value: value, low: low, high: high, issuedAt: moment, isEstimated: isEstimated)
  }
}

extension Range where Bound == Timestamp {
  /// The interval's length.
  public var span: Span { upperBound - lowerBound }
  /// The interval's length in whole milliseconds, so that sums of lengths are exact.
  var milliseconds: Int64 { upperBound.milliseconds - lowerBound.milliseconds }
}

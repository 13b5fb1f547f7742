public import Quantities

/// What of a series had been issued by a moment, and nothing later.
///
/// Forecasts and decisions take this type and no ``Series``, so that the future cannot reach them: the only ways to
/// make one leave out everything issued later.
public struct IssuedSeries: Hashable, Sendable, Codable {
  /// The moment up to which issues are known.
  public let moment: Timestamp
  /// The values known by then.
  public let series: Series

  fileprivate init(moment: Timestamp, series: Series) {
    self.moment = moment
    self.series = series
  }

  /// The newest interval by start, or nothing when none had been issued.
  public var latest: Slot? { series.slots.last }

  /// Only the intervals that end after `moment`.
  public func since(_ moment: Timestamp) -> IssuedSeries {
    let first = series.slots.partitionPoint { $0.end <= moment }
    return IssuedSeries(moment: self.moment, series: series.with(series.slots[first...]))
  }

  /// Only some of what had been issued.
  func with(_ slots: ArraySlice<Slot>) -> IssuedSeries {
    IssuedSeries(moment: moment, series: series.with(slots))
  }

  /// What had been issued by an earlier moment; a later one adds nothing.
  public func asIssued(by earlier: Timestamp) -> IssuedSeries { series.asIssued(by: min(earlier, moment)) }
}

extension Series {
  /// What of this series had been issued by `moment`.
  public func asIssued(by moment: Timestamp) -> IssuedSeries {
    if isIssuedInOrder {
      let end = slots.partitionPoint { $0.issuedAt <= moment }
      return IssuedSeries(moment: moment, series: with(slots[slots.startIndex..<end]))
    }
    return IssuedSeries(moment: moment, series: with(ArraySlice(slots.filter { $0.issuedAt <= moment })))
  }

  /// The series as if each value were issued `lag` after its interval began.
  public func issued(after lag: Span) -> Series {
    Series(
      region: region, kind: kind, unit: unit, provider: provider, source: source, receipt: receipt,
      checked: ArraySlice(slots.map { $0.issued(at: $0.start + lag) }), isIssuedInOrder: true)
  }
}

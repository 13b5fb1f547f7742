public import Quantities

/// Why intervals make no series, or two series cannot be put together.
public enum SeriesError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Two kinds in one series.
  case mixedKinds(SignalKind, SignalKind)
  /// Two regions in one series.
  case mixedRegions(Region, Region)
  /// Two units in one series.
  case mixedUnits(String, String)
  /// Two providers in one series.
  case mixedProviders(String, String)
  /// A unit that signals of the kind are not kept in.
  case wrongUnit(String, expected: String, SignalKind)
  /// An interval that begins at or after its end.
  case emptyInterval(Timestamp)
  /// An interval that begins before the one in front of it.
  case outOfOrder(Timestamp, after: Timestamp)
  /// An interval that begins before the one in front of it ends.
  case overlap(Timestamp, before: Timestamp)
  /// A value, or an end of its range, that is no number.
  case notFinite(Timestamp)
  /// A value outside its own range.
  case outsideItsRange(Timestamp)
  /// No signals, so that there is no kind or region to speak of.
  case empty

  /// One line with the fix.
  public var description: String {
    switch self {
    case .mixedKinds(let first, let second):
      "a series holds one kind, not \(first.rawValue) and \(second.rawValue); keep them in two series"
    case .mixedRegions(let first, let second):
      "a series is about one region, not \(first) and \(second); keep them in two series"
    case .mixedUnits(let first, let second):
      "a series has one unit, not '\(first)' and '\(second)'; convert one of them first"
    case .mixedProviders(let first, let second):
      "a series comes from one provider, not \(first) and \(second); keep them in two series"
    case .wrongUnit(let unit, let expected, let kind):
      "\(kind.label) is kept in \(expected), not '\(unit)'; convert the values first"
    case .emptyInterval(let start): "the interval at \(start) has no length; its end must be later than its start"
    case .outOfOrder(let start, let previous): "\(start) comes after \(previous); sort the intervals by start"
    case .overlap(let start, let end): "the interval at \(start) begins before the one in front of it ends, at \(end)"
    case .notFinite(let start): "the value at \(start) is not a finite number; leave the interval out to say 'missing'"
    case .outsideItsRange(let start): "the value at \(start) is not between its own low and high ends"
    case .empty: "no signals; a series needs at least one to know its kind and region"
    }
  }
}

public import Quantities

/// What clocks on the wall show in a place: a fixed offset from UTC and, where there is one, a rule for summer time.
///
/// For rules that are about people's time, as "at night"; everything else is kept in UTC. It holds for years in which
/// the rule is in force, not for history before it.
public struct LocalClock: Hashable, Sendable {
  /// How far standard time is ahead of UTC; negative west of Greenwich.
  public let standardOffset: Span
  /// When summer time holds; nothing where it never does.
  public let summer: SummerTime?

  /// A clock so far ahead of UTC.
  public init(standardOffset: Span, summer: SummerTime? = nil) {
    self.standardOffset = standardOffset
    self.summer = summer
  }

  /// Coordinated universal time.
  public static let utc = LocalClock(standardOffset: .zero)
  /// Western Europe: Dublin, Lisbon, London.
  public static let westernEurope = LocalClock(standardOffset: .zero, summer: .europe)
  /// Central Europe: Berlin, Paris, Warsaw.
  public static let centralEurope = LocalClock(standardOffset: .hours(1), summer: .europe)
  /// Eastern Europe: Athens, Helsinki.
  public static let easternEurope = LocalClock(standardOffset: .hours(2), summer: .europe)
  /// United States, east: Boston, New York.
  public static let easternUS = LocalClock(standardOffset: .hours(-5), summer: .unitedStates)
  /// United States, centre: Chicago, Dallas.
  public static let centralUS = LocalClock(standardOffset: .hours(-6), summer: .unitedStates)
  /// United States, mountains: Denver.
  public static let mountainUS = LocalClock(standardOffset: .hours(-7), summer: .unitedStates)
  /// United States, west: Los Angeles, San Jose.
  public static let pacificUS = LocalClock(standardOffset: .hours(-8), summer: .unitedStates)
  /// Australia, south-east: Melbourne, Sydney.
  public static let southEastAustralia = LocalClock(standardOffset: .hours(10), summer: .southEastAustralia)
  /// Singapore.
  public static let singapore = LocalClock(standardOffset: .hours(8))

  /// How far local time is ahead of UTC at `moment`.
  public func offset(at moment: Timestamp) -> Span {
    guard let summer, summer.holds(at: moment, standardOffset: standardOffset) else { return standardOffset }
    return standardOffset + .hours(1)
  }

  /// The local day as whole days since 1970-01-01.
  public func day(of moment: Timestamp) -> Int64 { (moment + offset(at: moment)).dayIndex }

  /// The time of day on the wall, midnight being zero.
  public func timeOfDay(at moment: Timestamp) -> Span {
    let local = moment + offset(at: moment)
    return local - local.startOfDay
  }

  /// The moment at which a local day's clocks show `timeOfDay` for the first time; where they never do because they
  /// are put forward over it, the moment at which they are.
  func moment(day: Int64, timeOfDay: Span) -> Timestamp {
    let wall = Timestamp(milliseconds: day * 86_400_000) + timeOfDay
    let inSummer = wall - standardOffset - .hours(1)
    let inStandard = wall - standardOffset
    if offset(at: inSummer) > standardOffset { return inSummer }
    if offset(at: inStandard) == standardOffset { return inStandard }
    // Skipped: summer time began in between, on a whole hour.
    return inStandard.startOfHour
  }

  /// The stretches within `range` in which clocks show a time from `from` to `to`, over midnight when `to` is not
  /// later: 22:00 to 06:00 is 8 h long, 7 h and 9 h in the nights in which clocks are changed.
  public func stretches(from: Span, to: Span, in range: Range<Timestamp>) -> [Range<Timestamp>] {
    guard !range.isEmpty else { return [] }
    var result: [Range<Timestamp>] = []
    for day in (day(of: range.lowerBound) - 1)...(day(of: range.upperBound) + 1) {
      let start = moment(day: day, timeOfDay: from)
      let end = moment(day: to > from ? day : day + 1, timeOfDay: to)
      guard start < end else { continue }
      let part = (start..<end).clamped(to: range)
      if !part.isEmpty { result.append(part) }
    }
    return result
  }
}

import Quantities

/// When clocks are put forward by an hour and back.
///
/// Sources: European Union, Directive 2000/84/EC; United States, 15 U.S.C. 260a; Victoria (Australia), Summer Time Act
/// 1972 with its orders: first Sunday of October to first Sunday of April.
public struct SummerTime: Hashable, Sendable {
  /// A change of clocks on a Sunday.
  struct Change: Hashable, Sendable {
    let month: Int
    /// The first, second ... Sunday of the month; nothing for the last.
    let sunday: Int?
    /// The hour of that day at which it happens.
    let hour: Double
    /// Whether the hour is in UTC; else it is in local standard time.
    let isUTC: Bool

    func moment(year: Int, standardOffset: Span) -> Timestamp {
      let first = Change.firstSunday(year: year, month: month)
      var day = first + .hours(24 * 7 * Double((sunday ?? 1) - 1))
      if sunday == nil {
        let next = Change.firstSunday(year: month == 12 ? year + 1 : year, month: month % 12 + 1)
        day = next - .hours(24 * 7)
      }
      return day + .hours(hour) - (isUTC ? .zero : standardOffset)
    }

    private static func firstSunday(year: Int, month: Int) -> Timestamp {
      let text = { (value: Int, width: Int) in
        String(repeating: "0", count: max(0, width - String(value).count)) + String(value)
      }
      let first = Timestamp(iso8601: "\(text(year, 4))-\(text(month, 2))-01") ?? Timestamp(milliseconds: 0)
      // 1970-01-01 was a Thursday: day 3 a Sunday.
      let ahead = (3 - first.dayIndex % 7 + 14) % 7
      return first + .hours(24 * Double(ahead))
    }
  }

  let begins: Change
  let ends: Change

  /// From the last Sunday of March to the last Sunday of October, both at 01:00 UTC.
  public static let europe = SummerTime(
    begins: Change(month: 3, sunday: nil, hour: 1, isUTC: true),
    ends: Change(month: 10, sunday: nil, hour: 1, isUTC: true))

  /// From the second Sunday of March to the first Sunday of November, at 02:00 on the wall, since 2007.
  public static let unitedStates = SummerTime(
    begins: Change(month: 3, sunday: 2, hour: 2, isUTC: false),
    ends: Change(month: 11, sunday: 1, hour: 1, isUTC: false))

  /// From the first Sunday of October to the first Sunday of April, at 02:00 standard time, since 2008.
  public static let southEastAustralia = SummerTime(
    begins: Change(month: 10, sunday: 1, hour: 2, isUTC: false),
    ends: Change(month: 4, sunday: 1, hour: 2, isUTC: false))

  /// Whether clocks are an hour ahead of standard time at `moment`.
  func holds(at moment: Timestamp, standardOffset: Span) -> Bool {
    guard let year = Int((moment + standardOffset).description.prefix(4)) else { return false }
    let begin = begins.moment(year: year, standardOffset: standardOffset)
    let end = ends.moment(year: year, standardOffset: standardOffset)
    return begin < end ? moment >= begin && moment < end : moment >= begin || moment < end
  }
}

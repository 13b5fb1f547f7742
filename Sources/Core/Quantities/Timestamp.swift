/// A moment of grid or wall time: whole milliseconds since 1970-01-01T00:00:00Z.
///
/// Energy is never integrated over timestamps: that is done on the monotonic clock (see ``MonotonicInstant``).
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Milliseconds since the epoch; negative before it.
  public let milliseconds: Int64

  /// The moment so many milliseconds after the epoch.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }
  /// The moment so many seconds after the epoch, to the nearest millisecond; saturates at the range of the count.
  public init(seconds: Double) { self.milliseconds = Timestamp.wholeMilliseconds(seconds) }

  /// Seconds since the epoch.
  public var seconds: Double { Double(milliseconds) / 1000 }
  /// Whole hours since the epoch, rounded down.
  public var hourIndex: Int64 { Timestamp.floorDivide(milliseconds, 3_600_000) }
  /// Whole UTC days since the epoch, rounded down.
  public var dayIndex: Int64 { Timestamp.floorDivide(milliseconds, 86_400_000) }
  /// The start of the UTC day.
  public var startOfDay: Timestamp { Timestamp(milliseconds: dayIndex * 86_400_000) }
  /// The UTC day that holds it.
  public var day: Range<Timestamp> { startOfDay..<(startOfDay + .hours(24)) }
  /// The start of the hour.
  public var startOfHour: Timestamp { Timestamp(milliseconds: hourIndex * 3_600_000) }

  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }
  /// The moment a span later.
  public static func + (moment: Timestamp, span: Span) -> Timestamp {
    Timestamp(milliseconds: saturatingSum(moment.milliseconds, wholeMilliseconds(span.seconds)))
  }
  /// The moment a span earlier.
  public static func - (moment: Timestamp, span: Span) -> Timestamp {
    Timestamp(milliseconds: saturatingSum(moment.milliseconds, wholeMilliseconds(-span.seconds)))
  }
  /// The span between two moments.
  public static func - (later: Timestamp, earlier: Timestamp) -> Span {
    let (whole, overflow) = later.milliseconds.subtractingReportingOverflow(earlier.milliseconds)
    return .seconds((overflow ? Double(later.milliseconds) - Double(earlier.milliseconds) : Double(whole)) / 1000)
  }

  /// A span that came from a file or a flag can be anything; it must not be able to stop the program.
  private static func wholeMilliseconds(_ seconds: Double) -> Int64 {
    let scaled = (seconds * 1000).rounded()
    return Int64(exactly: scaled) ?? (scaled.isNaN ? 0 : scaled > 0 ? .max : .min)
  }

  private static func saturatingSum(_ moment: Int64, _ change: Int64) -> Int64 {
    let (sum, overflow) = moment.addingReportingOverflow(change)
    return overflow ? (change > 0 ? .max : .min) : sum
  }

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    value / divisor - (value % divisor < 0 ? 1 : 0)
  }
}

extension Timestamp: CodedAsText {
  public static var textForm: String { "an ISO 8601 UTC time" }

  /// ISO 8601 in UTC, with milliseconds only when there are any: `2021-03-01T08:00:00Z`.
  public var description: String {
    let day = dayIndex
    let (year, month, dayOfMonth) = CivilDate.civil(fromDays: day)
    let inDay = milliseconds - day * 86_400_000
    let padded = { (value: Int64, width: Int) in
      String(repeating: "0", count: max(0, width - String(value).count)) + String(value)
    }
    let clock = "\(padded(inDay / 3_600_000, 2)):\(padded(inDay / 60_000 % 60, 2)):\(padded(inDay / 1000 % 60, 2))"
    let fraction = inDay % 1000 == 0 ? "" : ".\(padded(inDay % 1000, 3))"
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))T\(clock)\(fraction)Z"
  }

  /// Reads ISO 8601: a date, or a date and time with `Z` or an offset (`2021-03-01`, `2021-03-01T08:00Z`,
  /// `2021-03-01T08:00:00.5+01:00`). A time without a zone is refused, because guessing one is how hours get lost.
  public init?(iso8601 text: some StringProtocol) {
    var scanner = Scanner(Array(text.utf8))
    guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2), scanner.take("-"),
      let day = scanner.number(2), (1...12).contains(month),
      (1...CivilDate.daysIn(month: month, year: year)).contains(day)
    else { return nil }
    var milliseconds = CivilDate.days(fromYear: year, month: month, day: day) * 86_400_000
    if scanner.isAtEnd {
      self.init(milliseconds: milliseconds)
      return
    }
    guard scanner.take("T") || scanner.take(" "), let hour = scanner.number(2), scanner.take(":"),
      let minute = scanner.number(2), hour < 24, minute < 60
    else { return nil }
    milliseconds += hour * 3_600_000 + minute * 60_000
    if scanner.take(":") {
      guard let second = scanner.number(2), second < 61 else { return nil }
      milliseconds += second * 1000
      if scanner.take(".") {
        guard let fraction = scanner.fraction() else { return nil }
        milliseconds += Int64((fraction * 1000).rounded())
      }
    }
    if !scanner.take("Z") {
      let sign: Int64 = scanner.take("+") ? 1 : scanner.take("-") ? -1 : 0
      guard sign != 0, let hours = scanner.number(2) else { return nil }
      _ = scanner.take(":")
      guard let minutes = scanner.number(2), hours < 24, minutes < 60 else { return nil }
      milliseconds -= sign * (hours * 3_600_000 + minutes * 60_000)
    }
    guard scanner.isAtEnd else { return nil }
    self.init(milliseconds: milliseconds)
  }

  /// The same as ``init(iso8601:)``.
  public init?(parsing text: some StringProtocol) { self.init(iso8601: text) }

  private struct Scanner {
    let bytes: [UInt8]
    var index = 0
    init(_ bytes: [UInt8]) { self.bytes = bytes }
    var isAtEnd: Bool { index == bytes.count }
    mutating func take(_ character: Character) -> Bool {
      guard index < bytes.count, bytes[index] == character.asciiValue else { return false }
      index += 1
      return true
    }
    mutating func number(_ width: Int) -> Int64? {
      guard index + width <= bytes.count else { return nil }
      var value: Int64 = 0
      for byte in bytes[index..<(index + width)] {
        guard (48...57).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 48)
      }
      index += width
      return value
    }
    mutating func fraction() -> Double? {
      var value = 0.0
      var unit = 0.1
      let start = index
      while index < bytes.count, (48...57).contains(bytes[index]) {
        value += Double(bytes[index] - 48) * unit
        unit /= 10
        index += 1
      }
      return index > start ? value : nil
    }
  }
}

/// The proleptic Gregorian calendar, by whole days (after Howard Hinnant's published day-count formulas).
enum CivilDate {
  static func days(fromYear year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  static func daysIn(month: Int64, year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

/// A moment on the machine's monotonic clock, in nanoseconds since an arbitrary start; only differences mean anything.
public struct MonotonicInstant: Hashable, Comparable, Sendable, Codable {
  /// Nanoseconds since the clock's start.
  public let nanoseconds: UInt64
  /// The moment so many nanoseconds after the clock's start.
  public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }
  public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }
  /// The span between two moments; negative when `later` is earlier.
  public static func - (later: Self, earlier: Self) -> Span {
    // Whole nanoseconds first: after some months of uptime a double no longer holds every one of them.
    later >= earlier
      ? .seconds(Double(later.nanoseconds - earlier.nanoseconds) / 1e9)
      : .seconds(-Double(earlier.nanoseconds - later.nanoseconds) / 1e9)
  }
}

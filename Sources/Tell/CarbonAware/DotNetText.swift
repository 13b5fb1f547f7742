import Quantities

/// Times and durations as .NET writes and reads them, which is what the SDK's clients expect.
enum DotNetText {
  /// `2022-05-17T20:45:11+00:00`.
  static func time(_ moment: Timestamp) -> String { "\(moment.description.dropLast())+00:00" }

  /// A `TimeSpan`: `[d.]hh:mm:ss[.fffffff]`.
  static func duration(_ span: Span) -> String {
    let milliseconds = Int64((span.seconds * 1000).rounded())
    let days = milliseconds / 86_400_000
    let clock = [milliseconds / 3_600_000 % 24, milliseconds / 60_000 % 60, milliseconds / 1000 % 60]
      .map { padded($0, 2) }.joined(separator: ":")
    let fraction = milliseconds % 1000 == 0 ? "" : ".\(padded(milliseconds % 1000, 3))0000"
    return (days > 0 ? "\(days)." : "") + clock + fraction
  }

  /// A time from a query or a body.
  ///
  /// A `+` that was not escaped arrives as a space, and a time without a zone is UTC: the SDK's servers run in UTC, and
  /// its clients rely on both.
  static func time(parsing text: String) -> Timestamp? {
    if let moment = Timestamp(iso8601: text) { return moment }
    if let separator = text.firstIndex(of: "T") {
      let repaired = text[..<separator] + text[separator...].map { $0 == " " ? "+" : String($0) }.joined()
      if let moment = Timestamp(iso8601: String(repaired)) { return moment }
    }
    return Timestamp(iso8601: text + "Z")
  }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    String(repeating: "0", count: max(0, width - String(value).count)) + String(value)
  }
}

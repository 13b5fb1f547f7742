import Quantities

/// Dates that are none, and periods that end before they begin.
enum DateRules {
  static let find: @Sendable (LintDocument) -> [Slip] = { document in
    var slips: [Slip] = []
    var fields = document.fields
    if fields.isEmpty { fields = document.records.flatMap { $0.texts.values.sorted { $0.line < $1.line } } }
    for field in fields {
      let dates = isDate(field.key) ? days(in: field.text) : []
      for day in dates where day.isImpossible {
        slips.append(
          Slip(.date, field.line, field.name, "'\(day.text)' is no date, or none of these times. Write YYYY-MM-DD"))
      }
      if dates.count == 2, !dates.contains(where: \.isImpossible), dates[1].order < dates[0].order {
        slips.append(
          Slip(
            .date, field.line, field.name, "the period ends on \(dates[1].text), before it begins on \(dates[0].text)"))
      }
    }
    for record in document.records {
      for (first, last) in [
        ("start", "end"), ("from", "to"), ("start_date", "end_date"), ("period_start", "period_end"), ("begin", "end"),
        ("started", "ended"), ("start_time", "end_time"), ("started_at", "ended_at"),
      ] {
        guard let start = record.texts[first], let end = record.texts[last], let begins = days(in: start.text).first,
          let ends = days(in: end.text).first, !begins.isImpossible, !ends.isImpossible, ends.order < begins.order
        else { continue }
        slips.append(Slip(.date, end.line, end.name, "it ends on \(ends.text), before it begins on \(begins.text)"))
      }
    }
    return slips
  }

  private static func isDate(_ key: String) -> Bool {
    Words(key, splitsCamelCase: true).containsAny([
      "date", "timestamp", "start", "end", "period", "from", "to", "time", "begin", "day", "started", "ended", "until",
    ])
  }

  private struct Day {
    var text: String
    var order: Int
    var isImpossible: Bool
  }

  /// The dates YYYY-MM-DD in a text.
  private static func days(in text: String) -> [Day] {
    guard text.utf8.count <= 200 else { return [] }
    var found: [Day] = []
    for match in text.matches(of: /(?:^|[^0-9-])([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9-])/) {
      guard let year = Int(match.1), let month = Int(match.2), let day = Int(match.3) else { continue }
      let date = "\(match.1)-\(match.2)-\(match.3)"
      let isDay = Timestamp(iso8601: date) != nil
      found.append(
        Day(text: date, order: (year * 100 + month) * 100 + day, isImpossible: !isDay || !(1990...2100).contains(year)))
    }
    return found
  }
}

import Grid
import Quantities
import Switching

/// Which part of a series is replayed.
struct ReplayWindow {
  let from: String?
  let hours: Int?
  /// Whether nothing before the window is known.
  let isBlind: Bool

  /// A series cut into intervals.
  struct Cut {
    let history: [HistoryInterval]
    let first: Int
    let interval: Span
  }

  /// Cuts a file's column, and puts the demand and the values of other places into it.
  func cut(
    _ file: SeriesFile, column: String, demand: ReplayDemandOptions, elsewhere: [String: Series] = [:]
  ) throws -> Cut {
    let series = try file.series(column: column)
    let interval = try file.cadence().step
    guard let begin = series.slots.first?.start, let end = series.slots.last?.end else {
      throw Failure(.data, "\(file.name): column \(column) holds no value")
    }
    if let hours, hours < 1 { throw Failure(.usage, "--hours must be at least 1") }
    var start = begin
    if let from {
      guard let moment = Timestamp(iso8601: from) else {
        throw Failure(.usage, "--from '\(from)' is not an ISO 8601 UTC time, for example 2023-02-03T08:00Z")
      }
      guard moment >= begin, moment < end else {
        throw Failure(.usage, "--from \(moment) is outside the series, which has \(begin) to \(end)")
      }
      start = moment
    } else if isBlind {
      throw Failure(.usage, "--nothing-earlier needs --from")
    }
    let stop = hours.map { min(end, start + .hours(Double($0))) } ?? end
    let counts = try demand.counts(interval: interval)
    var history: [HistoryInterval] = []
    var first = 0
    var time = isBlind ? start : begin
    while time < stop {
      let value = series.mean(over: time..<(time + interval))?.value
      let there = elsewhere.compactMapValues { series in
        series.mean(over: time..<(time + interval)).map { CarbonIntensity.gramsPerKilowattHour($0.value) }
      }
      // Demand before the window only serves forecasts; where the file has none there, none came.
      let requests = try counts(time..<(time + interval), time < start)
      if time < start { first += 1 }
      history.append(
        HistoryInterval(
          start: time, intensity: value.map(CarbonIntensity.gramsPerKilowattHour), requests: requests,
          elsewhere: elsewhere.isEmpty ? nil : there))
      time = time + interval
    }
    return Cut(history: history, first: first, interval: interval)
  }
}

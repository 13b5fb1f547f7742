import ArgumentParser
import Foundation
import Grid
import Methods
import Quantities
import Switching
import Synchronization

/// What the policies are told of the hours ahead.
struct ReplayForecastOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      persistence (yesterday's shape), ensemble (Dimmer's own, which learns from what the replay has shown), or a CSV of \
      forecasts with --forecast-column; each day's are known when it begins, or from the column 'issued_utc' on.
      """, valueName: "NAME|FILE"))
  var forecast = "persistence"

  @Option(help: ArgumentHelp("The column of the forecast file.", valueName: "NAME"))
  var forecastColumn: String?

  func validate() throws {
    if ["persistence", "ensemble"].contains(forecast) {
      if forecastColumn != nil { throw ValidationError("--forecast-column needs --forecast FILE") }
    } else if forecastColumn == nil {
      throw ValidationError(
        "--forecast is persistence, ensemble, or a file with --forecast-column NAME; '\(forecast)' has no column")
    }
  }

  /// The forecast in words.
  var name: String { forecastColumn.map { "\(forecast), column \($0)" } ?? forecast }

  /// A forecaster, and what there is to say about it.
  struct Source {
    let forecaster: IntensityForecaster?
    var notes: [String] = []
  }

  /// The forecasters for other places. A file of forecasts is of the site's own grid; yesterday's shape is then theirs.
  func elsewhere(_ places: Set<String>, interval: Span) -> [String: IntensityForecaster] {
    guard forecast == "ensemble", forecastColumn == nil else { return [:] }
    return Dictionary(uniqueKeysWithValues: places.map { ($0, EnsembleReplay(interval: interval).forecaster) })
  }

  /// The forecaster for one history.
  func source(history: [HistoryInterval], interval: Span, lag: Int) throws -> Source {
    switch (forecast, forecastColumn) {
    case (_, let column?):
      let file = try ForecastFile(try Files.read(forecast), name: forecast, column: column)
      let (forecaster, missing) = file.forecaster(over: history, interval: interval, lag: lag)
      let note = "\(missing) of \(history.count) intervals have no forecast in \(forecast); yesterday's shape stands in"
      return Source(forecaster: forecaster, notes: missing > 0 ? [note] : [])
    case ("ensemble", nil): return Source(forecaster: EnsembleReplay(interval: interval).forecaster)
    default: return Source(forecaster: nil)
    }
  }
}

/// The room Grid's ensemble in a replay: it is shown only what the replay shows, and learns from that.
final class EnsembleReplay: Sendable {
  private struct State {
    var learned = EnsembleForecaster()
    /// Answers by the moment they were asked: another policy or floor on the same history gets the same ones.
    var answers: [Timestamp: [CarbonIntensity]] = [:]
  }

  private let state = Mutex(State())
  private let interval: Span

  /// A forecaster of one history, before it has learned anything.
  init(interval: Span) { self.interval = interval }

  var forecaster: IntensityForecaster { { past, count in self.intensities(past, count) } }

  private func intensities(_ past: PastView, _ count: Int) -> [CarbonIntensity] {
    state.withLock { state in
      if let known = state.answers[past.now], known.count >= count { return Array(known.prefix(count)) }
      let slots = (0...past.count).reversed().compactMap { back -> Slot? in
        guard let value = past.intensity(back: back) else { return nil }
        let start = past.now - interval * Double(back)
        return Slot(start..<(start + interval), value: value.gramsPerKilowattHour)
      }
      let series = try? Series(
        region: .unstated, kind: .averageDirect, provider: "replay", source: Source("a replay"), slots: slots)
      guard let issued = series?.asIssued(by: past.now) else { return [] }
      state.learned.learn(from: issued)
      let range = past.now..<(past.now + interval * Double(count))
      let values = state.learned.forecast(from: issued, over: range, step: interval).values
      let answer = values.map { CarbonIntensity.gramsPerKilowattHour($0 ?? .nan) }
      state.answers[past.now] = answer
      return answer
    }
  }
}

import Grid
import Ledger
import Quantities

/// What a control loop found when it looked at one grid for a decision.
struct GridLook: Sendable {
  /// What had been issued by then; nothing when nobody could say.
  let history: IssuedSeries?
  /// Up to when it is known, and why not more.
  let news: SignalNews
  /// What the provider expects of the rest of the day.
  let provided: Series?
  /// What is believed.
  let limits: SignalLimits
  /// What to go by.
  let reading: SignalReading?
  /// The record of that value.
  let signal: SignalRecord?
  /// The same for people.
  let standing: GridStanding

  /// - Parameters:
  ///   - interval: how often is decided; a value holds for its own interval, however short that is.
  ///   - isAsked: whether there is a provider at all.
  init(history: IssuedSeries?, news: SignalNews, provided: Series?, interval: Span, isAsked: Bool) {
    let ladder = SignalLadder(interval: max(interval, history?.latest?.validity.span ?? .zero))
    self.history = history
    self.news = news
    self.provided = provided
    limits = ladder.limits
    reading = history.map { ladder.read($0, at: news.knownBy) }
    signal = reading?.signal.map(SignalRecord.init)
    standing = GridStanding(reading, failure: news.failure, isAsked: isAsked)
  }

  /// As a decision is told of another place.
  func placeNews(pue: Double) -> PlaceNews {
    PlaceNews(
      history: history, provided: provided, reading: reading, issue: signal?.id.description, limits: limits, pue: pue)
  }
}

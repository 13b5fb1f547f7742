import Grid
import Quantities

/// What a decision is told of the grid of another place; nothing but its PUE where nothing is known.
struct PlaceNews: Sendable {
  /// What had been issued by then.
  var history: IssuedSeries?
  /// The provider's forecast as issued by then.
  var provided: Series?
  /// What the ladder of signals says of it.
  var reading: SignalReading?
  /// The id of the grid value that the reading holds.
  var issue: String?
  /// What is believed.
  var limits = SignalLimits()
  /// Power usage effectiveness there.
  var pue: Double
}

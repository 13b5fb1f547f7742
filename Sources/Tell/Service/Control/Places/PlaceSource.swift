import Grid
import Quantities

/// Where the grid values of another place come from.
struct PlaceSource: Sendable {
  /// Who knows them; `nil`: nobody, and variants there count as on the dirtiest grid there can be.
  var provider: (any SignalProvider)?
  /// What a provider expects over a time; `nil` where nobody is asked.
  var expected: (@Sendable (Range<Timestamp>, Span) async -> GridForecast)?
  /// Power usage effectiveness there; `nil` when it is not stated and the site's own stands in.
  var pue: Double?
}

import Grid
import Quantities
import Reporting

/// The documents of the API, with the names that the SDK's server emits.
enum CarbonAwareDocuments {
  /// `EmissionsData`.
  static func emission(_ slot: Slot, at location: String) -> JSONValue {
    [
      "location": .string(location), "time": .string(DotNetText.time(slot.start)), "rating": .number(slot.value),
      "duration": .string(DotNetText.duration(slot.end - slot.start)),
    ]
  }

  /// A forecast's point; its duration is in whole minutes.
  static func point(_ slot: Slot, at location: String) -> JSONValue {
    [
      "location": .string(location), "timestamp": .string(DotNetText.time(slot.start)),
      "duration": .integer(minutes(slot.end - slot.start)), "value": .number(slot.value),
    ]
  }

  /// `EmissionsForecast`. The server says `optimalDataPoints`, with every tie; its papers say `optimalDataPoint`.
  static func forecast(
    _ points: [Slot], of forecast: CarbonAwareForecast, at location: String, requestedAt: Timestamp,
    range: Range<Timestamp>, window: Span
  ) -> JSONValue {
    let least = points.map(\.value).min()
    let best = points.filter { $0.value == least }.map { point($0, at: location) }
    return [
      "generatedAt": .string(DotNetText.time(forecast.generatedAt)),
      "requestedAt": .string(DotNetText.time(requestedAt)), "location": .string(location),
      "dataStartAt": .string(DotNetText.time(range.lowerBound)),
      "dataEndAt": .string(DotNetText.time(range.upperBound)), "windowSize": .integer(minutes(window)),
      "optimalDataPoints": .array(best), "optimalDataPoint": best.first ?? .null,
      "forecastData": .array(points.map { point($0, at: location) }),
    ]
  }

  /// `CarbonIntensity`.
  static func average(_ value: Double, at location: String, over range: Range<Timestamp>) -> JSONValue {
    [
      "location": .string(location), "startTime": .string(DotNetText.time(range.lowerBound)),
      "endTime": .string(DotNetText.time(range.upperBound)), "carbonIntensity": .number(value),
    ]
  }

  private static func minutes(_ span: Span) -> Int64 { Int64((span.seconds / 60).rounded()) }
}

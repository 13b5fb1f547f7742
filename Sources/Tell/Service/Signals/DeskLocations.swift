import CarbonAware
import Factors
import Grid
import GridProviders
import Quantities

/// The desk as the Carbon Aware SDK's clients ask it: by names of cloud regions, countries and zones.
struct DeskLocations: CarbonAwareGrid {
  /// The cloud regions by their own names, such as `eastus`.
  let locations: [CarbonAwareLocation]
  /// These, and the grid zones and countries by their codes.
  let names: [String]
  private let desk: GridDesk
  private let places: PlaceTable
  private let kind: SignalKind
  private let accepting: [SignalKind]
  private let clock: any GridClock

  /// How far ahead a forecast is given.
  private static let horizon = Span.hours(48)
  /// A moment no longer ago than this is now.
  private static let nowIsh = Span.seconds(300)

  /// The places of `tables` at a desk.
  init(desk: GridDesk, tables: FactorTables, kind: SignalKind, accepting: [SignalKind], clock: any GridClock) {
    self.desk = desk
    self.kind = kind
    self.accepting = accepting
    self.clock = clock
    let places = tables.places
    self.places = places
    var seen = Set<String>()
    // What could be two places is not offered.
    let isOffered = { (name: String) in (try? places.place(name)) != nil && seen.insert(name).inserted }
    locations = places.clouds.compactMap { cloud in
      let name = cloud.region.lowercased().filter { $0 != " " }
      guard isOffered(name) else { return nil }
      return CarbonAwareLocation(
        name: name, latitude: cloud.coordinates.latitude, longitude: cloud.coordinates.longitude)
    }
    let codes =
      tables.regions.entries.filter { $0.region.kind != .group }.map(\.region.code) + places.clouds.map(\.zone)
    names = locations.map(\.name) + codes.sorted().filter(isOffered)
  }

  func emissions(at location: String, over range: Range<Timestamp>) async throws(CarbonAwareProblem) -> [Slot] {
    let answer = await desk.history(try region(location), kind, accepting: accepting, over: range)
    return answer.signals.map(Self.slot)
  }

  func latest(at location: String, before moment: Timestamp) async throws(CarbonAwareProblem) -> Slot? {
    let region = try region(location)
    let now = clock.now
    if moment >= now - Self.nowIsh {
      let answer = await desk.now(region, kind, accepting: accepting)
      return answer.signal(at: now).map(Self.slot)
    }
    let range = (moment - .hours(3))..<(moment + .seconds(0.001))
    let answer = await desk.history(region, kind, accepting: accepting, over: range)
    return answer.signal(at: moment).map(Self.slot)
  }

  func forecast(
    at location: String, issuedBy moment: Timestamp
  ) async throws(CarbonAwareProblem) -> CarbonAwareForecast {
    let region = try region(location)
    let now = clock.now
    let isNow = moment >= now - Self.nowIsh
    let start = (isNow ? now : moment).startOfHour
    let range = start..<(start + Self.horizon)
    let forecast =
      isNow
      ? await desk.forecast(region, kind, accepting: accepting, over: range)
      : await desk.forecast(region, kind, accepting: accepting, over: range, asIssuedBy: moment)
    guard let forecast, let series = forecast.series, !series.slots.isEmpty else {
      throw .unsupported("no forecast was known for \(location) at \(moment)")
    }
    return CarbonAwareForecast(generatedAt: min(forecast.issuedAt, max(moment, now)), slots: Array(series.slots))
  }

  private func region(_ location: String) throws(CarbonAwareProblem) -> Region {
    do {
      return try Region(try places.place(location).zone)
    } catch {
      throw .unknownLocation("location", "Unknown Location: '\(location.prefix(60))' not found: \(error)")
    }
  }

  private static func slot(_ signal: Signal) -> Slot {
    Slot(
      signal.validity, value: signal.value, low: signal.low, high: signal.high, issuedAt: signal.issuedAt,
      isEstimated: signal.isEstimated)
  }
}

public import Comparing
public import Factors
public import Grid
import GridProviders
public import Methods
public import Quantities

/// Grid intensities at moments, for boards that compare times: what holds now, and what is expected.
public struct GridIntensities: Sendable {
  private let desk: GridDesk
  private let places: PlaceTable
  private let kinds: [SignalKind]
  private let clock: any GridClock

  /// Intensities from a desk.
  ///
  /// - Parameter kinds: what may be counted, best first; marginal values are left out, since they tell what shifting
  ///   saves and not what work emits.
  public init(desk: GridDesk, places: PlaceTable, kinds: [SignalKind], clock: any GridClock) {
    self.desk = desk
    self.places = places
    self.kinds = kinds.filter(GridIntensities.counts)
    self.clock = clock
  }

  /// What is known of grids at times; slots of which nothing better than the year is known are missing.
  ///
  /// - Parameter utcOffset: of the asker's clock, for `tonight`.
  public func intensities(
    _ slots: [BoardSlot], utcOffset: Span = .zero
  ) async -> [BoardSlot: Finding<CarbonIntensity>] {
    guard let kind = kinds.first else { return [:] }
    var found: [BoardSlot: Finding<CarbonIntensity>] = [:]
    let now = clock.now
    for (name, own) in Dictionary(grouping: slots, by: \.region).sorted(by: { $0.key < $1.key }) {
      guard let zone = try? places.place(name).zone, let region = try? Region(zone) else { continue }
      let moments = own.compactMap { slot in slot.time.moment(after: now, utcOffset: utcOffset).map { (slot, $0) } }
      guard let last = moments.map(\.1).max(), last >= now.startOfHour else { continue }
      let current = await desk.now(region, kind, accepting: Array(kinds.dropFirst()))
      let forecast = await desk.forecast(
        region, kind, accepting: Array(kinds.dropFirst()), over: now.startOfHour..<(last + .hours(1)))
      for (slot, moment) in moments {
        let isNow = moment >= now.startOfHour && moment < now.startOfHour + .hours(1)
        if isNow, GridIntensities.isOfTheHour(current.rung), let figure = current.signal(at: now)?.figure() {
          found[slot] = .figure(figure)
        } else if !forecast.isOfTheYear, let series = forecast.series {
          found[slot] = GridIntensities.intensity(in: series, at: moment)
        }
      }
    }
    return found
  }

  /// The value of a series at a moment, or why it is not known.
  ///
  /// Values that were expected are each wrong in their own way; those that were measured share their factors' error.
  public static func intensity(in series: Series, at moment: Timestamp) -> Finding<CarbonIntensity> {
    guard counts(series.kind) else {
      return .unknown("\(series.kind.label) is not what work emits; name a column of an average intensity")
    }
    guard let slot = series.slot(at: moment) else {
      return .unknown("nothing is known of the grid at \(moment), where its values end or have a gap")
    }
    guard let figure = series.signal(slot).figure() else { return .unknown("the series is no carbon intensity") }
    guard slot.isEstimated else { return .figure(figure) }
    let estimate = figure.estimate
    return .figure(
      Figure(
        figure.receipt.label,
        Estimate(
          estimate.value, low: estimate.low, high: estimate.high, origin: estimate.origin, method: estimate.method,
          source: "grid-hour:\(series.region):\(slot.start)"),
        inputs: figure.receipt.inputs, source: figure.receipt.source, note: figure.receipt.note))
  }

  /// Whether a kind says what work emits.
  public static func counts(_ kind: SignalKind) -> Bool { kind.isCarbonIntensity && kind != .marginal }

  private static func isOfTheHour(_ rung: ChainRung) -> Bool {
    switch rung {
    case .provider, .kept, .persistence, .typicalDay: true
    case .yearlyMean, .unknown: false
    }
  }
}

extension GridForecast {
  /// Whether it is no more than the yearly mean, which tells no hours apart.
  fileprivate var isOfTheYear: Bool {
    switch maker {
    case .lastResort(.yearlyMean), .lastResort(.unknown), .nobody: true
    default: false
    }
  }
}

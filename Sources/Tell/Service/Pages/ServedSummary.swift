public import Ledger
public import Quantities
public import Reporting

/// What the hours of a serving activity add up to, beside what always the best variant would have cost.
///
/// Served and baseline are only compared over hours in which both are known; the requests of others are counted.
public struct ServedSummary: Sendable {
  let hours: [HourRollup]
  let variants: [VariantRecord]
  let signals: [SignalRecord]
  private let elsewhere: Set<String>
  private let pue: Double

  /// A summary of these hours, with the calibrations of the variants on offer and the grid values of the site.
  ///
  /// - Parameters:
  ///   - elsewhere: the names of variants that do not stand on the site's own grid.
  ///   - pue: power usage effectiveness of the site.
  public init(
    hours: [HourRollup], variants: [VariantRecord], signals: [SignalRecord], elsewhere: Set<String> = [],
    pue: Double = 1
  ) {
    self.hours = hours
    self.variants = variants
    self.signals = signals
    self.elsewhere = elsewhere
    self.pue = pue
  }

  /// All hours together.
  var total: RequestSums { hours.reduce(RequestSums()) { $0 + $1.sums } }

  /// The variant of highest quality for an alias, in its newest calibration; of several the one that stands here.
  private func best(alias: String) -> VariantRecord? {
    var newest: [String: VariantRecord] = [:]
    for variant in variants where variant.alias == alias {
      if let known = newest[variant.name], known.calibrated > variant.calibrated { continue }
      newest[variant.name] = variant
    }
    let isHere = { (variant: VariantRecord) in elsewhere.contains(variant.name) ? 0 : 1 }
    return newest.values.max {
      ($0.quality ?? 0, isHere($0), $0.name) < ($1.quality ?? 0, isHere($1), $1.name)
    }
  }

  private func intensity(at hour: Timestamp) -> Double? { signals.intensity(over: hour..<(hour + .hours(1))) }

  /// What this hour's requests would have cost on the best variant; `nil` where its calibration is unknown, or energy or
  /// carbon of an answered request, so that the two could not be compared.
  ///
  /// The ratio of energies is applied to the carbon served, so that both rest on the same grid values and PUE. What was
  /// served elsewhere is held against the best variant here at the site's own value of the hour; where the best stands
  /// elsewhere, only its own requests can be compared. A variant that was named exactly is its own baseline: Dimmer
  /// chose nothing there.
  private func alwaysBest(_ hour: HourRollup) -> Carbon? {
    let sums = hour.sums
    guard sums.withoutCarbon <= sums.failed, sums.withoutEnergy <= sums.failed else { return nil }
    guard let best = best(alias: hour.key.alias) else {
      return variants.contains { $0.name == hour.key.alias } ? sums.carbon : nil
    }
    let answered = sums.requests - sums.failed
    let joules = Double(answered) * best.joulesPerRequest + Double(sums.units) * best.joulesPerUnit
    guard sums.microjoules > .zero else { return answered == 0 ? .zero : nil }
    let served = hour.key.variant
    if best.name != served, elsewhere.contains(best.name) { return nil }
    if best.name != served, elsewhere.contains(served) {
      return intensity(at: hour.key.hour).map {
        (Energy.joules(joules) * pue) * CarbonIntensity.gramsPerKilowattHour($0)
      }
    }
    return sums.carbon * (joules / sums.microjoules.energy.joules)
  }

  /// Hours in which served and baseline are known.
  private var comparable: [(hour: HourRollup, best: Carbon)] {
    hours.compactMap { hour in alwaysBest(hour).map { (hour, $0) } }
  }

  /// The always-best baseline over the hours that can be compared; `nil` when there is none.
  var alwaysBest: Carbon? {
    let comparable = comparable
    return comparable.isEmpty ? nil : comparable.reduce(.zero) { $0 + $1.best }
  }

  /// Answered requests of hours that could not be compared.
  var incomparable: Int64 {
    hours.filter { alwaysBest($0) == nil }.reduce(0) { $0 + $1.sums.requests - $1.sums.failed }
  }

  /// What was saved against always-best over the hours that can be compared, in percent.
  var savedPercent: Double? {
    let comparable = comparable
    let baseline = comparable.reduce(Carbon.zero) { $0 + $1.best }
    guard baseline > .zero else { return nil }
    return 100 * (1 - comparable.reduce(Carbon.zero) { $0 + $1.hour.sums.carbon } / baseline)
  }

  /// Intensity, shares of variants and grams by hour.
  public func chart(window: Range<Timestamp>, now: Timestamp) -> TimeChart? {
    guard !self.hours.isEmpty || !signals.isEmpty else { return nil }
    let names = variantNames()
    let hours = window.upperBound - window.lowerBound
    let starts = stride(from: window.lowerBound.milliseconds, to: window.upperBound.milliseconds, by: 3_600_000).map(
      Timestamp.init(milliseconds:))
    var intensities: [TimeChart.Point] = []
    var actual: [TimeChart.Point] = []
    var baseline: [TimeChart.Point] = []
    var bands: [TimeChart.Band] = []
    for start in starts {
      let label = String(start.description.prefix(16)) + "Z"
      let value = start <= now ? intensity(at: start) : nil
      intensities.append(
        .init(
          start, value, title: "\(label): \(value.map { "\(Decimals.significant($0, digits: 3)) g/kWh" } ?? "unknown")")
      )
      let here = self.hours.filter { $0.key.hour == start }
      guard !here.isEmpty else { continue }
      let grams = here.reduce(Carbon.zero) { $0 + $1.sums.carbon }
      actual.append(.init(start, grams.grams * 1000, title: "\(label): \(grams.formatted()) served"))
      let best = here.compactMap { alwaysBest($0) }
      if best.count == here.count {
        let sum = best.reduce(Carbon.zero, +)
        baseline.append(.init(start, sum.grams * 1000, title: "\(label): \(sum.formatted()) with always the best"))
      }
      let units = here.reduce(0.0) { $0 + Double($1.sums.units) }
      guard units > 0 else { continue }
      let shares = names.enumerated().map { index, name in
        (
          category: index,
          share: here.filter { $0.key.variant == name }.reduce(0.0) { $0 + Double($1.sums.units) } / units
        )
      }
      let text = zip(names, shares).filter { $1.share > 0 }.map {
        "\($0) \(Decimals.significant($1.share * 100, digits: 2)) %"
      }
      bands.append(
        .init(from: start, to: start + .hours(1), shares: shares, title: "\(label): \(text.joined(separator: ", "))"))
    }
    return TimeChart(
      summary:
        "Grid intensity, share of each variant and grams of carbon by hour over "
        + "\(Decimals.significant(hours.hours, digits: 3)) hours",
      range: window.lowerBound...window.upperBound, step: .hours(1),
      panels: [
        .values(
          title: "Grid intensity", unit: "g/kWh", series: [.init("intensity", .area, colour: 0, points: intensities)]),
        .bands(title: "Share of units by variant", categories: names, bands: bands),
        .values(
          title: "Carbon of requests", unit: "mg an hour",
          series: [
            .init("always the best variant", .bars, colour: 2, points: baseline),
            .init("served", .bars, colour: 1, points: actual),
          ]),
      ])
  }

  /// The variants that served, smallest energy first.
  private func variantNames() -> [String] {
    let energy = { (name: String) in variants.filter { $0.name == name }.map(\.joulesPerUnit).min() ?? 0 }
    return Set(hours.map(\.key.variant)).sorted { (energy($0), $0) < (energy($1), $1) }
  }
}

extension [SignalRecord] {
  /// The mean intensity over an interval, weighted by time over what is covered; `nil` when nothing of it is.
  ///
  /// Where values overlap, as a forecast and the value that came later do, the latest issue of the moment counts.
  func intensity(over range: Range<Timestamp>) -> Double? {
    let here = filter { $0.validFrom < range.upperBound && range.lowerBound < $0.validTo }
    guard here.count > 1 else { return here.first?.value }
    let edges = Set(here.flatMap { [$0.validFrom, $0.validTo] } + [range.lowerBound, range.upperBound])
      .filter { range.lowerBound <= $0 && $0 <= range.upperBound }.sorted()
    var (sum, covered) = (0.0, 0.0)
    for (start, end) in zip(edges, edges.dropFirst()) {
      let holding = here.filter { $0.validFrom <= start && end <= $0.validTo }
      guard let newest = holding.max(by: { ($0.issued, $0.id) < ($1.issued, $1.id) }) else { continue }
      sum += newest.value * (end - start).seconds
      covered += (end - start).seconds
    }
    return covered > 0 ? sum / covered : nil
  }
}

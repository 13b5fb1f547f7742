public import Ledger
public import Quantities
public import Reporting

/// What the hours of a serving activity add up to, beside what always the best variant would have cost.
public struct ServedSummary: Sendable {
  let hours: [HourRollup]
  let variants: [VariantRecord]
  let signals: [SignalRecord]

  /// A summary of these hours, with the calibrations and grid values that the baseline needs.
  public init(hours: [HourRollup], variants: [VariantRecord], signals: [SignalRecord]) {
    self.hours = hours
    self.variants = variants
    self.signals = signals
  }

  /// All hours together.
  var total: RequestSums { hours.reduce(RequestSums()) { $0 + $1.sums } }

  /// The variant of highest quality for an alias, in its newest calibration.
  private func best(alias: String) -> VariantRecord? {
    var newest: [String: VariantRecord] = [:]
    for variant in variants where variant.alias == alias {
      if let known = newest[variant.name], known.calibrated > variant.calibrated { continue }
      newest[variant.name] = variant
    }
    return newest.values.max { ($0.quality ?? 0, $0.name) < ($1.quality ?? 0, $1.name) }
  }

  private func intensity(at hour: Timestamp) -> Double? {
    signals.last { $0.validFrom <= hour && hour < $0.validTo }?.value
  }

  /// What this hour's requests would have cost on the best variant; `nil` where calibration or grid value are unknown.
  private func alwaysBest(_ hour: HourRollup) -> Carbon? {
    guard let best = best(alias: hour.key.alias), let intensity = intensity(at: hour.key.hour) else { return nil }
    let served = hour.sums.requests - hour.sums.failed
    let joules = Double(served) * best.joulesPerRequest + Double(hour.sums.units) * best.joulesPerUnit
    return Energy.joules(joules) * CarbonIntensity.gramsPerKilowattHour(intensity)
  }

  /// The always-best baseline over all hours; `nil` when any of them is unknown.
  var alwaysBest: Carbon? {
    var sum = Carbon.zero
    for hour in hours {
      guard let grams = alwaysBest(hour) else { return nil }
      sum += grams
    }
    return hours.isEmpty ? nil : sum
  }

  /// What was saved against always-best, in percent.
  var savedPercent: Double? {
    guard let baseline = alwaysBest, baseline > .zero else { return nil }
    return 100 * (1 - total.carbon / baseline)
  }

  /// Intensity, shares of variants and grams by hour.
  public func chart(window: Range<Timestamp>, now: Timestamp) -> TimeChart? {
    guard !hours.isEmpty || !signals.isEmpty else { return nil }
    let names = variantNames()
    let starts = stride(from: window.lowerBound.milliseconds, to: window.upperBound.milliseconds, by: 3_600_000).map(
      Timestamp.init(milliseconds:))
    var intensities: [TimeChart.Point] = []
    var actual: [TimeChart.Point] = []
    var baseline: [TimeChart.Point] = []
    var bands: [TimeChart.Band] = []
    for start in starts {
      let label = String(start.description.prefix(16)) + "Z"
      let value = start <= now ? intensity(at: start) : nil
      intensities.append(.init(start, value, title: "\(label): \(value.map { "\(Decimals.significant($0, digits: 3)) g/kWh" } ?? "unknown")"))
      let here = hours.filter { $0.key.hour == start }
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
        (category: index % 6, share: here.filter { $0.key.variant == name }.reduce(0.0) { $0 + Double($1.sums.units) } / units)
      }
      let text = zip(names, shares).filter { $1.share > 0 }.map { "\($0) \(Decimals.significant($1.share * 100, digits: 2)) %" }
      bands.append(.init(from: start, to: start + .hours(1), shares: shares, title: "\(label): \(text.joined(separator: ", "))"))
    }
    return TimeChart(
      summary: "Grid intensity, share of each variant and grams of carbon by hour over the last 48 hours",
      range: window.lowerBound...window.upperBound, step: .hours(1),
      panels: [
        .values(title: "Grid intensity", unit: "g/kWh", series: [.init("intensity", .area, colour: 0, points: intensities)]),
        .bands(title: "Share of images by variant", categories: names, bands: bands),
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

import Quantities
public import Switching

/// The pictures of what a policy did, the same for a replay and for what was served: the grid with the variants that
/// answered, how carbon added up beside the baselines, and quality beside the floor.
public struct OutcomeCharts: Sendable {
  private let result: ReplayResult
  private let replay: Replay
  private let course: ReplayTrajectory
  private let name: String

  /// The pictures of a result.
  ///
  /// - Parameter name: what the outcome is called in legends, for example the policy or "as served".
  public init(_ result: ReplayResult, of replay: Replay, name: String) {
    self.result = result
    self.replay = replay
    self.name = name
    course = ReplayTrajectory(result, of: replay)
  }

  private var range: ClosedRange<Timestamp> {
    let first = result.steps.first?.interval.start ?? Timestamp(milliseconds: 0)
    let last = result.steps.last?.interval.start ?? first
    return first...(last + replay.interval)
  }

  /// Intensity over time, and below it which variants answered.
  public var history: TimeChart {
    let points = result.steps.map { step in
      let value = step.interval.intensity?.gramsPerKilowattHour
      let text = value.map { "\(Decimals.significant($0, digits: 3)) g/kWh" } ?? "unknown"
      return TimeChart.Point(step.interval.start, value, title: "\(label(step.interval.start)): \(text)")
    }
    let order = replay.ladder.variants.indices.sorted {
      let (one, other) = (replay.ladder.variants[$0], replay.ladder.variants[$1])
      return (one.quality, one.name) < (other.quality, other.name)
    }
    let bands = result.steps.compactMap { step -> TimeChart.Band? in
      guard step.interval.requests > 0 else { return nil }
      let shares = order.enumerated().map { (category: $0.offset, share: step.servedShares[$0.element]) }
      let text = order.filter { step.servedShares[$0] > 0.0005 }.map {
        "\(replay.ladder.variants[$0].name) \(Decimals.significant(step.servedShares[$0] * 100, digits: 2)) %"
      }
      return TimeChart.Band(
        from: step.interval.start, to: step.interval.start + replay.interval, shares: shares,
        title: "\(label(step.interval.start)): \(text.joined(separator: ", "))")
    }
    return TimeChart(
      summary: "Grid intensity over time and the share of each variant; \(name)", range: range, step: replay.interval,
      panels: [
        .values(title: "Grid intensity", unit: "g/kWh", series: [.init("intensity", .area, colour: 0, points: points)]),
        .bands(
          title: "Share of \(replay.requestNoun) by variant", categories: order.map { replay.ladder.variants[$0].name },
          bands: bands),
      ])
  }

  /// How carbon added up: the outcome beside always-best, the best fixed mix and the clairvoyant plan, and again as the
  /// difference to that plan, where timing can be seen.
  public var carbon: TimeChart {
    let unit = CarbonUnit(for: result.alwaysBest)
    let line = {
      (name: String, mark: TimeChart.Mark, colour: Int, value: (ReplayTrajectory.Step) -> Carbon) -> TimeChart.Series in
      .init(
        name, mark, colour: colour,
        points: course.steps.map { step in
          .init(
            step.start, value(step).grams / unit.grams,
            title: "\(label(step.start)): \(name) \(value(step).formatted())")
        })
    }
    let gap = CarbonUnit(
      for: course.steps.map { max(abs($0.carbon - $0.clairvoyant), abs($0.staticMix - $0.clairvoyant)) }.max() ?? .zero)
    let difference = { (name: String, colour: Int, value: (ReplayTrajectory.Step) -> Carbon) -> TimeChart.Series in
      .init(
        name, .line, colour: colour,
        points: course.steps.map { step in
          let above = value(step) - step.clairvoyant
          return .init(
            step.start, above.grams / gap.grams,
            title: "\(label(step.start)): \(name) \(above.formatted()) above the clairvoyant plan")
        })
    }
    return TimeChart(
      summary: "Carbon added up over time: \(name) \(result.carbon.formatted()), best fixed mix "
        + "\(result.staticMix.formatted()), always the best variant \(result.alwaysBest.formatted()), clairvoyant plan "
        + result.clairvoyant.formatted(),
      range: range, step: replay.interval,
      panels: [
        .values(
          title: "Carbon so far", unit: unit.name,
          series: [
            line("always the best variant", .line, 2) { $0.alwaysBest },
            line("best fixed mix", .line, 0) { $0.staticMix },
            line(name, .line, 1) { $0.carbon }, line("clairvoyant plan", .dashes, 3) { $0.clairvoyant },
          ]),
        .values(
          title: "Of it above the clairvoyant plan", unit: gap.name,
          series: [
            difference("best fixed mix", 0) { $0.staticMix }, difference(name, 1) { $0.carbon },
          ]),
      ])
  }

  /// Mean quality of each budget period beside the floor, on the lower bounds for which it holds.
  public var quality: TimeChart {
    let end = range.upperBound
    let starts = result.periods.map(\.start)
    let points = result.periods.map { period in
      TimeChart.Point(
        period.start, period.qualityLow,
        title: "\(period.start.description.prefix(10)): "
          + (period.qualityLow.map { "\(Decimals.fixed($0, places: 2)) points" } ?? "nothing was served")
          + (period.isFloorMet ? "" : ", below the floor"))
    }
    let floor = (starts.isEmpty ? [range.lowerBound] : starts).map {
      TimeChart.Point($0, replay.floor, title: "floor \(Decimals.fixed(replay.floor, places: 2))")
    }
    let step = zip(starts, starts.dropFirst() + [end]).map { $1 - $0 }.max() ?? (end - range.lowerBound)
    return TimeChart(
      summary: "Mean quality of each day beside the floor of \(Decimals.fixed(replay.floor, places: 2)) points, met on "
        + "\(result.periods.count { $0.isFloorMet }) of \(result.periods.count) days",
      range: range, step: step,
      panels: [
        .values(
          title: "Quality by day", unit: "points, axis not from 0",
          series: [.init(name, .line, colour: 1, points: points), .init("floor", .dashes, colour: 2, points: floor)],
          axis: .fitted(least: 1))
      ])
  }

  private func label(_ moment: Timestamp) -> String { String(moment.description.prefix(16)) + "Z" }
}

/// A unit in which the largest of a chart's amounts has few digits.
struct CarbonUnit {
  let name: String
  let grams: Double

  init(for largest: Carbon) {
    let units: [(String, Double)] = [("t", 1e6), ("kg", 1e3), ("g", 1), ("mg", 1e-3), ("µg", 1e-6)]
    let fitting = units.first { abs(largest.grams) >= $0.1 } ?? ("µg", 1e-6)
    (name, grams) = fitting
  }
}

private func abs(_ carbon: Carbon) -> Carbon { carbon < .zero ? .zero - carbon : carbon }

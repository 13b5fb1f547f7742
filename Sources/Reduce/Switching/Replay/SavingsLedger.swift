public import Quantities

/// What was saved, split into terms that add up, against always serving the best variant and against the best fixed mix.
///
/// For each budget period, at the mean quality that was achieved in it:
///
/// - sizing: always-best less the best fixed mix of variants at home that are no directives;
/// - directive: that mix less the best fixed mix of all variants at home;
/// - placing: that mix less the best fixed mix of all variants, each in a fixed place; zero when every variant stands here;
/// - timing: the best fixed mix less what was emitted, which has in it that the place was chosen hour by hour;
/// - orphans: work that was not done because its caller had left;
/// - hedging: what the losers of hedged requests emitted, a loss and therefore not positive.
///
/// A quality that no variant at home has is fetched from where it costs least, in every baseline alike: the baselines leave
/// home only for that. A directive that stands only elsewhere is therefore part of placing. Places are weighed by what their
/// grids emitted over the period.
///
/// Sizing, directive, placing and timing add up to always-best less emitted, to rounding. Orphans and hedging are not in what was
/// emitted for answers, and are added to the total. Method `savings-split@2`, which with one grid
/// is `savings-split@1`; intervals without a realised intensity are
/// in no carbon sum. The total's sizing and placing differ a little from ``ReplayResult/sizingPercent``, which takes one mix for all
/// periods together.
public struct SavingsLedger: Hashable, Sendable, Codable {
  /// Energy beside the answers, by the start of the interval in which it fell. What is not known is absent.
  public struct Aside: Hashable, Sendable, Codable {
    /// Energy of work that was cancelled before it was done; `nil` when cancellations were not watched.
    public var orphansSpared: [Timestamp: Energy]?
    /// Energy of the losers of hedged requests; `nil` when it was not watched.
    public var hedgingLost: [Timestamp: Energy]?
    /// The same for variants in other places, by place; the two above are of the site's own grid.
    public var elsewhere: [String: Aside] = [:]

    /// Nothing is known unless given.
    public init(
      orphansSpared: [Timestamp: Energy]? = nil, hedgingLost: [Timestamp: Energy]? = nil,
      elsewhere: [String: Aside] = [:]
    ) {
      self.orphansSpared = orphansSpared
      self.hedgingLost = hedgingLost
      self.elsewhere = elsewhere
    }
  }

  /// One sum of terms: a budget period's, or the whole.
  public struct Terms: Hashable, Sendable, Codable {
    /// Carbon of always serving the best variant, at home where one of that quality stands there.
    public var alwaysBest = Carbon.zero
    /// Carbon of the best fixed mix of all variants at the achieved mean quality.
    public var staticMix = Carbon.zero
    /// Carbon emitted for answers.
    public var emitted = Carbon.zero
    /// The least that could have been emitted with the period known beforehand, at the achieved mean quality.
    public var clairvoyant = Carbon.zero
    /// Saved by smaller variants on average.
    public var sizing = Carbon.zero
    /// Saved by directives beyond that.
    public var directive = Carbon.zero
    /// Saved by choosing places once and for all hours.
    public var placing = Carbon.zero
    /// Saved by choosing the hours; negative when the hours were chosen badly.
    public var timing = Carbon.zero
    /// Saved by not doing work that nobody waited for; `nil` when unknown.
    public var orphans: Carbon?
    /// Lost to hedging, not positive; `nil` when unknown.
    public var hedging: Carbon?

    /// No terms.
    public init() {}

    /// Everything that is known, together.
    public var saved: Carbon { sizing + directive + placing + timing + (orphans ?? .zero) + (hedging ?? .zero) }
    /// Carbon above the clairvoyant plan.
    public var regret: Carbon { emitted - clairvoyant }
    /// The same in percent of that plan; `nil` when the plan emits nothing.
    public var regretPercent: Double? { clairvoyant > .zero ? 100 * (regret / clairvoyant) : nil }
  }

  /// One budget period.
  public struct Period: Hashable, Sendable, Codable {
    /// When it began.
    public let start: Timestamp
    /// Its terms.
    public let terms: Terms
    /// Mean quality, in points; `nil` when nothing was served.
    public let quality: Double?
    /// Whether the floor was met, on lower bounds.
    public let isFloorMet: Bool
    /// Intervals without a realised intensity, whose carbon is not in the terms.
    public let missingIntervals: Int
  }

  /// The periods, in order: the daily regret is in each.
  public let periods: [Period]
  /// The sum over them.
  public let total: Terms

  /// The ledger of a replay, or of what was served, which is a replay of recorded decisions.
  ///
  /// - Parameters:
  ///   - directives: the names of variants that are a brevity directive on another one.
  ///   - aside: energy beside the answers.
  public init(_ result: ReplayResult, of replay: Replay, directives: Set<String> = [], aside: Aside = Aside()) {
    let plain = replay.ladder.variants.filter { !directives.contains($0.name) }
    // A ladder of directives only has nothing else to be compared with.
    let without = (try? Ladder(plain)).map { Hull(of: $0, on: .mean) }
    let hull = Hull(of: replay.ladder, on: .mean)
    let best = hull.points[hull.points.count - 1].energy
    let stepsByPeriod = Dictionary(grouping: result.steps, by: \.period)
    var periods: [Period] = []
    for (head, period) in zip(stepsByPeriod.keys.sorted(), result.periods) {
      let steps = stepsByPeriod[head] ?? []
      let known = steps.filter { $0.carbon != nil }
      let requests = known.reduce(0) { $0 + $1.interval.requests }
      let quality = requests > 0 ? known.reduce(0) { $0 + $1.interval.requests * $1.quality } / requests : 0
      func carbon(_ energy: Energy) -> Carbon {
        known.reduce(.zero) { sum, step in
          sum + (energy * step.interval.requests) * (step.interval.intensity ?? .zero) * replay.pue
        }
      }
      var terms: Terms
      if replay.ladder.isPlaced {
        let mixes = FixedMixes(of: replay.ladder, over: known.compactMap { replay.realised($0.interval) }, on: .mean)
        let plain = mixes.staying(reaching: quality, without: directives)
        terms = Terms(
          alwaysBest: mixes.alwaysBest, plainMix: mixes.carbon(of: plain),
          stayingMix: mixes.carbon(of: mixes.staying(reaching: quality)),
          staticMix: mixes.carbon(of: mixes.anywhere(reaching: quality)), emitted: period.carbon,
          clairvoyant: period.clairvoyant)
      } else {
        let fixed = StaticMix(of: replay.ladder, hull: hull, reaching: quality).energy
        let plainFixed = without.map { $0.energy(reaching: quality) } ?? fixed
        terms = Terms(
          alwaysBest: carbon(best), plainMix: carbon(plainFixed), stayingMix: carbon(fixed), staticMix: carbon(fixed),
          emitted: period.carbon, clairvoyant: period.clairvoyant)
      }
      func grams(_ energies: [Timestamp: Energy]?, at place: String? = nil) -> Carbon? {
        let pue = place.map { replay.pueElsewhere[$0] ?? replay.pue } ?? replay.pue
        return energies.map { energies in
          known.reduce(.zero) { sum, step in
            sum + (energies[step.interval.start] ?? .zero) * (step.interval.intensity(at: place) ?? .zero) * pue
          }
        }
      }
      func grams(_ energies: KeyPath<Aside, [Timestamp: Energy]?>) -> Carbon? {
        aside.elsewhere.sorted { $0.key < $1.key }.reduce(grams(aside[keyPath: energies])) { sum, item in
          let more = grams(item.value[keyPath: energies], at: item.key)
          return more.map { $0 + (sum ?? .zero) } ?? sum
        }
      }
      terms.orphans = grams(\.orphansSpared)
      terms.hedging = grams(\.hedgingLost).map { .zero - $0 }
      periods.append(
        Period(
          start: period.start, terms: terms, quality: period.quality, isFloorMet: period.isFloorMet,
          missingIntervals: steps.count - known.count))
    }
    self.periods = periods
    total = periods.map(\.terms).reduce(into: Terms()) { $0.add($1) }
  }
}

extension SavingsLedger.Terms {
  /// The split of what was saved; `plainMix` is the best fixed mix at home of variants that are no directives, `stayingMix`
  /// that of all variants at home.
  init(
    alwaysBest: Carbon, plainMix: Carbon, stayingMix: Carbon, staticMix: Carbon, emitted: Carbon, clairvoyant: Carbon
  ) {
    self.alwaysBest = alwaysBest
    self.staticMix = staticMix
    self.emitted = emitted
    self.clairvoyant = clairvoyant
    sizing = alwaysBest - plainMix
    directive = plainMix - stayingMix
    placing = stayingMix - staticMix
    timing = staticMix - emitted
  }

  fileprivate mutating func add(_ other: Self) {
    alwaysBest += other.alwaysBest
    staticMix += other.staticMix
    emitted += other.emitted
    clairvoyant += other.clairvoyant
    sizing += other.sizing
    directive += other.directive
    placing += other.placing
    timing += other.timing
    orphans = other.orphans.map { $0 + (orphans ?? .zero) } ?? orphans
    hedging = other.hedging.map { $0 + (hedging ?? .zero) } ?? hedging
  }
}

extension Hull {
  /// The energy of the cheapest mix that reaches `quality`; that of the best variant for what is beyond.
  func energy(reaching quality: Double) -> Energy {
    let (low, high, share) = bracket(quality)
    return points[low].energy + (points[high].energy - points[low].energy) * share
  }
}

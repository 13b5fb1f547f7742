import Quantities

/// What could have been served over a period without looking at the hour, where variants stand on different grids: a fixed
/// mix of variants, each in a fixed place.
///
/// Places are weighed by what their grids emitted over the whole period, which nobody knows beforehand: as a baseline it is
/// rather too good than too bad.
struct FixedMixes {
  let ladder: Ladder
  let basis: QualityBasis
  /// Grams over the period, by variant in ladder order, if each request took one joule of it.
  private let gramsPerJoule: [Double]
  /// The ladder with each energy as what it costs over the period.
  private let priced: Ladder

  init(of ladder: Ladder, over intervals: [Problem.Interval], on basis: QualityBasis) {
    self.ladder = ladder
    self.basis = basis
    gramsPerJoule = ladder.variants.map { variant in
      intervals.reduce(0) { $0 + $1.requests * $1.gramsPerJoule(of: variant) }
    }
    let isBusy = intervals.contains { $0.requests > 0 }
    priced = ladder.priced { variant in
      // Without requests every hour counts the same.
      intervals.reduce(0) { $0 + (isBusy ? $1.requests : 1) * $1.cost(of: variant) }
    }
  }

  /// The fixed mix of least carbon that reaches `quality`.
  func anywhere(reaching quality: Double) -> StaticMix { mix(reaching: quality, of: Set(ladder.variants.map(\.name))) }

  /// The same without leaving home; see ``Ladder/staying(on:)``.
  ///
  /// - Parameter left: names of variants that are left out, unless nothing remains without them.
  func staying(reaching quality: Double, without left: Set<String> = []) -> StaticMix {
    let plain = ladder.variants.filter { !left.contains($0.name) }
    let stayers = Ladder(priced: plain.isEmpty ? ladder.variants : plain).staying(on: basis)
    return mix(reaching: quality, of: Set(stayers.map(\.name)))
  }

  /// The carbon of the best variant for every request, at home where one of that quality stands there.
  var alwaysBest: Carbon { carbon(of: staying(reaching: .infinity)) }

  /// The carbon of a mix over the period.
  func carbon(of mix: StaticMix) -> Carbon {
    .grams(
      ladder.variants.indices.reduce(0) {
        $0 + mix.shares[$1] * ladder.variants[$1].energy.joules * gramsPerJoule[$1]
      })
  }

  private func mix(reaching quality: Double, of names: Set<String>) -> StaticMix {
    let own = ladder.variants.indices.filter { names.contains(ladder.variants[$0].name) }
    let hull = Hull(of: Ladder(priced: own.map { priced.variants[$0] }), on: basis)
    let (low, high, share) = hull.bracket(quality)
    return StaticMix(
      of: ladder, lower: own[hull.points[low].index], upper: own[hull.points[high].index], upperShare: share,
      on: basis, isFeasible: quality <= hull.highestQuality + 1e-9)
  }
}

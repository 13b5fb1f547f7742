public import Quantities

extension Problem {
  /// The grid of another place in one interval.
  public struct Elsewhere: Hashable, Sendable, Codable {
    /// Its carbon intensity. As at home, a negative one costs nothing in the choice.
    public var intensity: CarbonIntensity
    /// Power usage effectiveness there, at least 1.
    public var pue: Double

    /// A place.
    public init(_ intensity: CarbonIntensity, pue: Double = 1) {
      self.intensity = intensity
      self.pue = pue
    }

    /// No grid is dirtier: ten times the dirtiest fuel is not a signal but an error. What a place costs whose grid is
    /// unknown, so that it is chosen only when it would be the better one even so, or when nobody else reaches the floor.
    static let dirtiest = Elsewhere(.gramsPerKilowattHour(10_000))

    /// What a joule costs there, in g/kWh including PUE.
    var cost: Double { max(0, intensity.gramsPerKilowattHour) * pue }
  }

  /// What is wrong with a place's numbers; `nil` when nothing is.
  static func problem(of elsewhere: [String: Elsewhere]?, for ladder: Ladder) -> String? {
    for place in ladder.places {
      guard let there = elsewhere?[place], there.intensity.gramsPerKilowattHour.isFinite else {
        return "the intensity at '\(place)' is unknown; leave its variants out or forecast it"
      }
      guard there.pue >= 1, there.pue.isFinite else { return "PUE at '\(place)' must be at least 1" }
    }
    return nil
  }
}

extension Problem.Interval {
  /// What a joule of `variant` costs where it stands, in g/kWh including PUE.
  func cost(of variant: Variant) -> Double {
    guard let place = variant.place else { return cost }
    return (elsewhere?[place] ?? .dirtiest).cost
  }

  /// Grams emitted by one joule of `variant` where it stands.
  func gramsPerJoule(of variant: Variant) -> Double {
    guard let place = variant.place else { return pue * intensity.gramsPerKilowattHour / 3.6e6 }
    let there = elsewhere?[place] ?? .dirtiest
    return there.pue * there.intensity.gramsPerKilowattHour / 3.6e6
  }

  /// Grams emitted when requests are shared out by `shares`, in ladder order.
  func grams(sharing shares: [Double], on ladder: Ladder) -> Double {
    guard ladder.isPlaced else { return grams(joulesPerRequest: ladder.joulesPerRequest(shares)) }
    return requests
      * zip(shares, ladder.variants).reduce(0) { $0 + $1.0 * $1.1.energy.joules * gramsPerJoule(of: $1.1) }
  }

  /// The ladder with each energy as what it costs here and now: joules times g/kWh including PUE.
  func priced(_ ladder: Ladder) -> Ladder { ladder.priced { cost(of: $0) } }
}

extension Ladder {
  /// Whether any variant stands in another place than the site's own.
  public var isPlaced: Bool { variants.contains { $0.place != nil } }

  /// The other places, in alphabetical order.
  public var places: [String] { Set(variants.compactMap(\.place)).sorted() }

  /// Whether any variant stands on the site's own grid.
  public var hasHome: Bool { variants.contains { $0.place == nil } }

  /// The variants that a service which stays at home can use: those at home, and of the others only those of higher
  /// quality than any at home has. All of them where none is at home.
  public func staying(on basis: QualityBasis) -> [Variant] {
    guard let best = variants.filter({ $0.place == nil }).map({ $0.quality(on: basis) }).max() else { return variants }
    return variants.filter { $0.place == nil || $0.quality(on: basis) > best }
  }

  /// The ladder with each variant's energies times the cost of a joule where it stands, which need not be energies any
  /// more: for the hull of cost over quality.
  func priced(by cost: (Variant) -> Double) -> Ladder {
    Ladder(
      priced: variants.map { variant in
        var priced = variant
        priced.energy = variant.energy * cost(variant)
        priced.loadEnergy = variant.loadEnergy * cost(variant)
        return priced
      })
  }
}

public import Grid
import Quantities
import Switching

/// What there is to say about an alias before it serves: its ladder, its settings, and what timing is worth.
public struct AliasReview: Sendable {
  /// The alias.
  public let alias: String
  /// Which variants are of no use, which are missing or far apart, and whether the floors are within reach.
  public let ladder: [String]
  /// Settings that do less than they seem to.
  public let settings: [String]
  /// What timing is worth here.
  public let timing: TimingFinding

  /// All of it, one sentence each.
  public var sentences: [String] { ladder + settings + [timing.sentence] }

  /// Looks at a model.
  ///
  /// - Parameters:
  ///   - past: the grid values that are at hand.
  ///   - pue: facility overhead, at least 1.
  ///   - grids: what those who know the grids of other places tell, by place; `nil` when that was not looked at.
  ///   - kind: what the values of the site's own grid count; `nil` without any.
  public init(
    of model: ServingModel, on past: GridPast, pue: Double = 1, grids: [String: SignalKind]? = nil,
    kind: SignalKind? = nil
  ) {
    alias = model.alias
    let floors = LadderReview(of: model.ladder, floor: model.floor, instantFloor: model.settings.instantFloor)
    // Variants in different places are not to be weighed by energy alone.
    let places = [nil] + model.ladder.places.map(Optional.some)
    let ladders = places.compactMap { place in try? Ladder(model.ladder.variants.filter { $0.place == place }) }
    ladder = floors.sentences + ladders.flatMap { Hull(of: $0, on: .lowerBound).warnings }
    settings = Self.remarks(on: model) + (grids.map { Self.remarks(onPlacesOf: model, $0, kind) } ?? [])
    timing = TimingFinding(for: model, on: past, pue: pue)
  }

  private static func remarks(
    onPlacesOf model: ServingModel, _ grids: [String: SignalKind], _ home: SignalKind?
  ) -> [String] {
    model.ladder.places.map { place in
      let names = model.ladder.variants.filter { $0.place == place }.map(\.name).joined(separator: ", ")
      let unknown =
        "it counts as the dirtiest there can be, serves only what nobody else can, and the carbon "
        + "of its requests is unknown"
      guard let kind = grids[place] else {
        return
          "Nobody tells the grid of \(place), where \(names) stands: \(unknown); add the place under 'grid: places', "
          + "or 'providers' that know it."
      }
      if let home, kind != home {
        return "The grid of \(place), where \(names) stands, is told as \(kind.label), that of the site as "
          + "\(home.label), and the two are not compared: \(unknown); give values of one kind, or name it with 'kind'."
      }
      return "\(names) stands in \(place): weighed and charged with that place's grid"
        + (model.statedPUE[place].map { " and a PUE of \(Decimals.significant($0, digits: 4))." }
          ?? " and the site's own PUE.")
    }
  }

  private static func remarks(on model: ServingModel) -> [String] {
    var remarks: [String] = []
    let policy = model.settings.policy
    if !policy.keepsFloor {
      remarks.append(
        "The policy \(policy.rawValue) does not keep the floor of \(Decimals.fixed(model.floor, places: 2)) points over a "
          + "day; it is there to be compared with.")
    }
    for member in model.members where (member.idlePower ?? .zero) > .zero && !member.canBeUnloaded {
      remarks.append(
        "The idle power of \(member.name) is recorded and not planned with: its server cannot be asked to unload it "
          + "('server: ollama' can).")
    }
    if model.ladder.drawsResidentPower, model.settings.hysteresis != nil || model.settings.dwell != nil {
      remarks.append("With hysteresis or dwell residency is not planned for.")
    }
    return remarks
  }
}

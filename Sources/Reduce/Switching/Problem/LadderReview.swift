import Quantities

/// What there is to say about a ladder when it is loaded: which variants are of no use, which are missing, and whether
/// the floors are within reach.
public struct LadderReview: Hashable, Sendable, Codable {
  /// Variants that are dominated or above the hull, in ladder order, each with its reason.
  public let dropped: [Hull.Dropped]
  /// Where a variant is missing.
  public let gaps: [LadderGap]
  /// What is wrong with the floors; empty when they are within reach.
  public let floors: [String]

  /// All of it, one sentence each; empty when there is nothing to say.
  public var sentences: [String] { floors + dropped.map(\.reason) + gaps.map(\.sentence) }

  /// Looks at `ladder` on lower quality bounds, as the floor does. Variants in different places are compared only with those
  /// beside them: on another grid the dearer one may emit less. Floors are met by all of them together.
  ///
  /// - Parameter candidates: variants that are known but not on offer; see ``Hull/gaps(floor:candidates:)``.
  public init(of ladder: Ladder, floor: Double? = nil, instantFloor: Double? = nil, candidates: [Variant] = []) {
    let hull = Hull(of: ladder, on: .lowerBound)
    let wanted = floor.map { max($0, instantFloor ?? $0) } ?? instantFloor
    let hulls = ladder.isPlaced ? LadderReview.hulls(of: ladder) : [hull]
    dropped = hulls.flatMap(\.dropped)
    gaps = hulls.flatMap { $0.gaps(floor: wanted, candidates: candidates) }
    let best = hull.points[hull.points.count - 1]
    var floors: [String] = []
    for (name, value) in [("floor", floor), ("instant floor", instantFloor)] {
      guard let value, value > best.quality + 1e-9 else { continue }
      floors.append(
        "The \(name) of \(points(value)) points is above the best variant (\(best.name), \(points(best.quality))): it "
          + "would serve everything. Lower the floor or add a better variant.")
    }
    if let floor, let instantFloor, instantFloor > floor {
      floors.append(
        "The instant floor of \(points(instantFloor)) points is above the floor of \(points(floor)), which it replaces."
      )
    }
    if let wanted, hull.points.count > 1, wanted <= hull.lowestQuality {
      floors.append(
        "The floor of \(points(wanted)) points is met by the cheapest variant (\(hull.points[0].name), "
          + "\(points(hull.lowestQuality))) alone: it serves everything, and the grid makes no difference.")
    }
    self.floors = floors
  }

  /// One hull for each place, here first.
  private static func hulls(of ladder: Ladder) -> [Hull] {
    ([nil] + ladder.places.map(Optional.some)).compactMap { place in
      let own = ladder.variants.filter { $0.place == place }
      return own.isEmpty ? nil : Hull(of: Ladder(priced: own), on: .lowerBound)
    }
  }
}

private func points(_ quality: Double) -> String { Decimals.fixed(quality, places: 2) }

public import Quantities

/// Two neighbours on the hull between which a variant is missing, and what one there would save.
public struct LadderGap: Hashable, Sendable, Codable {
  /// The cheaper neighbour.
  public let lower: String
  /// The better neighbour.
  public let upper: String
  /// A known variant that would fill the gap best; `nil` when none was given that does.
  public let candidate: String?
  /// The quality at which the saving is stated, in points: the floor where it lies in the gap, else the missing variant's.
  public let quality: Double
  /// The missing variant's quality, in points: the candidate's, or half way.
  public let missingQuality: Double
  /// The missing variant's energy per request: the candidate's, or the one of a family whose energy grows by a constant
  /// factor per point, which is an assumption.
  public let missingEnergy: Energy
  /// What it would save of the energy of the mix of both neighbours at that quality, in percent.
  public let savingPercent: Double

  /// One sentence for a person.
  public var sentence: String {
    let saving = "\(Decimals.fixed(savingPercent, places: 0)) % at \(Decimals.fixed(quality, places: 2)) points"
    if let candidate {
      return "Gap between \(lower) and \(upper): something like \(candidate) would save \(saving)."
    }
    return
      "Gap between \(lower) and \(upper): a variant of about \(Decimals.fixed(missingQuality, places: 1)) points and "
      + "\(missingEnergy.formatted(significantDigits: 2)) per request would save \(saving), if energy grows by a constant "
      + "factor per point."
  }
}

extension Hull {
  /// From this saving on a known variant is worth naming, in percent.
  public static let noticeableSaving = 5.0

  /// The gaps of the hull, by rising energy.
  ///
  /// - Parameters:
  ///   - floor: the quality to state savings at where it lies in a gap; each missing variant's own without it.
  ///   - candidates: variants that are known but not on offer, with energies of the same kind. Without one that fills a
  ///     gap, only neighbours of ``farApartRatio`` count as one.
  public func gaps(floor: Double? = nil, candidates: [Variant] = []) -> [LadderGap] {
    zip(points, points.dropFirst()).compactMap { low, high in
      let inside = { (quality: Double) in quality > low.quality && quality < high.quality }
      let wanted = floor.flatMap { inside($0) ? $0 : nil }
      let found = candidates.compactMap { candidate -> LadderGap? in
        let quality = candidate.quality(on: basis)
        guard inside(quality), !points.contains(where: { $0.name == candidate.name }) else { return nil }
        return gap(low, high, candidate.name, quality: quality, energy: candidate.energy, at: wanted)
      }
      if let best = found.max(by: { $0.savingPercent < $1.savingPercent }),
        best.savingPercent >= Hull.noticeableSaving
      {
        return best
      }
      guard low.energy > .zero, high.energy.joules >= Hull.farApartRatio * low.energy.joules else { return nil }
      let middle = Energy.joules((low.energy.joules * high.energy.joules).squareRoot())
      return gap(low, high, nil, quality: (low.quality + high.quality) / 2, energy: middle, at: wanted)
    }
  }

  private func gap(
    _ low: Point, _ high: Point, _ name: String?, quality: Double, energy: Energy, at floor: Double?
  ) -> LadderGap? {
    let floor = floor ?? quality
    func mixed(_ first: (Double, Energy), _ second: (Double, Energy)) -> Energy {
      first.1 + (second.1 - first.1) * ((floor - first.0) / (second.0 - first.0))
    }
    let (below, middle, above) = ((low.quality, low.energy), (quality, energy), (high.quality, high.energy))
    let without = mixed(below, above)
    let with = floor <= quality ? mixed(below, middle) : mixed(middle, above)
    guard without > .zero, with < without else { return nil }
    return LadderGap(
      lower: low.name, upper: high.name, candidate: name, quality: floor, missingQuality: quality,
      missingEnergy: energy,
      savingPercent: 100 * (1 - with / without))
  }
}

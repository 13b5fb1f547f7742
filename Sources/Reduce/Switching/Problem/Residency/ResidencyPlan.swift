public import Quantities

/// Which variants to keep loaded through a period, and which serve, when keeping one loaded draws power and loading one
/// takes energy.
public struct ResidencyPlan: Hashable, Sendable, Codable {
  /// For each interval the names of the variants that are loaded, in ladder order.
  public let loaded: [[String]]
  /// For each interval the shares of all variants, in ladder order; only loaded ones serve.
  public let shares: [[Double]]
  /// Carbon of serving.
  public let serving: Carbon
  /// Carbon of keeping variants loaded.
  public let residency: Carbon
  /// Carbon of loading them.
  public let loading: Carbon
  /// No plan can emit less than this in all: the bound that the price proves. The plan is exact where it is reached; a
  /// period with few intervals leaves a gap, because loading is all or nothing.
  public let bound: Carbon
  /// The price of quality, as in ``Plan/price``.
  public let price: Double
  /// Mean quality on the problem's basis, in points; `nil` when no request is expected.
  public let quality: Double?
  /// Whether the floors are met. If not, the best variant serves.
  public let isFeasible: Bool

  /// All of it.
  public var carbon: Carbon { serving + residency + loading }
}

extension Problem {
  /// More variants are not planned for: the work doubles with each.
  public static let mostResidentVariants = 8

  /// The plan when ``Variant/residentPower`` and ``Variant/loadEnergy`` count: dynamic programming over the sets of loaded
  /// variants at a price of quality, which is found by bisection. Capacities are not part of it.
  ///
  /// - Parameter loaded: the names of the variants that are loaded when the period begins.
  /// - Returns: `nil` for more than ``mostResidentVariants`` variants, or no interval.
  public func solveResidency(loaded: [String]) -> ResidencyPlan? {
    guard ladder.variants.count <= Self.mostResidentVariants, !intervals.isEmpty else { return nil }
    return ResidencySolver(problem: self, loaded: Set(loaded)).solve()
  }
}

extension Ladder {
  /// Whether keeping any variant loaded is known to draw power.
  public var drawsResidentPower: Bool { variants.contains { ($0.residentPower ?? .zero) > .zero } }
}

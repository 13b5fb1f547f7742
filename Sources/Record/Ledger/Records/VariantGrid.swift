import Methods
import Quantities

/// The grid that a variant stands on, where that is not the site's own, as a decision knew it.
public struct VariantGrid: Hashable, Sendable, Codable {
  /// The region.
  public var region: String
  /// The value that the variant's requests are charged with; `nil` when none was to be believed.
  public var signalID: SignalID?
  /// Power usage effectiveness there, at least 1; `nil` when it was not stated and the site's own stands in.
  public var pue: Double?

  /// A grid.
  public init(region: String, signalID: SignalID? = nil, pue: Double? = nil) {
    self.region = region
    self.signalID = signalID
    self.pue = pue
  }

  /// The stated PUE as a figure that an activity's requests are charged with; `nil` when none was stated.
  public func statedPUE(of activity: ActivityID) -> FigureRecord? {
    pue.map { pue in
      // The room Accounting declares the method: a stated value, taken as it is.
      FigureRecord(
        activity, .pue,
        Figure(
          "PUE at \(region), as stated in the configuration",
          Estimate<Ratio>.exact(Ratio(pue), origin: .declared, method: "declared-value@1"),
          note: "stated by the operator for the variants that stand there"))
    }
  }
}

/// All that the ledger keeps about one activity itself, read at one moment.
public struct ActivityAccount: Hashable, Sendable, Codable {
  /// The activity.
  public var activity: Activity
  /// Its components, by name.
  public var components: [Component]
  /// Where all energy went; `nil` when no meter read the machine.
  public var conservation: Conservation?
  /// Its figures, by name.
  public var figures: [FigureRecord]

  /// An account.
  public init(
    activity: Activity, components: [Component] = [], conservation: Conservation? = nil, figures: [FigureRecord] = []
  ) {
    self.activity = activity
    self.components = components
    self.conservation = conservation
    self.figures = figures
  }

  /// The figure of that name.
  public func figure(_ name: FigureName) -> FigureRecord? { figures.first { $0.id.name == name } }
}

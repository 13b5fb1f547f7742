public import Grid

/// The grid values at hand of the time before now, from which is told what timing is worth.
public struct GridPast: Sendable {
  /// Of the site's own grid; `nil` when there are none.
  public var home: Series?
  /// Of other places where variants stand, by place, as far as there are any.
  public var elsewhere: [String: Series]

  /// Nothing unless given.
  public init(home: Series? = nil, elsewhere: [String: Series] = [:]) {
    self.home = home
    self.elsewhere = elsewhere
  }
}

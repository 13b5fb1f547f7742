public import Quantities

/// When a second backend is asked because the first is slow to begin: the first to answer serves, the other is
/// cancelled, and what it used is charged to the request.
public struct Hedging: Sendable, Hashable {
  /// How long the first byte may take before a second backend is asked: the 99th percentile at the least.
  public var delay: Duration
  /// Above this grid intensity nothing is asked twice; nil for no such limit. With a limit and no grid value nothing is
  /// asked twice either.
  public var below: CarbonIntensity?

  /// A second request after this delay.
  public init(after delay: Duration, below: CarbonIntensity? = nil) {
    self.delay = delay
    self.below = below
  }
}

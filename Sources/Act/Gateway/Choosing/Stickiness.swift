/// How long a conversation keeps its variant: prefix caches and style are worth more than one decision.
public struct Stickiness: Sendable, Hashable {
  /// How long after its last request a conversation is forgotten.
  public var time: Duration
  /// Conversations remembered at once; the one heard of longest ago goes first.
  public var capacity: Int

  /// Conversations keep their variant this long.
  public init(time: Duration = .seconds(600), capacity: Int = 65_536) {
    self.time = time
    self.capacity = max(1, capacity)
  }
}

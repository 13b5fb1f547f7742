public import Quantities

/// Where all energy that the meter read went, in whole microjoules.
public struct Conservation: Hashable, Sendable, Codable {
  /// The activity whose interval it is.
  public var activity: ActivityID
  /// What the meter read for the machine.
  public var host: Microjoules
  /// What processes used: the activity's own and all others.
  public var attributed: Microjoules
  /// What the machine would have used anyway.
  public var idle: Microjoules
  /// What Dimmer itself used.
  public var own: Microjoules
  /// Busy time that no process seen accounts for.
  public var unattributed: Microjoules

  /// The five terms, each counted on its own path.
  public init(
    activity: ActivityID, host: Microjoules, attributed: Microjoules, idle: Microjoules, own: Microjoules,
    unattributed: Microjoules
  ) {
    self.activity = activity
    self.host = host
    self.attributed = attributed
    self.idle = idle
    self.own = own
    self.unattributed = unattributed
  }

  /// What the four terms leave of the meter's reading; zero when energy is conserved.
  public var residual: Microjoules { host - attributed - idle - own - unattributed }

  /// Whether attributed + idle + own + unattributed is what the meter read, to the microjoule.
  public var isExact: Bool { residual == .zero }
}

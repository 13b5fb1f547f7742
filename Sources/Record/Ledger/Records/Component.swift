public import Quantities

/// The energy that one part of the machine used for an activity.
public struct Component: Hashable, Sendable, Codable {
  /// The activity.
  public var activity: ActivityID
  /// The part: `cpu`, `memory`, `gpu0`.
  public var name: String
  /// What it used; `nil` when unknown, and then `detail` says why.
  public var microjoules: Microjoules?
  /// The low end of the 95 % interval.
  public var lowMicrojoules: Microjoules?
  /// The high end of the 95 % interval.
  public var highMicrojoules: Microjoules?
  /// Where the number comes from; `nil` when it is unknown.
  public var origin: Origin?
  /// The method that made it; `nil` when it is unknown.
  public var method: MethodID?
  /// The device, the model's parameters, or the reason why the energy is unknown.
  public var detail: String?

  /// A component whose energy is known.
  ///
  /// - Parameter microjoules: the exact count, where there is one; else the estimate's value, rounded.
  public init(
    activity: ActivityID, name: String, _ estimate: Estimate<Energy>, microjoules: Microjoules? = nil,
    detail: String? = nil
  ) {
    self.activity = activity
    self.name = name
    self.microjoules = microjoules ?? Microjoules(estimate.value)
    lowMicrojoules = Microjoules(estimate.low)
    highMicrojoules = Microjoules(estimate.high)
    origin = estimate.origin
    method = estimate.method
    self.detail = detail
  }

  /// A component that could not be read.
  public init(activity: ActivityID, name: String, unknownBecause reason: String) {
    self.activity = activity
    self.name = name
    detail = reason
  }

  /// A component as a store has kept it.
  public init(
    activity: ActivityID, name: String, microjoules: Microjoules?, lowMicrojoules: Microjoules?,
    highMicrojoules: Microjoules?, origin: Origin?, method: MethodID?, detail: String?
  ) {
    self.activity = activity
    self.name = name
    self.microjoules = microjoules
    self.lowMicrojoules = lowMicrojoules
    self.highMicrojoules = highMicrojoules
    self.origin = origin
    self.method = method
    self.detail = detail
  }
}

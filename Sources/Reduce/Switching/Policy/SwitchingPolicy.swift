import Methods

/// A rule that decides which variant serves which share of the coming interval.
///
/// It is pure: no clock, no randomness, no I/O. The same call runs live, in a replay and in tests.
public protocol SwitchingPolicy: Sendable {
  /// Name and version, for example `receding-horizon@2`. A change of behaviour is a new version.
  var name: String { get }
  /// What it does, in one sentence.
  var summary: String { get }
  /// The decision for the interval that starts now, and the state to hand in next time. It never fails: without a usable
  /// signal it falls back to a mix that needs none.
  func decide(_ input: PolicyInput, state: PolicyState) -> (PolicyState, Decision)
}

/// All policies, with their default parameters.
public enum SwitchingPolicies {
  /// The policies, the default first.
  public static let all: [any SwitchingPolicy] = [
    RecedingHorizon(), TrailingPrice(), StaticMixPolicy(), AlwaysBest(), TwoLevelThreshold(), FarPairThreshold(),
    CloverPolicy(), SproutPolicy(),
  ]

  /// The policy called `name`, with or without its version.
  public static func policy(named name: String) throws(SwitchingError) -> any SwitchingPolicy {
    let found = all.first { $0.name == name || $0.name.prefix(while: { $0 != "@" }) == name[...] }
    guard let found else { throw .unknownPolicy(name, near: Spelling.nearest(to: name, in: all.map(\.name))) }
    return found
  }
}

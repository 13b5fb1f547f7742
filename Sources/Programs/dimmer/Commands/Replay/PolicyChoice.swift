import Methods
import Switching

/// A policy as it is named on the command line: one of the list, or the clairvoyant, which only a replay has.
struct PolicyChoice {
  private static let clairvoyant = "clairvoyant@1"

  /// Every name, the default first.
  static let names = SwitchingPolicies.all.map(\.name) + [clairvoyant]

  let name: String

  /// The choices that a name stands for: itself, or every one for `all`.
  static func named(_ name: String) throws(SwitchingError) -> [PolicyChoice] {
    if name == "all" { return names.map(PolicyChoice.init) }
    let known = names.first { $0 == name || $0.prefix { $0 != "@" } == name[...] }
    guard let known else { throw .unknownPolicy(name, near: Spelling.nearest(to: name, in: names + ["all"])) }
    return [PolicyChoice(name: known)]
  }

  private init(name: String) { self.name = name }

  /// Runs it over a replay.
  func run(
    _ replay: Replay, intensities: IntensityForecaster?, demand: DemandForecaster?,
    elsewhere: [String: IntensityForecaster] = [:]
  ) -> ReplayResult {
    guard let policy = SwitchingPolicies.all.first(where: { $0.name == name }) else { return replay.runClairvoyant() }
    return replay.run(policy, intensities: intensities, demand: demand, elsewhere: elsewhere)
  }
}

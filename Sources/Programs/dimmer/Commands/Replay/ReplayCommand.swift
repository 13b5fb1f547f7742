import ArgumentParser

/// `dimmer replay`: the same decisions on history.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Run the same decisions on history, beside baselines and the clairvoyant optimum.",
    discussion: """
      Example:
        dimmer replay switching --variants v.csv --series intensity.csv --column intensity_g_per_kwh --floor 83
      """,
    subcommands: [SwitchingReplay.self])
}

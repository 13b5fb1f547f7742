import ArgumentParser

/// `dimmer estimate`: figures for work that nobody measured, one subcommand a kind of work.
struct EstimateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate", abstract: "Energy, carbon, water and time of work that nobody measured.",
    discussion: """
      Every answer has an interval (95 %) and says what it rests on; what is not
      known makes the interval wider or the figure unknown, never zero.
      """,
    subcommands: [
      TrainingEstimate.self, FineTuningEstimate.self, StorageEstimate.self, LifecycleEstimate.self, FleetEstimate.self,
    ])
}

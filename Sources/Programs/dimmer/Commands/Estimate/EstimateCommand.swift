import ArgumentParser

/// `dimmer estimate`: figures for work that nobody measured, one subcommand a kind of work.
struct EstimateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate", abstract: "Energy, carbon, water and time of work that nobody measured.",
    discussion: """
      Every answer has an interval (95 %) and says what it rests on; what is not
      known makes the interval wider or the figure unknown, never zero.

      Examples:
        dimmer estimate text --model "Llama 3.1 8B" --output-tokens 400
        dimmer estimate image --model "FLUX.1 dev" --region SE
        dimmer estimate video --model HunyuanVideo --frames 129
      """,
    subcommands: [
      EstimateText.self, EstimateImage.self, EstimateVideo.self, EstimateSpeech.self, EstimateEmbedding.self,
      EstimateTraining.self, EstimateFineTuning.self, EstimateStorage.self, EstimateLifecycle.self, EstimateFleet.self,
    ])
}

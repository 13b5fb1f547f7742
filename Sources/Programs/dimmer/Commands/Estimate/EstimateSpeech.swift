public import ArgumentParser
public import Estimation
import Factors
import Reporting

extension SpeechWork.Direction: ExpressibleByArgument {}

/// `dimmer estimate speech`: speech heard or spoken by a model.
struct EstimateSpeech: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "speech", abstract: "Speech to text, or text to speech.",
    discussion: """
      Audio is counted in tokens: 50 positions a second to hear (Whisper), 50 (12.5
      to 86) codec frames a second to speak, about 4 tokens of text a second. The
      rest is the estimate of a text model. No speech model was measured for it.

      Examples:
        dimmer estimate speech --model whisper --parameters 1.55 --audio-seconds 600
        dimmer estimate speech --parameters 0.5:4 --audio-seconds 60 \\
          --direction synthesis --region IE
      """)

  @OptionGroup(title: "Model") var model: ModelOptions
  @Option(help: ArgumentHelp("Length of the speech in seconds, 0.1 to 100000.", valueName: "SECONDS"))
  var audioSeconds: Double
  @Option(help: "Which way.")
  var direction = SpeechWork.Direction.transcription
  @Option(help: ArgumentHelp("Requests served together; without it 32 (16 to 64), assumed.", valueName: "COUNT"))
  var batch: Double?
  @OptionGroup var serving: TextServingOptions

  func run() throws {
    let tables = try FactorTables.embedded()
    var work = try SpeechWork.work(
      direction, audioSeconds: audioSeconds, model: try model.served(from: tables.openModels))
    work.batch = batch
    serving.server.describe(&work)
    try serving.tell(
      "speech", work, from: tables,
      asked: [("direction", .string(direction.rawValue)), ("audio_seconds", .number(audioSeconds))])
  }
}

/// `dimmer estimate embedding`: a text turned into a vector.
struct EstimateEmbedding: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embedding", abstract: "A text turned into a vector.",
    discussion: """
      The text is read as a text model reads a prompt, and nothing is written. No
      embedding model was measured for it.

      Examples:
        dimmer estimate embedding --parameters 0.57 --input-tokens 512 --region DE
        dimmer estimate embedding --model "Qwen3 8B" --input-tokens 8000 \\
          --gpu L4 --json
      """)

  @OptionGroup(title: "Model") var model: ModelOptions
  @Option(help: ArgumentHelp("Tokens of the text.", valueName: "COUNT"))
  var inputTokens: Double
  @Option(help: ArgumentHelp("Texts read together; without it 32 (16 to 64), assumed.", valueName: "COUNT"))
  var batch: Double?
  @OptionGroup var serving: TextServingOptions

  func run() throws {
    let tables = try FactorTables.embedded()
    var work = TextWork.embedding(of: inputTokens, by: try model.served(from: tables.openModels))
    work.batch = batch
    serving.server.describe(&work)
    try serving.tell("embedding", work, from: tables)
  }
}

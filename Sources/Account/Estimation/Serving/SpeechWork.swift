import Accounting
import Methods
import Quantities

/// Speech heard or spoken by a model, as the token work that it amounts to.
public enum SpeechWork {
  /// Which way.
  public enum Direction: String, Hashable, Sendable, CaseIterable {
    /// Speech to text.
    case transcription
    /// Text to speech.
    case synthesis
  }

  /// The lengths of audio for which the estimate holds, in seconds.
  public static let seconds: ClosedRange<Double> = 0.1...100_000

  /// The token work of some speech (`text-request-energy@1` on counts of tokens).
  ///
  /// Transcription: an encoder reads 50 positions a second (Whisper: 1500 for 30 s), like a prompt; a decoder writes
  /// about 4 tokens a second of text. Synthesis: the text is the prompt, and the model writes 50 audio tokens a second.
  /// Both pass through the whole model, which is high for one whose encoder holds half of its parameters.
  ///
  /// - Parameters:
  ///   - audioSeconds: length of the speech, 0.1 to 100 000 seconds.
  ///   - model: the model.
  /// - Throws: ``ServingError`` outside these.
  public static func work(
    _ direction: Direction, audioSeconds: Double, model: ServedModel
  ) throws(ServingError) -> TextWork {
    try ServingError.check("the length of the audio", audioSeconds, in: seconds, "seconds")
    let text = DeclaredFigure.assumed(
      "tokens of text for one second of speech", 4, in: 2...6, from: "prior:speech-text",
      note: "two to three words a second, of one to two tokens")
    let length = DeclaredFigure.make("seconds of audio", audioSeconds, note: "stated by the user")
    var work = TextWork(model: model, outputTokens: 0)
    work.derived.context = DeclaredFigure.assumed(
      "tokens of context, as a mean", 50 * min(audioSeconds, 30),
      in: 50 * min(audioSeconds, 30)...50 * min(audioSeconds, 30),
      from: "prior:speech-context", note: "audio is worked on in windows of 30 seconds")
    switch direction {
    case .transcription:
      let frames = Figure(
        "positions that an encoder reads of one second of audio",
        Estimate(
          Ratio(50), low: Ratio(25), high: Ratio(50), origin: .published, method: "published-factor@1",
          source: "prior:speech-frames"),
        source: Source(
          "Radford and others, Robust Speech Recognition via Large-Scale Weak Supervision (2022): 1500 positions for 30 s",
          year: 2022, licence: "facts, cited"), note: "The low end is Dimmer's choice: newer encoders join positions.")
      work.derived.input = TextFormulas.audioTokens.figure("positions of audio", [Term(length), Term(frames)])
      work.derived.output = TextFormulas.audioTokens.figure("tokens of the text", [Term(length), Term(text)])
    case .synthesis:
      let codes = DeclaredFigure.assumed(
        "tokens of audio for one second of speech", 50, in: 12.5...86, from: "prior:speech-codes",
        note: "audio codecs use from 12.5 (Mimi) to 86 (DAC) frames a second")
      work.derived.input = TextFormulas.audioTokens.figure("tokens of the text", [Term(length), Term(text)])
      work.derived.output = TextFormulas.audioTokens.figure("tokens of audio", [Term(length), Term(codes)])
    }
    work.label = "\(Span.seconds(audioSeconds).formatted()) of speech by \(model.name), \(direction.rawValue)"
    return work
  }
}

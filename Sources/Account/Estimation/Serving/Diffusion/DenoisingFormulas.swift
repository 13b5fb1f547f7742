import Accounting
import Methods
import Quantities

/// Arithmetic of denoising: how many operations an image or a video takes, what moves in memory, and what both cost.
package enum Denoising {
  /// Tokens of a piece: one for a square of pixels and some frames; the first frame has tokens of its own.
  package static func tokens(
    width: Double, height: Double, frames: Double, tokenPixels: Double, tokenFrames: Double
  ) -> Double { (width / tokenPixels) * (height / tokenPixels) * ((frames - 1) / tokenFrames + 1) }

  /// Operations of a piece: two for each weight that a token passes through and four for each pair of tokens and
  /// channel in an attention, times passes; and those of the decoder, which makes pixels of the last state.
  package static func operations(
    tokens: Double, layers: Double, channels: Double, matrices: Double, attentionLayers: Double, passes: Double,
    decoded: Double
  ) -> Double {
    let linear = 2 * layers * matrices * channels * channels * tokens
    let attention = 4 * attentionLayers * channels * tokens * tokens
    return (linear + attention) * passes + decoded
  }

  /// Bytes of the states between layers, each written or read once, in 16 bits.
  package static func stateBytes(tokens: Double, layers: Double, channels: Double, passes: Double) -> Double {
    2 * tokens * layers * channels * passes
  }

  static let methods: [Method] =
    [operations, states, energy, latency].map(\.method) + DenoiserShape.methods + UNetFormulas.all
    + EarlierDenoising.methods
  static let positive = Double.leastNormalMagnitude...Double.greatestFiniteMagnitude
  private static let any = 0...Double.greatestFiniteMagnitude

  static let size: [MethodParameter] = [
    MethodParameter("width_pixels", "width", in: positive), MethodParameter("height_pixels", "height", in: positive),
    MethodParameter("frames", "frames; 1 for an image", in: 1...1e6),
    MethodParameter("token_pixels", "side of the square that one token stands for", in: positive),
    MethodParameter("token_frames", "frames that one token stands for", in: positive),
    MethodParameter("steps", "denoising steps", in: 1...1e4),
    MethodParameter("passes", "passes in one step", in: 1...10),
  ]
  private static let network: [MethodParameter] = [
    MethodParameter("layers", "layers of the network", in: positive),
    MethodParameter("channels", "channels of a token", in: positive),
    MethodParameter("text_tokens", "tokens of text in one row with those of the picture", in: any),
  ]
  private static let tokenText =
    "T = width_pixels x height_pixels / token_pixels^2 x ((frames - 1) / token_frames + 1) + text_tokens"

  /// All tokens of a row of inputs that begins with ``size`` and ``network``.
  private static func row(_ values: [Double]) -> Double {
    tokens(width: values[0], height: values[1], frames: values[2], tokenPixels: values[3], tokenFrames: values[4])
      + values[9]
  }

  /// `denoising-operations@2`.
  static let operations = Formula(
    id: "denoising-operations@2", summary: "Operations of a diffusion model for one piece, by its network's shape",
    formula: "(2 x layers x matrices x channels^2 x T + 4 x attention_layers x channels x T^2) x steps x passes "
      + "+ decoder_operations x width_pixels x height_pixels x frames, \(tokenText)",
    citation: Source(
      "Peebles and Xie, Scalable Diffusion Models with Transformers (2023): linear layers and attention over tokens",
      year: 2023),
    inputs: size + network + [
      MethodParameter("matrices", "matrices of channels x channels that a token passes in a layer", in: positive),
      MethodParameter("attention_layers", "attentions of all tokens to all", in: any),
      MethodParameter("decoder_operations", "operations of the decoder for a pixel", in: any),
    ],
    output: MethodParameter("operations", "operations"),
    changes:
      "Operations follow from layers, channels and tokens of text and picture, and are no longer weighted by the "
      + "number of all parameters: in many models a token passes through a third of them; the decoder is counted.",
    evaluate: {
      operations(
        tokens: row($0), layers: $0[7], channels: $0[8], matrices: $0[10], attentionLayers: $0[11],
        passes: $0[5] * $0[6], decoded: $0[12] * $0[0] * $0[1] * $0[2])
    })

  /// `denoising-states@1`.
  static let states = Formula(
    id: "denoising-states@1", summary: "Bytes of the states between the layers of a diffusion model, for one piece",
    formula: "2 x layers x channels x T x steps x passes, \(tokenText)",
    citation: Source("Dimmer: every layer hands on one number of 16 bits a token and channel"),
    inputs: size + network, output: MethodParameter("state_bytes", unit: "B", "bytes, each state counted once"),
    evaluate: { stateBytes(tokens: row($0), layers: $0[7], channels: $0[8], passes: $0[5] * $0[6]) })

  /// `denoising-energy@2`.
  static let energy = Formula(
    id: "denoising-energy@2", summary: "Energy of the accelerators for images or videos of a diffusion model",
    formula:
      "count x (operations x operation_joules + board_watts x (state_bytes / bytes_per_second x (memory + exchange "
      + "x (accelerators - 1)) + launch_seconds x layers x steps x (accelerators if more than 1)))",
    citation: DenoisingConstants.source,
    inputs: [
      MethodParameter("count", "how many are made", in: 1...1e9),
      MethodParameter("operations", "operations of one", in: positive),
      MethodParameter("state_bytes", unit: "B", "bytes of the states of one", in: positive),
      MethodParameter("layers", "layers of the network", in: positive),
      MethodParameter("steps", "denoising steps", in: 1...1e4),
      MethodParameter("accelerators", "accelerators that work together on one", in: 1...1024),
      MethodParameter("board_watts", unit: "W", "power limit of a board", in: positive),
      MethodParameter("bytes_per_second", unit: "B/s", "memory bandwidth of a board", in: positive),
      MethodParameter("operation_joules", unit: "J", "energy of one operation", in: positive),
      MethodParameter("memory", "how often the states move, times the share of power", in: positive),
      MethodParameter(
        "launch_seconds", unit: "s", "wait of every board in a layer, times the share of power", in: positive),
      MethodParameter("exchange", "what a further board adds to the moving of states", in: positive),
    ],
    output: MethodParameter("energy_joules", unit: "J", "energy of the accelerators"),
    changes: "An operation costs the same on every kind of board; states that move in memory and boards that work "
      + "together on one piece are counted with constants of their own, fitted anew.",
    evaluate: {
      let constants = DenoisingConstants(
        operationJoules: $0[8], memory: $0[9], launchSeconds: $0[10], exchange: $0[11])
      return $0[0]
        * constants.joules(
          operations: $0[1], stateBytes: $0[2], layerSteps: $0[3] * $0[4], accelerators: $0[5], boardWatts: $0[6],
          bytesPerSecond: $0[7])
    })

  /// `denoising-latency@2`.
  static let latency = Formula(
    id: "denoising-latency@2", summary: "How long the accelerators work on images or videos: energy over power",
    formula: "energy_joules / (accelerators x board_watts x power_share)",
    citation: Source("Time is energy over power; a queue before the server is not counted"),
    inputs: [
      MethodParameter("energy_joules", unit: "J", "energy of the accelerators", in: positive),
      MethodParameter("accelerators", "accelerators that work together on one", in: 1...1024),
      MethodParameter("board_watts", unit: "W", "power limit of a board", in: positive),
      MethodParameter("power_share", "power in use over the limit", in: 0.01...1.2),
    ],
    output: MethodParameter("duration_seconds", unit: "s", "time until all are made"),
    changes: "The accelerators that work together on a piece share its time.",
    evaluate: { $0[0] / ($0[1] * $0[2] * $0[3]) })
}

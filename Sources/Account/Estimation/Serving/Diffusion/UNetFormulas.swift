import Accounting
import Factors
import Methods
import Quantities

/// Formulas of the work of a U-Net, in the terms of `denoising-energy`: operations, states handed on, layers.
enum UNetFormulas {
  static let all: [Method] = [operations, states, layers].map(\.method)

  private static let any = 0...1e6

  /// The network but for its text: the first inputs of every formula here.
  private static let network: [MethodParameter] = blocks + levelChannels + levelLayers

  private static let blocks = [
    MethodParameter("residual_blocks", "residual blocks of a level on the way down; one more on the way up", in: 1...8),
    MethodParameter("middle_layers", "transformer layers in the middle", in: any),
  ]
  private static let levelChannels = (1...4).map { (level: Int) -> MethodParameter in
    let ending = level > 2 ? "; 0 for no such level" : ""
    return MethodParameter(
      "channels_\(level)", "channels of a point of level \(level)\(ending)", in: (level > 2 ? 0 : 1)...1e6)
  }
  private static let levelLayers = (1...4).map { (level: Int) -> MethodParameter in
    MethodParameter("layers_\(level)", "transformer layers behind each residual block of level \(level)", in: any)
  }

  private static let made: [MethodParameter] = [
    MethodParameter("width_pixels", "width", in: Denoising.positive),
    MethodParameter("height_pixels", "height", in: Denoising.positive),
    MethodParameter("latent_pixels", "side of the square that a point of the finest level stands for", in: 1...1024),
    MethodParameter("steps", "denoising steps", in: 1...1e4),
    MethodParameter("passes", "passes in one step", in: 1...10),
  ]

  /// The network of a row of inputs that begins with ``network``, without a text where none is given.
  private static func count(_ values: [Double], textChannels: Double = 0, textTokens: Double = 0) -> UNetCount {
    let levels: [UNetShape.Level] = (2..<6).map { UNetShape.Level(channels: values[$0], layers: values[$0 + 4]) }
    return UNetCount(
      levels: Array(levels.prefix { $0.channels > 0 }), middleLayers: values[1], residualBlocks: values[0],
      textChannels: textChannels,
      textTokens: textTokens)
  }

  /// Points of the finest level in a row of inputs that has ``made`` behind ``network``.
  private static func points(_ values: [Double]) -> Double { values[10] * values[11] / (values[12] * values[12]) }
  private static func passes(_ values: [Double]) -> Double { values[13] * values[14] }
  private static func pixels(_ values: [Double]) -> Double { values[10] * values[11] }

  /// `unet-operations@1`.
  static let operations = Formula(
    id: "unet-operations@1", summary: "Operations of a U-Net for one image, counted block by block",
    formula: "2 x (sum over convolutions of 9 x channels in x channels out x points, over transformer layers of "
      + "18 x channels^2 x points + 2 x channels x points x (points + text_tokens) "
      + "+ 2 x channels x text_channels x text_tokens) x steps x passes + decoder_operations x width_pixels "
      + "x height_pixels; level 1 has width_pixels x height_pixels / latent_pixels^2 points, each further one a quarter",
    citation: Source(
      "Rombach and others, High-Resolution Image Synthesis with Latent Diffusion Models (2022); blocks as in "
        + "UNet2DConditionModel of Hugging Face Diffusers", year: 2022),
    inputs: network + made + [
      MethodParameter("text_channels", "channels of a token of the text", in: any),
      MethodParameter("text_tokens", "tokens of the text", in: any),
      MethodParameter("decoder_operations", "operations of the decoder for a pixel", in: 0...1e15),
    ],
    output: MethodParameter("operations", "operations"),
    evaluate: {
      let count = count($0, textChannels: $0[15], textTokens: $0[16])
      return 2 * count.multiplications(points: points($0)) * passes($0) + $0[17] * pixels($0)
    })

  /// `unet-states@1`.
  static let states = Formula(
    id: "unet-states@1",
    summary: "Bytes of the states that the layers of a U-Net and its decoder hand on, for one image",
    formula: "2 x (sum over transformer layers of channels x points + residual_share x sum over residual blocks of "
      + "channels x points) x steps x passes + 2 x residual_share x decoder_channels x width_pixels x height_pixels; "
      + "points as in unet-operations",
    citation: Source(
      "Dimmer: every transformer layer hands on one number of 16 bits a point and channel, a residual block a share of "
        + "it (docs/estimation.md)"),
    inputs: network + made + [
      MethodParameter(
        "residual_share", "how often a residual block's state moves, over a transformer layer's", in: 0...10),
      MethodParameter("decoder_channels", "channels that the decoder's blocks hand on, for a pixel", in: any),
    ],
    output: MethodParameter("state_bytes", unit: "B", "bytes, as of transformer layers, each state counted once"),
    evaluate: {
      let count = count($0)
      let channels = count.transformerChannels + $0[15] * count.residualChannels
      return 2 * (channels * points($0) * passes($0) + $0[15] * $0[16] * pixels($0))
    })

  /// `unet-layers@1`.
  static let layers = Formula(
    id: "unet-layers@1", summary: "Transformer layers and residual blocks of a U-Net",
    formula:
      "(2 x residual_blocks + 1) x levels + 2 + middle_layers + sum over levels of (2 x residual_blocks + 1) x layers",
    citation: Source("Dimmer: a level has its blocks on the way down and one more on the way up, the middle has two"),
    inputs: network, output: MethodParameter("layers", "layers"), evaluate: { count($0).layers })
}

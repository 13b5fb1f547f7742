import Accounting
import Factors
import Methods
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A diffusion transformer's build as figures.
struct DenoiserShape: Hashable, Sendable {
  /// Side of the square of pixels that one token stands for.
  let tokenPixels: Figure<Ratio>
  /// Frames that one token stands for.
  let tokenFrames: Figure<Ratio>
  /// Layers.
  let layers: Figure<Ratio>
  /// Channels of a token.
  let channels: Figure<Ratio>
  /// Matrices of channels x channels that a token passes through in a layer.
  let matrices: Figure<Ratio>
  /// Attentions of all tokens to all tokens in one pass.
  let attentionLayers: Figure<Ratio>
  /// Tokens of the text that stand in one row with those of the picture.
  let textTokens: Figure<Ratio>

  /// The shape of an open model.
  init(_ shape: TransformerShape, of entry: DiffusionModelTable.Entry) {
    tokenPixels = entry.figure("side of a token in pixels", shape.tokenPixels)
    tokenFrames = entry.figure("frames of a token", shape.tokenFrames)
    layers = entry.figure("layers", shape.layers)
    channels = entry.figure("channels of a token", shape.channels)
    matrices = entry.figure("matrices that a token passes through in a layer", shape.matrices)
    attentionLayers = entry.figure("attentions of all tokens to all", shape.attentionLayers)
    textTokens = entry.figure("tokens of text beside those of the picture", shape.textTokens)
  }

  /// The shape of a network of which only the size is known: a hundred times as wide as deep, as open ones are within
  /// a factor of two, of which a token passes through a third to all.
  init(billions: Figure<Ratio>, making medium: DiffusionModelTable.Medium) {
    tokenPixels = DeclaredFigure.assumed(
      "side of a token in pixels", 16, in: 16...32, from: "prior:token-pixels",
      note: "most open models keep 16 x 16 pixels in a token, some 32 x 32")
    tokenFrames = DeclaredFigure.assumed(
      "frames of a token", medium == .image ? 1 : 4, in: medium == .image ? 1...1 : 4...8, from: "prior:token-frames",
      note: "open video models keep 4 frames in a token, some 8")
    layers = DenoiserShape.depthBySize.figure("layers, by size", [Term(billions)])
    channels = DenoiserShape.widthBySize.figure("channels of a token, by size", [Term(billions)])
    matrices = DeclaredFigure.assumed(
      "matrices that a token passes through in a layer", 8, in: 4...12, from: "prior:denoiser-matrices",
      note: "of open models a token of the picture passes through a third of the parameters (Stable Diffusion 3, which "
        + "has as many again for the text) to nearly all of them")
    attentionLayers = DenoiserShape.depthBySize.figure(
      "attentions of all tokens to all, by size", [Term(billions)], note: "One in each layer, as in most open models.")
    textTokens = DeclaredFigure.assumed(
      "tokens of text beside those of the picture", 256, in: 0...512, from: "prior:text-tokens",
      note: "open models put none or up to 512 in one row with the picture's")
  }

  static let methods: [Method] = [depthBySize, widthBySize].map(\.method)

  private static let citation = Source(
    "Dimmer: 12 matrices of width x width in a layer (attention 4, linear layers 8), and a network a hundred times as "
      + "wide as deep, as open ones are within a factor of two (docs/estimation.md)")

  /// `denoiser-layers@1`.
  private static let depthBySize = shape(
    "denoiser-layers@1", "Layers of a denoising network of which only the size is known", "layers"
  ) { depth(billions: $0) }
  /// `denoiser-channels@1`.
  private static let widthBySize = shape(
    "denoiser-channels@1", "Width of a denoising network of which only the size is known", "channels"
  ) { 100 * depth(billions: $0) }

  /// Layers of a network with 12 matrices of (100 x layers)^2 in each.
  private static func depth(billions: Double) -> Double { cbrt(billions * 1e9 / 120_000) }

  private static func shape(
    _ id: MethodID, _ summary: String, _ key: String, _ evaluate: @escaping @Sendable (Double) -> Double
  ) -> Formula {
    Formula(
      id: id, summary: summary,
      formula: (key == "layers" ? "" : "100 x ") + "(1e9 x parameters_billions / 120000)^(1/3)", citation: citation,
      inputs: [MethodParameter("parameters_billions", "parameters of the network, in billions", in: 1e-3...2e4)],
      output: MethodParameter(key, key), evaluate: { evaluate($0[0]) })
  }
}

/// What the network of a diffusion model is built of, as far as its work follows from it.
public enum DenoisingNetwork: Hashable, Sendable {
  /// Layers of one width over one row of tokens.
  case transformer(TransformerShape)
  /// Convolutions and attention over pictures of falling and rising size.
  case unet(UNetShape)
}

/// The shape of a diffusion transformer.
public struct TransformerShape: Hashable, Sendable {
  /// Width and height of the square of pixels that one token stands for.
  public let tokenPixels: Double
  /// Frames that one token stands for; 1 for images.
  public let tokenFrames: Double
  /// Layers of the denoising network.
  public let layers: Double
  /// Channels of a token: the width of a layer.
  public let channels: Double
  /// Matrices of channels x channels that a token of the picture passes through in a layer: 4 of attention, 8 of the
  /// usual two linear layers behind it, 2 of attention to a text beside. Layers that have others for the text's own
  /// tokens (Stable Diffusion 3, the first of FLUX) count those of the picture's tokens alone.
  public let matrices: Double
  /// Attentions of all tokens to all tokens in one pass; 0 where attention is linear.
  public let attentionLayers: Double
  /// Tokens of the text that stand in one row with those of the picture; 0 where the text stands beside.
  public let textTokens: Double

  init(_ row: CSVRow) throws(CSVError) {
    tokenPixels = try row.positiveNumber("token_pixels")
    tokenFrames = try row.positiveNumber("token_frames")
    layers = try row.positiveNumber("layers")
    channels = try row.positiveNumber("channels")
    matrices = try row.positiveNumber("matrices")
    attentionLayers = try row.requiredNumber("attention_layers")
    textTokens = try row.requiredNumber("text_tokens")
  }
}

/// The shape of a U-Net of the Stable Diffusion family: a way down over levels of half the side each, a middle, and a way
/// up that takes in again what the way down handed over.
public struct UNetShape: Hashable, Sendable {
  /// One level: the points of the picture at one size.
  public struct Level: Hashable, Sendable {
    /// Channels of a point.
    public let channels: Double
    /// Transformer layers behind each residual block; 0 for a level of convolutions alone.
    public let layers: Double

    /// A level.
    public init(channels: Double, layers: Double) {
      self.channels = channels
      self.layers = layers
    }
  }

  /// How many levels there may be.
  public static let levelCounts = 2...4

  /// The levels, finest first: 2 to 4.
  public let levels: [Level]
  /// Transformer layers in the middle.
  public let middleLayers: Double
  /// Residual blocks of a level on the way down; the way up has one more.
  public let residualBlocks: Double
  /// Channels of a token of the text, to which transformer layers attend.
  public let textChannels: Double
  /// Tokens of the text: prompts are filled up to so many.
  public let textTokens: Double
  /// Numbers beside the text that every block is told (size of the picture, a summary of the text); 0 for none.
  public let vectorChannels: Double
  /// Side of the square of pixels that one point of the finest level stands for.
  public let latentPixels: Double

  init(_ row: CSVRow) throws(CSVError) {
    let channels = try row.numbers("channels")
    let layers = try row.numbers("layers")
    guard channels.count == layers.count, UNetShape.levelCounts.contains(channels.count),
      channels.allSatisfy({ $0 > 0 })
    else {
      throw try row.error(
        in: "layers", .other("two to four levels need channels above 0, and as many counts of layers"))
    }
    levels = zip(channels, layers).map { Level(channels: $0, layers: $1) }
    middleLayers = try row.requiredNumber("middle_layers")
    residualBlocks = try row.positiveNumber("residual_blocks")
    textChannels = try row.positiveNumber("text_channels")
    textTokens = try row.positiveNumber("text_tokens")
    vectorChannels = try row.requiredNumber("vector_channels")
    latentPixels = try row.positiveNumber("latent_pixels")
  }
}

extension CSVRow {
  /// Numbers of at least 0 in a column that holds several, separated by semicolons.
  func numbers(_ column: String) throws(CSVError) -> [Double] {
    var numbers: [Double] = []
    for name in try names(column) {
      guard let number = Double(name), number.isFinite, number >= 0 else {
        throw try error(in: column, .other("numbers of at least 0 must stand here, separated by semicolons"))
      }
      numbers.append(number)
    }
    return numbers
  }
}

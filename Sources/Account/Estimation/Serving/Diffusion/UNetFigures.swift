import Accounting
import Factors
import Methods
import Quantities

/// A U-Net's shape as figures, and what has to be assumed of it.
struct UNetFigures: Hashable, Sendable {
  /// The network but for its text, in the order of ``UNetFormulas``.
  let network: [Figure<Ratio>]
  /// Channels of a token of the text.
  let textChannels: Figure<Ratio>
  /// Tokens of the text.
  let textTokens: Figure<Ratio>
  /// Side of the square of pixels that a point of the finest level stands for.
  let latentPixels: Figure<Ratio>

  /// The shape of an open model.
  init(_ shape: UNetShape, of entry: DiffusionModelTable.Entry) {
    let printed = { (what: String, value: Double) in entry.figure(what, value) }
    let missing = UNetShape.levelCounts.upperBound - shape.levels.count
    let levels = shape.levels + Array(repeating: UNetShape.Level(channels: 0, layers: 0), count: missing)
    let blocks = [
      printed("residual blocks of a level", shape.residualBlocks),
      printed("transformer layers in the middle", shape.middleLayers),
    ]
    let channels = levels.enumerated().map { printed("channels of level \($0 + 1)", $1.channels) }
    let layers = levels.enumerated().map {
      printed("transformer layers behind each block of level \($0 + 1)", $1.layers)
    }
    network = blocks + channels + layers
    textChannels = printed("channels of a token of text", shape.textChannels)
    textTokens = printed("tokens of text", shape.textTokens)
    latentPixels = printed("side of the square of a point in pixels", shape.latentPixels)
  }

  /// How often the state of a residual block moves, over that of a transformer layer.
  static let residualShare = DeclaredFigure.assumed(
    "moves of a residual block's state over those of a transformer layer's", 0.5, in: 0.3...1,
    from: "prior:residual-share",
    note:
      "written out operation by operation, a transformer layer reads and writes tensors of its state's size about 50 "
      + "times, a residual block 17 times, and 27 where it takes in what the way down handed over")

  /// Three blocks on each of four levels, finest first, and on the coarsest two and an attention in the middle.
  private static let decoderPerPixel: Ratio = {
    let levels: [(channels: Double, blocks: Double)] = [(128, 3), (256, 3), (512, 3), (512, 6)]
    return Ratio(levels.reversed().reduce(0) { $0 / 4 + $1.channels * $1.blocks })
  }()

  /// Channels that the decoder's residual blocks hand on, for a pixel.
  static let decoderChannels = PublishedFactor.figure(
    "channels that the decoder's blocks hand on, for a pixel", decoderPerPixel, uncertainty: "decoder-channels",
    source: Source(
      "CompVis, configuration of Stable Diffusion 1 (v1-inference.yaml): decoder of four levels of 512, 512, 256 and 128 "
        + "channels with three residual blocks each, two and an attention in the middle", year: 2022,
      licence: "facts, cited"),
    note: "Counted from the configuration: a level has a quarter of the points of the next.")

  /// How far a U-Net may be from what transformers are found to take.
  static let overTransformers = 0.7...2.0
  static let overTransformersNote =
    "No U-Net was among what the constants were fitted on. Assumed by Dimmer: 0.7 to 2 times what they say, since "
    + "convolutions fill a board otherwise, and a small network that makes one picture at a time waits for its own launches."
}

extension DiffusionModelTable.Entry {
  /// A printed number of the model.
  func figure(_ what: String, _ value: Double) -> Figure<Ratio> {
    PublishedFactor.figure(
      "\(what), \(name)", Ratio(value), uncertainty: "settings:\(name)", source: source, note: note)
  }
}

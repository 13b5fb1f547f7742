public import Methods
import Quantities

/// Shapes and published settings of open diffusion models that make images and videos.
public struct DiffusionModelTable: Sendable {
  /// What a model makes.
  public enum Medium: String, Hashable, Sendable, Codable {
    /// One picture.
    case image
    /// A clip of several frames.
    case video
  }

  /// One model with the settings its makers publish it with.
  public struct Entry: Hashable, Sendable {
    /// The name: `FLUX.1 dev`.
    public let name: String
    /// Other names it is found under.
    public let aliases: [String]
    /// What it makes.
    public let medium: Medium
    /// Parameters of the denoising network, in billions.
    public let billions: Double
    /// Width and height of the square of pixels that one token stands for.
    public let tokenPixels: Double
    /// Frames that one token stands for; 1 for images.
    public let tokenFrames: Double
    /// Width in pixels.
    public let widthPixels: Double
    /// Height in pixels.
    public let heightPixels: Double
    /// Frames; 1 for images.
    public let frames: Double
    /// Denoising steps.
    public let steps: Double
    /// Passes through the network in one step: 2 where it is guided by a second one without the prompt.
    public let passes: Double
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
    /// Where it was read: the makers' page, or who quotes it.
    public let source: Source
    /// What else to know.
    public let note: String?

    init(_ row: CSVRow) throws(CSVError) {
      name = try row.text("name")
      aliases = try row.names("aliases")
      guard let medium = Medium(rawValue: try row.text("medium")) else {
        throw try row.error(in: "medium", .other("must be image or video"))
      }
      self.medium = medium
      billions = try row.positiveNumber("billions")
      tokenPixels = try row.positiveNumber("token_pixels")
      tokenFrames = try row.positiveNumber("token_frames")
      widthPixels = try row.positiveNumber("width_pixels")
      heightPixels = try row.positiveNumber("height_pixels")
      frames = try row.positiveNumber("frames")
      steps = try row.positiveNumber("steps")
      passes = try row.positiveNumber("passes")
      layers = try row.positiveNumber("layers")
      channels = try row.positiveNumber("channels")
      matrices = try row.positiveNumber("matrices")
      attentionLayers = try row.requiredNumber("attention_layers")
      textTokens = try row.requiredNumber("text_tokens")
      source = try row.source()
      note = try row.optionalText("note")
    }
  }

  /// The models, in the order of the table.
  public let entries: [Entry]

  init(_ bytes: [UInt8]) throws(FactorError) {
    entries = try readTable("diffusion_models", bytes) { row throws(CSVError) in try Entry(row) }
  }

  /// The model of that name that makes `medium`.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)``.
  public func model(_ name: String, making medium: Medium) throws(FactorError) -> Entry {
    let known = entries.filter { $0.medium == medium }
    return try NameLookup.find(name, in: known, kind: "\(medium.rawValue) model", by: ModelName.key) {
      [$0.name] + $0.aliases
    }
  }
}

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
    /// What the network is built of.
    public let network: DenoisingNetwork
    /// Where it was read: the makers' page, or who quotes it.
    public let source: Source
    /// What else to know.
    public let note: String?

    /// A row of the table of diffusion transformers.
    init(transformer row: CSVRow) throws(CSVError) {
      guard let medium = Medium(rawValue: try row.text("medium")) else {
        throw try row.error(in: "medium", .other("must be image or video"))
      }
      try self.init(
        row, making: medium, frames: try row.positiveNumber("frames"), by: .transformer(try TransformerShape(row)))
    }

    /// A row of the table of U-Nets, which make images.
    init(unet row: CSVRow) throws(CSVError) {
      try self.init(row, making: .image, frames: 1, by: .unet(try UNetShape(row)))
    }

    private init(
      _ row: CSVRow, making medium: Medium, frames: Double, by network: DenoisingNetwork
    ) throws(CSVError) {
      name = try row.text("name")
      aliases = try row.names("aliases")
      self.medium = medium
      self.frames = frames
      self.network = network
      billions = try row.positiveNumber("billions")
      widthPixels = try row.positiveNumber("width_pixels")
      heightPixels = try row.positiveNumber("height_pixels")
      steps = try row.positiveNumber("steps")
      passes = try row.positiveNumber("passes")
      source = try row.source()
      note = try row.optionalText("note")
    }
  }

  /// The models, in the order of the tables: transformers, then U-Nets.
  public let entries: [Entry]

  init(_ bytes: [UInt8], unets: [UInt8]) throws(FactorError) {
    entries =
      try readTable("diffusion_models", bytes) { row throws(CSVError) in try Entry(transformer: row) }
      + readTable("unet_models", unets) { row throws(CSVError) in try Entry(unet: row) }
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

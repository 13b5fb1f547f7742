public import Methods

/// How long EcoLogits takes a video model to need, by resolution and length.
public struct EcoLogitsVideoModel: Hashable, Sendable {
  /// A size of frames in pixels.
  public struct Resolution: Hashable, Sendable, CustomStringConvertible {
    /// Pixels across.
    public let width: Int
    /// Pixels down.
    public let height: Int

    /// A size of frames.
    public init(width: Int, height: Int) {
      self.width = width
      self.height = height
    }

    public var description: String { "\(width)x\(height)" }
  }

  /// The coefficients of the regression, under the names its authors gave them.
  public struct Latency: Hashable, Sendable {
    /// Times frames x pixels squared.
    public let n: Double
    /// Times thousands of pixels over all frames.
    public let m: Double
    /// Times frames.
    public let m1: Double
    /// Times pixels squared.
    public let m2: Double
    /// Times frames squared.
    public let n1: Double
    /// Times thousands of pixels over all frames, squared.
    public let n2: Double
    /// Seconds that every video takes.
    public let g: Double
    /// Factor for a video without sound.
    public let silentWeight: Double
  }

  /// The model with its provider: `google/veo-3.0`.
  public let name: String
  /// The provider.
  public let provider: String
  /// The server it runs on.
  public let server: String
  /// The regression.
  public let latency: Latency
  /// The sizes it was fitted on.
  public let resolutions: [Resolution]
  /// The lengths in frames it was fitted on.
  public let frames: [Int]
  /// Whether it makes sound.
  public let hasAudio: Bool
  /// Where it stands.
  public let source: Source

  init(_ row: CSVRow) throws(CSVError) {
    name = try row.text("model")
    provider = try row.text("provider")
    server = try row.text("server")
    latency = Latency(
      n: try row.requiredNumber("n"), m: try row.requiredNumber("m"), m1: try row.requiredNumber("m1"),
      m2: try row.requiredNumber("m2"), n1: try row.requiredNumber("n1"), n2: try row.requiredNumber("n2"),
      g: try row.requiredNumber("g"), silentWeight: try row.requiredNumber("silent_weight"))
    var sizes: [Resolution] = []
    for name in try row.names("resolutions") {
      let sides = name.split(separator: "x").compactMap { Int($0) }
      guard sides.count == 2 else { throw try row.error(in: "resolutions", .other("'\(name)' is no width x height")) }
      sizes.append(Resolution(width: sides[0], height: sides[1]))
    }
    resolutions = sizes
    frames = try row.names("frames").compactMap { Int($0) }
    guard !sizes.isEmpty, !frames.isEmpty else {
      throw try row.error(in: "frames", .other("a model was fitted on sizes and lengths"))
    }
    hasAudio = try row.text("audio") == "yes"
    source = try row.source()
  }
}

/// A server of accelerators as EcoLogits charges it for video: power while it works and what making it cost.
public struct EcoLogitsServer: Hashable, Sendable {
  /// What making something cost, by three criteria.
  public struct Making: Hashable, Sendable {
    /// Kilograms CO2e.
    public let carbonKilograms: Double
    /// Depletion of elements in kilograms of antimony equivalent.
    public let antimonyKilograms: Double
    /// Primary energy in megajoules.
    public let primaryEnergyMegajoules: Double

    /// What making something cost.
    public init(carbonKilograms: Double, antimonyKilograms: Double, primaryEnergyMegajoules: Double) {
      self.carbonKilograms = carbonKilograms
      self.antimonyKilograms = antimonyKilograms
      self.primaryEnergyMegajoules = primaryEnergyMegajoules
    }
  }

  /// The name: `dgx_h200`.
  public let name: String
  /// Accelerators in it.
  public let accelerators: Double
  /// Power of the whole server while it works, in watts: the middle 95 %.
  public let watts: ClosedRange<Double>
  /// Making the server without accelerators.
  public let server: Making
  /// Making one accelerator.
  public let accelerator: Making
  /// Where it stands.
  public let source: Source

  init(_ row: CSVRow) throws(CSVError) {
    name = try row.text("name")
    accelerators = try row.requiredNumber("accelerators")
    watts = try row.range("watts_low", "watts_high")
    server = try EcoLogitsServer.making(row, "server")
    accelerator = try EcoLogitsServer.making(row, "accelerator")
    source = try row.source()
  }

  private static func making(_ row: CSVRow, _ what: String) throws(CSVError) -> Making {
    Making(
      carbonKilograms: try row.requiredNumber("\(what)_kilograms"),
      antimonyKilograms: try row.requiredNumber("\(what)_antimony_kilograms"),
      primaryEnergyMegajoules: try row.requiredNumber("\(what)_megajoules"))
  }
}

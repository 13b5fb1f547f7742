public import Factors
public import Methods
public import Quantities

/// One image or one video made by a diffusion model, as far as it is known.
public struct DiffusionWork: Hashable, Sendable {
  /// What is made.
  public let medium: DiffusionModelTable.Medium
  /// The model's name, for people.
  public let name: String
  /// Parameters of the denoising network, in billions.
  public let billions: Figure<Ratio>
  /// Passes through the network in one step.
  public private(set) var passes: Figure<Ratio>
  /// What makes it.
  let network: Denoiser
  /// Width in pixels.
  public package(set) var width: Figure<Ratio>
  /// Height in pixels.
  public package(set) var height: Figure<Ratio>
  /// Frames; 1 for an image.
  public package(set) var frames: Figure<Ratio>
  /// Denoising steps.
  public package(set) var steps: Figure<Ratio>
  /// How many of it are made.
  public private(set) var count = 1.0
  /// Whether a U-Net makes it, of which none was among what the constants were fitted on.
  public var isByUNet: Bool { if case .unet = network { true } else { false } }
  /// Accelerators that work together on one piece; without it a prior.
  public var accelerators: Int?
  /// The kind of accelerator; without it the usual kind, with an interval over others.
  public var accelerator: String?
  /// Share of the reserved time that the accelerators work; without it idle time is not counted.
  public var utilisation: Double?
  /// Energy of the machine over that of its accelerators; without it a published one.
  public var nodeFactor: Double?

  /// What an open model makes with the settings that it is published with.
  public init(_ entry: DiffusionModelTable.Entry) {
    medium = entry.medium
    name = entry.name
    billions = entry.figure("parameters in billions", entry.billions)
    passes = entry.figure("passes of a step", entry.passes)
    width = entry.figure("width in pixels", entry.widthPixels)
    height = entry.figure("height in pixels", entry.heightPixels)
    frames = entry.figure("frames", entry.frames)
    steps = entry.figure("denoising steps", entry.steps)
    network = Denoiser(entry)
  }

  /// What a model of a stated size makes; how it packs pixels is assumed from open models.
  ///
  /// - Throws: ``ServingError`` for a size that no model has.
  public init(
    _ medium: DiffusionModelTable.Medium, named name: String, billions: ClosedRange<Double>
  ) throws(ServingError) {
    self.medium = medium
    self.name = name
    self.billions = try ServedModel(named: name, billions: billions).totalBillions
    network = .transformer(DenoiserShape(billions: self.billions, making: medium))
    passes = DeclaredFigure.assumed(
      "passes of a step", 2, in: 1...2, from: "prior:passes",
      note: "guidance takes a second pass, which some models have been taught to do without")
    steps = DeclaredFigure.assumed(
      "denoising steps", medium == .image ? 28 : 50, in: medium == .image ? 20...50 : 30...50, from: "prior:steps",
      note: "the settings open models are published with")
    let size: (Double, Double, Double) = medium == .image ? (1024, 1024, 1) : (832, 480, 81)
    let note = "the size most open models are published with; state your own"
    width = DeclaredFigure.assumed("width in pixels", size.0, in: size.0...size.0, from: "prior:size", note: note)
    height = DeclaredFigure.assumed("height in pixels", size.1, in: size.1...size.1, from: "prior:size", note: note)
    frames = DeclaredFigure.assumed("frames", size.2, in: size.2...size.2, from: "prior:size", note: note)
  }

  /// Takes the steps and passes that a source prints over those of the model.
  package mutating func take(steps: Figure<Ratio>, passes: Figure<Ratio>) {
    self.steps = steps
    self.passes = passes
  }

  /// Takes settings that the user states over those of the model.
  ///
  /// - Parameters:
  ///   - width: pixels, 16 to 16 384; `height` likewise.
  ///   - frames: 1 to 100 000; only for a video.
  ///   - steps: 1 to 1000.
  ///   - count: how many are made, 1 to a million.
  /// - Throws: ``ServingError`` outside these.
  public mutating func take(
    width: Double? = nil, height: Double? = nil, frames: Double? = nil, steps: Double? = nil, count: Double? = nil
  ) throws(ServingError) {
    let stated = { (what: String, value: Double) in DeclaredFigure.make(what, value, note: "stated by the user") }
    if let width {
      try ServingError.check("the width", width, in: 16...16_384, "pixels")
      self.width = stated("width in pixels", width)
    }
    if let height {
      try ServingError.check("the height", height, in: 16...16_384, "pixels")
      self.height = stated("height in pixels", height)
    }
    if let frames {
      try ServingError.check("the number of frames", frames, in: 1...(medium == .image ? 1 : 100_000), "frames")
      self.frames = stated("frames", frames)
    }
    if let steps {
      try ServingError.check("the number of steps", steps, in: 1...1000, "steps")
      self.steps = stated("denoising steps", steps)
    }
    if let count {
      try ServingError.check("the number of pieces", count, in: 1...1_000_000)
      self.count = count
    }
  }
}

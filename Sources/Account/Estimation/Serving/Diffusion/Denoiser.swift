import Accounting
import Factors
import Methods
import Quantities

/// The denoising network of a piece of work: what its operations and states follow from.
enum Denoiser: Hashable, Sendable {
  case transformer(DenoiserShape)
  case unet(UNetFigures)

  /// The network of an open model.
  init(_ entry: DiffusionModelTable.Entry) {
    switch entry.network {
    case .transformer(let shape): self = .transformer(DenoiserShape(shape, of: entry))
    case .unet(let shape): self = .unet(UNetFigures(shape, of: entry))
    }
  }

  /// What a network does for one piece, in the terms of `denoising-energy`.
  struct Work {
    let operations: Figure<Ratio>
    let states: Figure<Ratio>
    let layers: Figure<Ratio>
  }

  /// What it does for one piece.
  func work(for piece: DiffusionWork) -> Work {
    let operations = "operations of one \(piece.medium.rawValue)"
    let states = "bytes of the states between layers of one \(piece.medium.rawValue)"
    switch self {
    case .transformer(let shape):
      let size = [
        piece.width, piece.height, piece.frames, shape.tokenPixels, shape.tokenFrames, piece.steps, piece.passes,
        shape.layers, shape.channels, shape.textTokens,
      ]
      return Work(
        operations: Denoising.operations.figure(
          operations, (size + [shape.matrices, shape.attentionLayers, Denoiser.decoderOperations]).map { Term($0) }),
        states: Denoising.states.figure(states, size.map { Term($0) }), layers: shape.layers)
    case .unet(let unet):
      let row = unet.network + [piece.width, piece.height, unet.latentPixels, piece.steps, piece.passes]
      return Work(
        operations: UNetFormulas.operations.figure(
          operations, (row + [unet.textChannels, unet.textTokens, Denoiser.decoderOperations]).map { Term($0) }),
        states: UNetFormulas.states.figure(
          states, (row + [UNetFigures.residualShare, UNetFigures.decoderChannels]).map { Term($0) }),
        layers: UNetFormulas.layers.figure("layers and residual blocks", unet.network.map { Term($0) }))
    }
  }

  /// Operations of the decoder for a pixel. One decoder's count stands for all: at the usual steps it is a twentieth of an
  /// image's work or less.
  private static let decoderOperations = PublishedFactor.figure(
    "operations of the decoder for a pixel", Ratio(2 * 1273.718e9 / (512 * 512)), uncertainty: "decoder-operations",
    source: Source(
      "MLCommons, mobile_app_open, description of Stable Diffusion 1.5 (pull request 917): 1273.718 G multiplications "
        + "with additions in the decoder for 512 x 512 pixels", year: 2024, licence: "facts, cited"),
    note: "Counted on Stable Diffusion's decoder; other decoders may take several times as much or as little.")
}

import Accounting
import Methods
package import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Arithmetic of denoising: how many operations an image or a video takes, and what an operation costs.
package enum Denoising {
  /// Tokens of a piece: one for a square of pixels and some frames; the first frame has tokens of its own.
  package static func tokens(
    width: Double, height: Double, frames: Double, tokenPixels: Double, tokenFrames: Double
  ) -> Double { (width / tokenPixels) * (height / tokenPixels) * ((frames - 1) / tokenFrames + 1) }

  /// Operations of all steps, weighted like ``DecodeStep/weightedFlopPerToken``: the linear part counts by how well its
  /// matrices fill the arithmetic units, against a network of 30 billion parameters; attention grows with the square of
  /// the tokens and with layers times width, which a network 100 times as wide as deep has of its parameters.
  package static func weightedFlop(tokens: Double, billions: Double, steps: Double, passes: Double) -> Double {
    let parameters = billions * 1e9
    let linear = 2 * parameters * tokens * pow(billions / 30, -1.0 / 3)
    let attention = 4 * tokens * tokens * 100 * pow(parameters / 120_000, 2.0 / 3)
    return (linear + attention) * steps * passes
  }

  /// Joules of the board for these operations, before the fitted constant: at the data sheet's joules per operation of
  /// an H100, scaled by the square root of another board's: half of the gains on paper, which measurements do not reach.
  package static func joules(flop: Double, boardWatts: Double, flopPerSecond: Double) -> Double {
    let reference = 700 / 989.4e12
    return flop * reference * (boardWatts / flopPerSecond / reference).squareRoot()
  }

  /// The fitted constant: joules of a well used server over those of the data sheet.
  package static let constant = 2.03
  /// The factor either way within which a model lies that the fit has not seen, with 95 %.
  package static let spread = 1.97
  static let range = 1 / spread...spread
  /// The name of the thing that every image and video is unsure about.
  package static let uncertainty: UncertaintySource = "fit:diffusion"

  /// How an unknown server stands to a well used one: the middle of measured configurations, and their ends.
  static func configuration(_ isVideo: Bool) -> Figure<Ratio> {
    DeclaredFigure.assumed(
      "energy of an unknown configuration over that of the best", isVideo ? 1.13 : 2, in: isVideo ? 1...1.4 : 1...4.2,
      from: isVideo ? "prior:video-configuration" : "prior:image-configuration",
      note: "the middle of the configurations that were measured, and how far they reach")
  }

  static let source = Source(
    "Fitted by Dimmer on GPU energy of the ML.ENERGY Benchmark v3 (18 rows of images and videos on H100 and B200); "
      + "docs/estimation.md has the model, the split and the residuals", year: 2026)

  static let methods: [Method] = [flop, energy, latency].map(\.method)
  private static let positive = Double.leastNormalMagnitude...Double.greatestFiniteMagnitude

  /// `denoising-operations@1`.
  static let flop = Formula(
    id: "denoising-operations@1",
    summary: "Operations of a diffusion model for one piece, weighted by their efficiency",
    formula: "(2e9 x P x T x (P / 30)^(-1/3) + 4 x T^2 x 100 x (1e9 x P / 120000)^(2/3)) x steps x passes, "
      + "T = width x height / token_pixels^2 x ((frames - 1) / token_frames + 1)",
    citation: Source(
      "Peebles and Xie, Scalable Diffusion Models with Transformers (2023): linear layers and attention over tokens; "
        + "weights as docs/estimation.md has them"),
    inputs: [
      MethodParameter("parameters_billions", "parameters of the network (P), in billions", in: 1e-3...2e4),
      MethodParameter("width_pixels", "width", in: positive), MethodParameter("height_pixels", "height", in: positive),
      MethodParameter("frames", "frames; 1 for an image", in: 1...1e6),
      MethodParameter("token_pixels", "side of the square that one token stands for", in: positive),
      MethodParameter("token_frames", "frames that one token stands for", in: positive),
      MethodParameter("steps", "denoising steps", in: 1...1e4),
      MethodParameter("passes", "passes in one step", in: 1...10),
    ],
    output: MethodParameter("operations", "weighted operations"),
    evaluate: {
      let tokens = tokens(width: $0[1], height: $0[2], frames: $0[3], tokenPixels: $0[4], tokenFrames: $0[5])
      return weightedFlop(tokens: tokens, billions: $0[0], steps: $0[6], passes: $0[7])
    })

  /// `denoising-energy@1`.
  static let energy = Formula(
    id: "denoising-energy@1", summary: "Energy of the accelerators for images or videos of a diffusion model",
    formula: "count x operations x sqrt(board_watts / flop_per_second x 700 / 989.4e12) x constant x configuration",
    citation: source,
    inputs: [
      MethodParameter("count", "how many are made", in: 1...1e9),
      MethodParameter("operations", "weighted operations of one", in: positive),
      MethodParameter("board_watts", unit: "W", "power limit of a board", in: positive),
      MethodParameter("flop_per_second", unit: "1/s", "dense 16-bit arithmetic of a board", in: positive),
      MethodParameter("constant", "measured over paper, well used", in: positive),
      MethodParameter("configuration", "unknown configuration over the best", in: 1...1000),
    ],
    output: MethodParameter("energy_joules", unit: "J", "energy of the accelerators"),
    evaluate: { $0[0] * joules(flop: $0[1], boardWatts: $0[2], flopPerSecond: $0[3]) * $0[4] * $0[5] })

  /// `denoising-latency@1`.
  static let latency = Formula(
    id: "denoising-latency@1", summary: "How long one accelerator works on images or videos: energy over power",
    formula: "energy_joules / (board_watts x power_share)",
    citation: Source("Time is energy over power; a queue before the server is not counted"),
    inputs: [
      MethodParameter("energy_joules", unit: "J", "energy of the accelerators", in: positive),
      MethodParameter("board_watts", unit: "W", "power limit of a board", in: positive),
      MethodParameter("power_share", "power in use over the limit", in: 0.01...1.2),
    ],
    output: MethodParameter("duration_seconds", unit: "s", "time on one accelerator"),
    evaluate: { $0[0] / ($0[1] * $0[2]) })
}

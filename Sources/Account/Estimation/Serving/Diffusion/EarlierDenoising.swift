import Accounting
import Methods
import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The first versions of the formulas of denoising, for figures that were made by them.
enum EarlierDenoising {
  static let methods: [Method] = [operations, energy, latency].map(\.method)

  private static let source = Source(
    "Fitted by Dimmer on GPU energy of the ML.ENERGY Benchmark v3 (18 rows of images and videos on H100 and B200)",
    year: 2026)

  /// `denoising-operations@1`: linear layers weighted by all parameters, against a network of 30 billion.
  private static let operations = Formula(
    id: "denoising-operations@1",
    summary: "Operations of a diffusion model for one piece, weighted by their efficiency",
    formula: "(2e9 x P x T x (P / 30)^(-1/3) + 4 x T^2 x 100 x (1e9 x P / 120000)^(2/3)) x steps x passes, "
      + "T = width x height / token_pixels^2 x ((frames - 1) / token_frames + 1)",
    citation: Source(
      "Peebles and Xie, Scalable Diffusion Models with Transformers (2023): linear layers and attention over tokens; "
        + "weights as docs/estimation.md has them"),
    inputs: [MethodParameter("parameters_billions", "parameters of the network (P), in billions", in: 1e-3...2e4)]
      + Denoising.size,
    output: MethodParameter("operations", "weighted operations"),
    evaluate: {
      let tokens = Denoising.tokens(width: $0[1], height: $0[2], frames: $0[3], tokenPixels: $0[4], tokenFrames: $0[5])
      let parameters = $0[0] * 1e9
      let linear = 2 * parameters * tokens * pow($0[0] / 30, -1.0 / 3)
      let attention = 4 * tokens * tokens * 100 * pow(parameters / 120_000, 2.0 / 3)
      return (linear + attention) * $0[6] * $0[7]
    })

  /// `denoising-energy@1`: the data sheet's joules of an operation, half of what boards gain on paper.
  private static let energy = Formula(
    id: "denoising-energy@1", summary: "Energy of the accelerators for images or videos of a diffusion model",
    formula: "count x operations x sqrt(board_watts / flop_per_second x 700 / 989.4e12) x constant x configuration",
    citation: source,
    inputs: [
      MethodParameter("count", "how many are made", in: 1...1e9),
      MethodParameter("operations", "weighted operations of one", in: Denoising.positive),
      MethodParameter("board_watts", unit: "W", "power limit of a board", in: Denoising.positive),
      MethodParameter("flop_per_second", unit: "1/s", "dense 16-bit arithmetic of a board", in: Denoising.positive),
      MethodParameter("constant", "measured over paper, well used", in: Denoising.positive),
      MethodParameter("configuration", "unknown configuration over the best", in: 1...1000),
    ],
    output: MethodParameter("energy_joules", unit: "J", "energy of the accelerators"),
    evaluate: { $0[0] * $0[1] * ($0[2] / $0[3] * 700 / 989.4e12).squareRoot() * $0[4] * $0[5] })

  /// `denoising-latency@1`: one accelerator works on a piece.
  private static let latency = Formula(
    id: "denoising-latency@1", summary: "How long one accelerator works on images or videos: energy over power",
    formula: "energy_joules / (board_watts x power_share)",
    citation: Source("Time is energy over power; a queue before the server is not counted"),
    inputs: [
      MethodParameter("energy_joules", unit: "J", "energy of the accelerators", in: Denoising.positive),
      MethodParameter("board_watts", unit: "W", "power limit of a board", in: Denoising.positive),
      MethodParameter("power_share", "power in use over the limit", in: 0.01...1.2),
    ],
    output: MethodParameter("duration_seconds", unit: "s", "time on one accelerator"),
    evaluate: { $0[0] / ($0[1] * $0[2]) })
}

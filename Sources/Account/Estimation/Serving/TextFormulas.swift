import Accounting
import Methods
import Quantities

/// The formulas of served text, each evaluating ``DecodeStep``.
enum TextFormulas {
  static let all: [Method] =
    [
      meanContext, audioTokens, effectiveBatch, decode, prefill, request, latency,
    ].map(\.method) + [fittedConstant.method, DeclaredFigure.prior.method]

  private static let any = 0...Double.greatestFiniteMagnitude
  private static let positive = Double.leastNormalMagnitude...Double.greatestFiniteMagnitude
  private static let roofline = Source(
    "Williams, Waterman and Patterson, Roofline, Communications of the ACM 52 (2009), summed over traffic and "
      + "arithmetic; constants as docs/estimation.md fits them")

  static let fittedConstant = Formula(
    id: "fitted-constant@1", summary: "A constant that Dimmer fitted on measured data", formula: "value",
    citation: ServingConstants.source, inputs: [MethodParameter("value", "the constant")],
    output: MethodParameter("value", "the same"), evaluate: { $0[0] })

  /// `mean-context@1`.
  static let meanContext = Formula(
    id: "mean-context@1", summary: "Tokens before the one being made, as a mean over an answer",
    formula: "input_tokens + cached_tokens + output_tokens / 2",
    citation: Source("Dimmer: the mean over an answer that grows by one token a step"),
    inputs: [
      MethodParameter("input_tokens", "tokens of the prompt that are read", in: any),
      MethodParameter("cached_tokens", "tokens of the prompt whose keys and values are kept from before", in: any),
      MethodParameter("output_tokens", "tokens of the answer", in: any),
    ],
    output: MethodParameter("context_tokens", "the mean"), evaluate: { $0[0] + $0[1] + $0[2] / 2 })

  /// `audio-tokens@1`.
  static let audioTokens = Formula(
    id: "audio-tokens@1", summary: "Tokens that a length of audio amounts to", formula: "seconds x tokens_per_second",
    citation: Source("Dimmer: audio is cut into pieces of equal length, each one token"),
    inputs: [
      MethodParameter("seconds", unit: "s", "length of the audio", in: any),
      MethodParameter("tokens_per_second", "tokens for one second", in: any),
    ],
    output: MethodParameter("tokens", "tokens in all"), evaluate: { $0[0] * $0[1] })

  /// What a step is described by, in the order of ``step(_:)``.
  private static let shape: [MethodParameter] = [
    MethodParameter("total_parameters_billions", "all parameters, in billions", in: 1e-3...2e4),
    MethodParameter("active_parameters_billions", "parameters one token passes through, in billions", in: 1e-3...2e4),
    MethodParameter("weight_bits", unit: "bit", "bits of a weight", in: 1...64),
    MethodParameter("accelerators", "accelerators that hold the model together", in: 1...100_000),
    MethodParameter("board_watts", unit: "W", "power limit of a board", in: positive),
    MethodParameter("memory_bytes_per_second", unit: "B/s", "memory bandwidth of a board", in: positive),
    MethodParameter("flop_per_second", unit: "1/s", "dense arithmetic of a board in the served format", in: positive),
    MethodParameter("memory_bytes", unit: "B", "memory of a board", in: positive),
    MethodParameter("batch", "requests served together", in: 1...1e6),
    MethodParameter("context_tokens", "tokens before the one being made, as a mean", in: any),
  ]

  private static func step(_ values: [Double]) -> DecodeStep {
    DecodeStep(
      totalBillions: values[0], activeBillions: values[1], weightBits: values[2], accelerators: values[3],
      boardWatts: values[4], bytesPerSecond: values[5], flopPerSecond: values[6], memoryBytes: values[7],
      batch: values[8], contextTokens: values[9])
  }

  /// `batch-in-memory@1`.
  static let effectiveBatch = Formula(
    id: "batch-in-memory@1", summary: "Requests that are really served together: as many as fit beside the weights",
    formula: "min(batch, (0.9 x accelerators x memory_bytes - weights) / (60e3 x active^0.4 x context_tokens))",
    citation: roofline, inputs: [0, 1, 2, 3, 7, 8, 9].map { shape[$0] },
    output: MethodParameter("batch", "requests served together"),
    evaluate: {
      let step = DecodeStep(
        totalBillions: $0[0], activeBillions: $0[1], weightBits: $0[2], accelerators: $0[3], boardWatts: 1,
        bytesPerSecond: 1, flopPerSecond: 1, memoryBytes: $0[4], batch: $0[5], contextTokens: $0[6])
      return min(step.batch, step.largestBatch)
    })

  /// `text-token-energy@1`: inputs are those of a step and the constants of memory, compute, step and sequence.
  static let decode = Formula(
    id: "text-token-energy@1", summary: "Energy of the accelerators for one token of an answer",
    formula: "accelerators x board_watts / batch x (memory x bytes / bandwidth + compute x flop / peak "
      + "+ (step + sequence x batch) x depth)",
    citation: roofline,
    inputs: shape + [
      MethodParameter("memory_constant", "power share over bandwidth efficiency", in: any),
      MethodParameter("compute_constant", "power share over arithmetic efficiency", in: any),
      MethodParameter("step_seconds", unit: "s", "power share x time of a step", in: any),
      MethodParameter("sequence_seconds", unit: "s", "power share x time of a request in a step", in: any),
    ],
    output: MethodParameter("energy_joules", unit: "J", "energy of one token"),
    evaluate: {
      step($0).joulesPerToken(
        ServingConstants(
          memory: $0[10], compute: $0[11], prefill: 0, stepSeconds: $0[12], sequenceSeconds: $0[13]))
    })

  /// `prompt-token-energy@1`.
  static let prefill = Formula(
    id: "prompt-token-energy@1", summary: "Energy of the accelerators for reading one token of a prompt",
    formula: "board_watts x prefill x 2e9 x active x (active / 30)^(-1/3) / flop_per_second",
    citation: roofline,
    inputs: [shape[1], shape[4], shape[6]] + [
      MethodParameter("prefill_constant", "power share over arithmetic efficiency of prompts", in: any)
    ],
    output: MethodParameter("energy_joules", unit: "J", "energy of one token"),
    evaluate: {
      DecodeStep(
        totalBillions: $0[0], activeBillions: $0[0], weightBits: 16, accelerators: 1, boardWatts: $0[1],
        bytesPerSecond: 1, flopPerSecond: $0[2], memoryBytes: 1, batch: 1, contextTokens: 0
      ).joulesPerPromptToken(
        ServingConstants(memory: 0, compute: 0, prefill: $0[3], stepSeconds: 0, sequenceSeconds: 0))
    })

  /// `text-request-energy@1`.
  static let request = Formula(
    id: "text-request-energy@1", summary: "Energy of the accelerators for one request: its answer and its prompt",
    formula: "output_tokens x output_token_joules + input_tokens x input_token_joules",
    citation: Source("Dimmer: the sum over the tokens of a request; cached tokens are only read, with the context"),
    inputs: [
      MethodParameter("output_tokens", "tokens of the answer", in: any),
      MethodParameter("output_token_joules", unit: "J", "energy of one of them", in: any),
      MethodParameter("input_tokens", "tokens of the prompt that are read", in: any),
      MethodParameter("input_token_joules", unit: "J", "energy of one of them", in: any),
    ],
    output: MethodParameter("energy_joules", unit: "J", "energy of the accelerators"),
    evaluate: { $0[0] * $0[1] + $0[2] * $0[3] })

  /// `text-latency@1`.
  static let latency = Formula(
    id: "text-latency@1",
    summary: "How long an answer takes: the energy of its steps over the power of its accelerators",
    formula: "(output_tokens x output_token_joules x batch + input_tokens x input_token_joules) "
      + "/ (accelerators x board_watts x power_share)",
    citation: Source("Time is energy over power; a queue before the server is not counted"),
    inputs: request.inputs + [
      shape[8], shape[3], shape[4], MethodParameter("power_share", "power in use over the limit", in: 0.01...1.2),
    ],
    output: MethodParameter("duration_seconds", unit: "s", "time to the last token"),
    evaluate: { ($0[0] * $0[1] * $0[4] + $0[2] * $0[3]) / ($0[5] * $0[6] * $0[7]) })
}

import Accounting
public import Methods
public import Quantities

/// What stands beside the accelerators' own energy: the rest of the machine, idle time, and the power in use.
public enum ServingShares {
  /// Energy of the machine over that of its accelerators (k_node).
  ///
  /// The value is the doubling that MIT Technology Review published in 2025. Its interval reaches down to what a fixed
  /// 1.2 kW beside eight boards of 700 W at six tenths of their limit comes to (EcoLogits 0.11), 1.36, and a tenth up.
  /// ``TrainingPrior/nodeFactor`` is of the same machines under more load: what stands beside the boards draws nearly the
  /// same, so that it is a smaller part.
  public static let nodeFactor: Figure<Ratio> = Figure(
    "energy of the machine over that of its accelerators (k_node)",
    Estimate(
      Ratio(2), low: Ratio(1.36), high: Ratio(2.2), origin: .published, method: "published-factor@1",
      source: "node-factor"),
    source: Source(
      "MIT Technology Review, We did the math on AI's energy footprint (2025): GPUs are about half of a server's power",
      year: 2025, licence: "facts, cited"),
    note:
      "The low end is EcoLogits 0.11, 1.2 kW beside eight boards; the high end is Dimmer's choice. Of serving, where "
      + "boards draw about six tenths of their limit; in training they draw more and the rest is a smaller part.")

  /// A stated k_node.
  ///
  /// - Throws: ``ServingError`` outside 1 to 10.
  public static func nodeFactor(stated value: Double) throws(ServingError) -> Figure<Ratio> {
    try ServingError.check("the node factor", value, in: 1...10)
    return DeclaredFigure.make(
      "energy of the machine over that of its accelerators (k_node)", value, note: "stated by the user")
  }

  /// Power in use over the board's limit while a text server works.
  static let powerShare = DeclaredFigure.assumed(
    "power in use over the boards' limit", 0.6, in: 0.4...0.9, from: "prior:power-share",
    note: "decoding waits for memory and stays below the limit; only the time rests on it, not the energy")

  /// Power in use over the board's limit while arithmetic never waits.
  static let fullPowerShare = DeclaredFigure.assumed(
    "power in use over the boards' limit", 0.9, in: 0.75...1, from: "prior:full-power-share",
    note: "denoising keeps the arithmetic units busy; only the time rests on it, not the energy")

  /// Idle power of an accelerator over its limit.
  private static let idleShare: Figure<Ratio> = Figure(
    "idle power of an accelerator over its limit",
    Estimate(
      Ratio(46.0 / 407), relative: -0.4...0.6, origin: .published, method: "published-factor@1",
      source: "gpu-idle-share"),
    source: Source("Cloud Carbon Footprint, GPU power of an A100: 46 W idle, 407 W full", licence: "Apache-2.0"))

  /// Energy of reserved accelerators over that of their working time (`reserved-idle@1`); nothing when the share of
  /// working time was not stated: idle time is then not counted.
  static func idleFactor(utilisation: Figure<Ratio>?, powerShare: Figure<Ratio>) -> Figure<Ratio> {
    guard let utilisation else {
      return DeclaredFigure.assumed(
        "energy of reserved over that of working time", 1, in: 1...1, from: "prior:idle",
        note: "idle time of reserved accelerators is not counted; state the share of working time to count it")
    }
    return idle.figure(
      "energy of reserved over that of working time", [Term(utilisation), Term(idleShare), Term(powerShare)])
  }

  static let methods: [Method] = [idle, node, batchShare, reservedTime, embodied].map(\.method)
  private static let any = 0...Double.greatestFiniteMagnitude
  private static let share = 1e-6...1.0

  private static let idle = Formula(
    id: "reserved-idle@1", summary: "Energy of reserved accelerators over that of the time they work",
    formula: "1 + (1 / utilisation - 1) x idle_share / power_share",
    citation: Source("SCI 1.1 (ISO/IEC 21031:2024): reserved hardware is counted and not only used hardware"),
    inputs: [
      MethodParameter("utilisation", "share of the reserved time that is worked", in: share),
      MethodParameter("idle_share", "idle power over the limit", in: 0...1),
      MethodParameter("power_share", "power at work over the limit", in: 0.01...1.2),
    ],
    output: MethodParameter("factor", "reserved over working"),
    evaluate: { 1 + (1 / $0[0] - 1) * $0[1] / $0[2] })

  /// `node-energy@1`.
  static let node = Formula(
    id: "node-energy@1", summary: "Energy of the whole machine from that of its accelerators",
    formula: "accelerator_joules x node_factor x idle_factor",
    citation: Source(
      "Dimmer: the accelerators' energy, the rest of their machine, and their idle time if it is counted"),
    inputs: [
      MethodParameter("accelerator_joules", unit: "J", "energy of the accelerators", in: any),
      MethodParameter("node_factor", "machine over accelerators (k_node)", in: 1...10),
      MethodParameter("idle_factor", "reserved over working time", default: .number(1), in: 1...1e6),
    ],
    output: MethodParameter("energy_joules", unit: "J", "energy of the machine"), evaluate: { $0[0] * $0[1] * $0[2] })

  /// `batch-share@1`.
  static let batchShare = Formula(
    id: "batch-share@1", summary: "The part of a machine's time that one of the requests served together owes",
    formula: "1 / batch", citation: Source("Dimmer: requests served together share the time equally"),
    inputs: [MethodParameter("batch", "requests served together", in: 1...1e6)],
    output: MethodParameter("share", "the part"), evaluate: { 1 / $0[0] })

  /// `reserved-time@1`.
  static let reservedTime = Formula(
    id: "reserved-time@1", summary: "The time a machine is reserved for the time it works",
    formula: "duration_seconds / utilisation",
    citation: Source("SCI 1.1 (ISO/IEC 21031:2024): time reserved, and not only time used"),
    inputs: [
      MethodParameter("duration_seconds", unit: "s", "time worked", in: any),
      MethodParameter("utilisation", "share of the reserved time that is worked", in: share),
    ],
    output: MethodParameter("reserved_seconds", unit: "s", "time reserved"), evaluate: { $0[0] / $0[1] })

  /// `serving-machine-embodied@1`.
  static let embodied = Formula(
    id: "serving-machine-embodied@1",
    summary: "Embodied carbon of accelerators and their part of the server around them",
    formula: "accelerators x card_grams + accelerators / 8 x server_grams",
    citation: Source("EcoLogits 0.11, allocation of a server of eight cards by the cards in use"),
    inputs: [
      MethodParameter("accelerators", "accelerators in use", in: any),
      MethodParameter("card_grams", unit: "g", "embodied carbon of one card", in: any),
      MethodParameter("server_grams", unit: "g", "embodied carbon of a server without its cards", in: any),
    ],
    output: MethodParameter("carbon_grams", unit: "g", "embodied carbon, CO2e"),
    evaluate: { $0[0] * $0[1] + $0[0] / 8 * $0[2] })
}

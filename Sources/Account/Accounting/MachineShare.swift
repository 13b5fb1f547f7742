public import Methods
public import Quantities

/// Parts of a machine: what a run has reserved of it, and what a guest is of its host.
public enum MachineShare {
  /// All of it: the rule for work that nobody has stated a share for.
  public static let whole: Figure<Ratio> = Figure(
    "share of the machine", Estimate.exact(Ratio(1), origin: .modelled, method: byThreads.id),
    source: Source("Dimmer's rule: work is charged the whole machine it ran on, unless a share is stated"),
    note: "All of the machine is charged for as long as the work lasted.")

  /// Hardware threads of all threads (`machine-share@1`), at most 1.
  ///
  /// - Parameters:
  ///   - threads: threads reserved, at least 0.
  ///   - all: threads there are, above 0.
  public static func threads(_ threads: Int, of all: Int, labelled label: String = "share of the machine") -> Figure<
    Ratio
  > {
    byThreads.figure(
      label,
      [
        Term(DeclaredValue.figure("threads reserved", Ratio(Double(min(threads, all))))),
        Term(DeclaredValue.figure("threads in all", Ratio(Double(all)))),
      ], note: "\(min(threads, all)) of \(all) threads")
  }

  /// The slice of a host of unknown size (`guest-slice@1`): the guest's memory of the reference server's, assumed, and
  /// good to a factor of four either way.
  static func slice(_ memory: Bits, of reference: Bits) -> Figure<Ratio> {
    let slice = memory / reference
    let estimate = Estimate(
      Ratio(slice), low: Ratio(slice / 4), high: Ratio(min(1, slice * 4)), origin: .assumed, method: byMemory.id,
      source: "guest-slice")
    return Figure(
      "share of a host", estimate,
      note: "\(memory.formatted()) of a server of \(reference.formatted()); the host itself is not known.")
  }

  static let methods: [Method] = [byThreads.method, byMemory.method]
  private static let positive = Double.leastNormalMagnitude...Double.greatestFiniteMagnitude

  static let byThreads = Formula(
    id: "machine-share@1", summary: "The part of a machine that work has reserved, by hardware threads",
    formula: "threads / all_threads",
    citation: Source("ISO/IEC 21031:2024, Software Carbon Intensity (SCI) specification: RR / ToR"),
    inputs: [
      MethodParameter("threads", "threads reserved", in: 0...positive.upperBound),
      MethodParameter("all_threads", "threads there are", in: positive),
    ],
    output: MethodParameter("share", "the part reserved"), evaluate: { min(1, $0[0] / $0[1]) })

  static let byMemory = Formula(
    id: "guest-slice@1", summary: "The slice of an unknown host that a guest is, by memory of a reference server",
    formula: "memory_bits / reference_bits",
    citation: Source("Dimmer's rule for guests of unknown hosts, see MachineCarbon"),
    inputs: [
      MethodParameter("memory_bits", unit: "bit", "memory of the guest", in: 0...positive.upperBound),
      MethodParameter("reference_bits", unit: "bit", "memory of the server", default: .number(384 * 8e9), in: positive),
    ],
    output: MethodParameter("share", "the slice"), evaluate: { min(1, $0[0] / $0[1]) })
}

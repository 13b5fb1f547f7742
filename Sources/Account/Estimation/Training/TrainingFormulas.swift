import Accounting
import Methods
import Quantities

/// The formulas of training, from operations to energy.
enum TrainingFormula {
  private static let any = 0...Double.greatestFiniteMagnitude
  private static let positive = Double.leastNormalMagnitude...Double.greatestFiniteMagnitude

  /// `training-operations@1`: two operations a parameter and token forward, four backward.
  static let operations = Formula(
    id: "training-operations@1", summary: "Floating point operations of training: six a working parameter and token",
    formula: "6 x parameters x tokens",
    citation: Source("Kaplan and others, Scaling Laws for Neural Language Models (2020): C = 6 N D"),
    inputs: [
      MethodParameter("parameters", "parameters that work on a token; the active ones of a sparse model", in: 1...1e15),
      MethodParameter("tokens", "tokens trained on, repeats counted", in: 1...1e18),
    ],
    output: MethodParameter("operations", "floating point operations"), evaluate: { 6 * $0[0] * $0[1] })

  /// `fine-tuning-operations@1`: the whole model forward and back, but gradients only of what is trained.
  static let fineTuning = Formula(
    id: "fine-tuning-operations@1",
    summary: "Operations of fine-tuning: forward and back through all parameters, gradients of those trained",
    formula: "(4 x parameters + 2 x trained_parameters) x tokens",
    citation: Source(
      "Kaplan and others (2020), two operations each for forward, for gradients of activations and for those of weights; "
        + "Hu and others, LoRA (2021), where only added weights have the last"),
    inputs: [
      MethodParameter("parameters", "parameters of the base model that work on a token", in: 1...1e15),
      MethodParameter(
        "trained_parameters", "parameters that are trained; all of them for full fine-tuning", in: 1...1e15),
      MethodParameter("tokens", "tokens trained on, epochs counted", in: 1...1e18),
    ],
    output: MethodParameter("operations", "floating point operations"),
    evaluate: { (4 * $0[0] + 2 * $0[1]) * $0[2] })

  /// `training-device-time@1`: time of all devices together.
  static let deviceTime = Formula(
    id: "training-device-time@1", summary: "Time of all accelerators together that operations take",
    formula: "operations / (peak_operations_a_second x speed_share)",
    citation: Source("Chowdhery and others, PaLM (2022): model FLOP utilisation is useful operations over the peak"),
    inputs: [
      MethodParameter("operations", "floating point operations", in: any),
      MethodParameter("peak_operations_a_second", "printed speed of one accelerator, without sparsity", in: positive),
      MethodParameter("speed_share", "share of it that is reached", in: Double.leastNormalMagnitude...1),
    ],
    output: MethodParameter("device_seconds", unit: "s", "seconds of one accelerator"),
    evaluate: { $0[0] / ($0[1] * $0[2]) })

  /// `accelerator-energy@1`: device time at a share of the design power.
  static let acceleratorEnergy = Formula(
    id: "accelerator-energy@1", summary: "Energy of accelerators: their time at a share of their design power",
    formula: "device_seconds x design_watts x power_share",
    citation: Source("Lacoste and others, Quantifying the Carbon Emissions of Machine Learning (2019): power x time"),
    inputs: [
      MethodParameter("device_seconds", unit: "s", "time of all accelerators", in: any),
      MethodParameter("design_watts", unit: "W", "design power of one, or its measured mean", in: any),
      MethodParameter("power_share", "share of it that is drawn; 1 for a measured mean", in: 0...2),
    ],
    output: MethodParameter("energy_joules", unit: "J", "energy at the boards"), evaluate: { $0[0] * $0[1] * $0[2] })

  /// `node-energy@1`: the rest of the machines around their accelerators.
  static let nodeEnergy = Formula(
    id: "training-node-energy@1", summary: "Energy of whole machines from that of their accelerators",
    formula: "accelerator_joules x node_factor",
    citation: Source("MIT Technology Review (2025), which doubles GPU energy; EcoLogits 0.11, which adds fixed power"),
    inputs: [
      MethodParameter("accelerator_joules", unit: "J", "energy at the boards", in: any),
      MethodParameter("node_factor", "energy of the machine over that of its accelerators", in: 1...10),
    ],
    output: MethodParameter("energy_joules", unit: "J", "IT energy"), evaluate: { $0[0] * $0[1] })

  /// `facility-to-it@1`: what the machines took of energy metered with the site's overhead.
  static let withoutOverhead = Formula(
    id: "facility-to-it@1", summary: "IT energy from energy metered with the site's overhead",
    formula: "facility_joules / pue",
    citation: Source("ISO/IEC 30134-2, power usage effectiveness: total over IT energy"),
    inputs: [
      MethodParameter("facility_joules", unit: "J", "energy with overhead", in: any),
      MethodParameter("pue", "total over IT energy", in: 1...100),
    ],
    output: MethodParameter("energy_joules", unit: "J", "IT energy"), evaluate: { $0[0] / $0[1] })

  /// `wall-time@1`: how long it lasts on so many devices.
  static let wallTime = Formula(
    id: "wall-time@1", summary: "How long work lasts on so many accelerators at once",
    formula: "device_seconds / devices", citation: Source("Device time is the sum over devices"),
    inputs: [
      MethodParameter("device_seconds", unit: "s", "time of all accelerators", in: any),
      MethodParameter("devices", "how many work at once", in: 1...1e9),
    ],
    output: MethodParameter("duration_seconds", unit: "s", "how long it lasts"), evaluate: { $0[0] / $0[1] })

  /// `research-energy@1`: the runs around the final one.
  static let research = Formula(
    id: "research-energy@1", summary: "Energy of failed runs, sweeps and experiments around a final run",
    formula: "final_joules x (research_factor - 1)",
    citation: Source(
      "Luccioni and others, Estimating the Carbon Footprint of BLOOM (2022), table 5; Morrison and others, Holistically "
        + "Evaluating the Environmental Impact of Creating Language Models (2025)"),
    inputs: [
      MethodParameter("final_joules", unit: "J", "IT energy of the final run", in: any),
      MethodParameter("research_factor", "energy of all runs over the final one", in: 1...1000),
    ],
    output: MethodParameter("energy_joules", unit: "J", "IT energy of the other runs"),
    evaluate: { $0[0] * ($0[1] - 1) })

  /// `research-embodied@1`: what making the machines owes for the runs around the final one.
  static let researchEmbodied = Formula(
    id: "research-embodied@1",
    summary: "Embodied carbon owed for failed runs, sweeps and experiments around a final run",
    formula: "final_grams x (research_factor - 1)",
    citation: Source("The final run's share by time, for the time of the other runs; see research-energy"),
    inputs: [
      MethodParameter("final_grams", unit: "g", "embodied carbon owed for the final run", in: any),
      MethodParameter("research_factor", "energy of all runs over the final one", in: 1...1000),
    ],
    output: MethodParameter("carbon_grams", unit: "g", "embodied carbon owed for the other runs, CO2e"),
    evaluate: { $0[0] * ($0[1] - 1) })

  /// `device-embodied@1`: an accelerator's card and its part of the machine around it.
  static let deviceEmbodied = Formula(
    id: "device-embodied@1", summary: "Embodied carbon of one accelerator with its part of the machine around it",
    formula: "card_grams + server_grams / cards",
    citation: Source("Embodied carbon of a machine is the sum of its parts, shared by its cards"),
    inputs: [
      MethodParameter("card_grams", unit: "g", "one card", in: any),
      MethodParameter("server_grams", unit: "g", "the machine without its cards", in: any),
      MethodParameter("cards", "cards in the machine", in: 1...1024),
    ],
    output: MethodParameter("carbon_grams", unit: "g", "one card and its share, CO2e"),
    evaluate: { $0[0] + $0[1] / $0[2] })
}

/// The registry's entries of training and its data.
enum TrainingMethods {
  static let all: [Method] =
    [
      TrainingFormula.operations, TrainingFormula.fineTuning, TrainingFormula.deviceTime,
      TrainingFormula.acceleratorEnergy, TrainingFormula.nodeEnergy, TrainingFormula.withoutOverhead,
      TrainingFormula.wallTime, TrainingFormula.research, TrainingFormula.researchEmbodied,
      TrainingFormula.deviceEmbodied, TrainingPrior.formula,
    ].map(\.method) + DataWork.methods
}

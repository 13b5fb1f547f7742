import Factors
import Methods
import Quantities

extension EcoLogitsText {
  static let methods: [Method] = [formula, named, EcoLogitsTextEarlier.method]

  static let citation = Source("EcoLogits 0.11.3, LLM inference methodology", year: 2026, licence: "MPL-2.0")
  static let billions = 1e-6...100_000.0
  static let tokens = 0...1e9
  /// The longest wait that an input may state, in seconds; it caps nothing.
  static let unbounded = 1e9

  private static let text = """
    kwh_it = seconds / 3600 x 1.2 x cards / 8 / batch + cards x tokens x wh_per_token / 1000; \
    wh_per_token = 1.1665e-6 x exp(-0.011206 x batch) x active_b + 4.0529e-5; \
    seconds = min(cap, tokens x (6.7851e-4 x active_b + 3.1193e-4 x batch + 0.019474 or 1 / tps) + ttft); \
    cards = power of 2 that holds 1.2 x total_b x 2 GB in 80 GB each; \
    embodied = seconds / (3 years x batch) x (cards / 8 x 5700 kg + cards x 273 kg)
    """

  private static let formula = Method(
    "ecologits-formula@1", "EcoLogits' estimate of a text request from the model's size and the grid's factors",
    formula: text, citation: citation,
    inputs: [
      MethodParameter("active_b", "parameters at work on one token, in billions: a number or two ends", in: billions),
      MethodParameter("total_b", "all parameters, in billions: a number or two ends", in: billions),
      MethodParameter("output_tokens", "tokens written", in: tokens),
      MethodParameter(
        "request_latency_s", unit: "s", "the caller's wait, which caps the time", default: .number(unbounded),
        in: 0...unbounded),
      MethodParameter("batch", "requests at once", default: .number(usualBatch), in: 1...10_000),
      MethodParameter("tps", "observed tokens a second", isOptional: true, in: 1e-3...1e6),
      MethodParameter("ttft", unit: "s", "observed time to the first token", isOptional: true, in: 0...1e5),
      MethodParameter("if_electricity_mix_adpe", unit: "kg/kWh", "elements per energy, antimony equivalent", in: 0...1),
      MethodParameter("if_electricity_mix_pe", unit: "MJ/kWh", "primary energy per energy", in: 0...1000),
      MethodParameter("if_electricity_mix_gwp", unit: "kg/kWh", "carbon per energy, CO2e", in: 0...5),
      MethodParameter("if_electricity_mix_wue", unit: "L/kWh", "water at power plants per energy", in: 0...1000),
      MethodParameter("datacenter_pue", "the site's PUE: a number or two ends", in: 1...100),
      MethodParameter(
        "datacenter_wue", unit: "L/kWh", "water on site per IT energy: a number or two ends", in: 0...1000),
    ],
    outputs: EcoLogitsImpacts.parameters
  ) { arguments throws(MethodError) in
    let model = Model(
      activeBillions: try arguments.peerNumber("active_b"), totalBillions: try arguments.peerNumber("total_b"),
      tokensPerSecond: try arguments.optionalNumber("tps"), firstTokenSeconds: try arguments.optionalNumber("ttft"))
    let request = EcoLogitsText(
      model: try model.checked(), outputTokens: try arguments.number("output_tokens"),
      latencyCapSeconds: try arguments.number("request_latency_s"), batch: try arguments.number("batch"))
    let grid = EcoLogitsSite.Grid(
      carbonKilograms: try arguments.number("if_electricity_mix_gwp"),
      waterLitres: try arguments.number("if_electricity_mix_wue"),
      antimonyKilograms: try arguments.number("if_electricity_mix_adpe"),
      primaryEnergyMegajoules: try arguments.number("if_electricity_mix_pe"))
    let site = EcoLogitsSite(
      grid: grid, pue: try arguments.peerNumber("datacenter_pue"),
      waterLitres: try arguments.peerNumber("datacenter_wue"))
    return request.impacts(at: site).outputs
  }

  private static let named = Method(
    "ecologits-llm@1", "EcoLogits' estimate of a text request to a provider, with its site and grid by name",
    formula: "ecologits-formula@1 with the provider's PUE, on-site water and grid", citation: citation,
    inputs: [
      MethodParameter("provider", "anthropic, cohere, google_genai, huggingface_hub, mistralai or openai"),
      MethodParameter("model", "the model's name; what counts is its architecture in arch", isOptional: true),
      MethodParameter("output_tokens", "tokens written", in: tokens),
      MethodParameter(
        "zone", "ISO code of three letters, WOR, or provider-default", default: .text(EcoLogitsSite.providersOwn)),
      MethodParameter(
        "arch",
        "total_b and active_b in billions (numbers or two ends each); tps in tokens a second and ttft in seconds",
        isOptional: true),
      MethodParameter(
        "request_latency_s", unit: "s", "the caller's wait, which caps the time", default: .number(unbounded),
        in: 0...unbounded),
    ],
    outputs: EcoLogitsImpacts.parameters + [EcoLogitsImpacts.note]
  ) { arguments throws(MethodError) in
    let model = try Model(architectureIn: arguments)
    let request = EcoLogitsText(
      model: model, outputTokens: try arguments.number("output_tokens"),
      latencyCapSeconds: try arguments.number("request_latency_s"))
    let (site, notes) = try EcoLogitsSite.named(
      provider: try arguments.text("provider"), of: .text, zone: try arguments.text("zone"))
    var outputs = request.impacts(at: site).outputs
    if !notes.isEmpty { outputs[EcoLogitsImpacts.note.key] = .text(notes.joined(separator: " ")) }
    return outputs
  }
}

extension EcoLogitsText.Model {
  /// The model in the input `arch`.
  fileprivate init(architectureIn arguments: MethodArguments) throws(MethodError) {
    guard arguments.keys.contains("arch") else {
      let name = try arguments.optionalText("model").map { "of '\($0)' " } ?? ""
      throw .noAnswer(
        "input 'arch' is missing: EcoLogits' list of models is not carried, so state the architecture \(name)"
          + #"as it has it, for example "arch": {"total_b": 440, "active_b": [44, 132], "tps": 74, "ttft": 0.61}"#)
    }
    let architecture = try arguments.object("arch", known: ["total_b", "active_b", "tps", "ttft"])
    self.init(
      activeBillions: try architecture.peerNumber("active_b", inside: "arch.", in: EcoLogitsText.billions),
      totalBillions: try architecture.peerNumber("total_b", inside: "arch.", in: EcoLogitsText.billions),
      tokensPerSecond: try architecture.optionalNumber("tps", in: 1e-3...1e6),
      firstTokenSeconds: try architecture.optionalNumber("ttft", in: 0...1e5))
    self = try checked()
  }

  /// The model, when it has no more active parameters than parameters.
  fileprivate func checked() throws(MethodError) -> EcoLogitsText.Model {
    guard activeBillions.low <= totalBillions.low, activeBillions.high <= totalBillions.high else {
      throw .noAnswer(
        "'active_b' is above 'total_b': a model cannot work with more parameters than it has; were the two swapped?")
    }
    return self
  }
}

extension EcoLogitsSite {
  /// A provider's site, on its own grid or on another zone's, and what to know about it.
  static func named(
    provider: String, of kind: EcoLogitsProvider.Kind, zone: String
  ) throws(MethodError) -> (site: EcoLogitsSite, notes: [String]) {
    do throws(FactorError) {
      let table = try EcoLogitsTable.embedded()
      let provider = try table.provider(provider, of: kind)
      let (grid, notes) = try grid(of: zone == providersOwn ? provider.zone : zone, in: table)
      let site = EcoLogitsSite(
        grid: grid, pue: PeerNumber(provider.pue), waterLitres: PeerNumber(provider.litresPerKilowattHour))
      return (site, notes)
    } catch {
      throw .noAnswer(error.description)
    }
  }
}

import Accounting
import Factors
public import Methods
import Quantities

extension Claim {
  /// What a method says of given inputs, as a claim that can be run again with some of them changed.
  ///
  /// - Parameters:
  ///   - method: a method with energy, carbon or water among its outputs: another tool's, or one of Dimmer's.
  ///   - inputs: by the method's own keys, in its own units.
  ///   - id: what it is called in the result.
  /// - Throws: ``Methods/MethodError`` for inputs that the method refuses and for a method without such outputs.
  public init(method: Method, inputs: [String: MethodValue], id: String) throws(MethodError) {
    let (method, inputs) = try EcoLogitsSites.resolved(method, inputs)
    let outputs = try method.calculate(inputs)
    var amounts: [ClaimQuantity: Receipt] = [:]
    for quantity in ClaimQuantity.allCases {
      amounts[quantity] = FormulaReading.receipt(of: quantity, method, inputs: inputs, outputs: outputs)
    }
    guard !amounts.isEmpty else {
      let units = method.outputs.map(\.key).joined(separator: ", ")
      throw .noAnswer("\(method.id) gives \(units): no energy, carbon or water to compare")
    }
    self.init(id, label: method.summary, amounts: amounts)
    name = method.id.description
    let reading = FormulaReading(method)
    for parameter in method.inputs {
      guard let known = reading.factor(for: parameter), let value = inputs[parameter.key] ?? parameter.defaultValue,
        let number = FormulaReading.middle(of: value)
      else { continue }
      let isGiven = inputs[parameter.key] != nil
      factors[known.factor] = .stated(
        "\(known.factor.name) of \(method.id)", number * known.scale, unit: known.factor.unit,
        source: isGiven ? nil : method.citation, note: isGiven ? "given as \(parameter.key)" : "the formula's default")
    }
    let taken = Set(factors.keys)
    // What a formula counts without taking it as an input is stated by it all the same.
    for (factor, value) in reading.fixed where factors[factor] == nil {
      factors[factor] = .stated(factor.name, value, unit: factor.unit, source: method.citation)
    }
    // CodeCarbon's country comes out as an intensity.
    if factors[.intensity] == nil, let grams = outputs["g_per_kwh"].flatMap(FormulaReading.middle) {
      factors[.intensity] = .stated(
        "grid intensity of \(method.id)", grams, unit: CarbonIntensity.baseUnit, source: method.citation)
    }
    unit = reading.unit
    hardware = reading.hardware
    energyBoundary = taken.contains(.pue) ? .facility : nil
    carbonBoundary = energyBoundary
    (carbonScope, waterScope, basis) = (reading.carbonScope, reading.waterScope, reading.isPeer ? .location : nil)
    embodiedShare = reading.embodiedShare(of: method, outputs: outputs)
    formula = ClaimFormula(method.id, tool: reading.tool, factors: taken) { replaced, quantity in
      var changed = inputs
      for parameter in method.inputs {
        guard let known = reading.factor(for: parameter), let value = replaced[known.factor] else { continue }
        changed[parameter.key] = .number(value / known.scale)
      }
      guard let outputs = try? method.calculate(changed) else { return nil }
      return FormulaReading.receipt(of: quantity, method, inputs: changed, outputs: outputs)?.value
    }
  }
}

/// How a method's keys read as factors of a claim, and what its figures count.
struct FormulaReading: Sendable {
  /// The tool: `EcoLogits`, `Dimmer`.
  let tool: String
  /// What its figures are for, where the method's name tells.
  let unit: FunctionalUnit?
  /// What its carbon counts.
  let carbonScope: CarbonScope?
  /// What its water counts.
  let waterScope: ClaimWaterScope?
  /// The accelerator that the formula was made for.
  let hardware: String?
  /// Numbers that the formula holds without taking them as inputs.
  let fixed: [ClaimFactor: Double]

  var isPeer: Bool { tool != "Dimmer" }

  init(_ method: Method) {
    let name = method.id.name
    let tools = [
      "ecologits": "EcoLogits", "llmcarbon": "LLMCarbon", "codecarbon": "CodeCarbon", "act": "ACT",
      "boavizta": "Boavizta", "if": "Impact Framework", "tim": "Travel Impact Model",
    ]
    let family = String(name.prefix { $0 != "-" })
    tool = tools[family] ?? "Dimmer"
    unit = family != "ecologits" ? (family == "llmcarbon" ? .training : nil) : name.contains("video") ? .video : .reply
    carbonScope =
      switch family {
      case "ecologits": .withEmbodied
      case "codecarbon", "llmcarbon", "operational": .operational
      default: nil
      }
    waterScope = family == "ecologits" || name == "water" ? .withPlants : nil
    hardware = name == "ecologits-formula" ? "H100" : name == "ecologits-formula-earlier" ? "A100" : nil
    // Before its version 0.9 EcoLogits charged a request as if it were alone on its cards.
    fixed = name == "ecologits-formula-earlier" ? [.batch: 1] : [:]
  }

  /// The factor that an input is, and how many of the factor's units one of the input's is.
  func factor(for parameter: MethodParameter) -> (factor: ClaimFactor, scale: Double)? {
    switch parameter.key {
    case "pue", "datacenter_pue": (.pue, 1)
    case "intensity_grams_per_kwh", "ci_g": (.intensity, 1)
    case "if_electricity_mix_gwp": (.intensity, 1000)
    case "output_tokens": (.outputTokens, 1)
    case "batch": (.batch, 1)
    case "active_b": (.activeParameters, 1)
    case "total_b": (.parameters, 1)
    case "energy_joules": (.energy, 1)
    case "it_kwh", "kWh": (.energy, 3.6e6)
    default: (.input(parameter.key, unit: parameter.unit), 1)
    }
  }

  /// A number, or the middle of two ends as the peers' own summaries have it; `nil` for what is no number.
  static func middle(of value: MethodValue) -> Double? {
    switch value {
    case .number(let number): number
    case .numbers(let ends) where ends.count == 2: (ends[0] + ends[1]) / 2
    default: nil
    }
  }

  /// The part of making in a peer's carbon, where it gives both.
  func embodiedShare(of method: Method, outputs: [String: MethodValue]) -> Receipt? {
    guard let whole = outputs["gwp_kg"].flatMap(Self.middle),
      let made = outputs["embodied_gwp_kg"].flatMap(Self.middle),
      whole > 0, made > 0
    else { return nil }
    return .stated("part of making", made / whole, source: method.citation, note: "embodied_gwp_kg over gwp_kg")
  }

  /// The first output of a quantity: methods name what counts everything first.
  static func receipt(
    of quantity: ClaimQuantity, _ method: Method, inputs: [String: MethodValue], outputs: [String: MethodValue]
  ) -> Receipt? {
    for parameter in method.outputs {
      guard let (found, scale) = ClaimQuantity.of(unit: parameter.unit), found == quantity,
        let value = outputs[parameter.key]
      else { continue }
      let ends = value.ends.map { $0 * scale }
      guard let low = ends.first, let high = ends.last, let middle = middle(of: value) else { continue }
      let name = "ends:\(method.id):\(parameter.key)"
      let deviation = Deviation(atLow: low - middle * scale, atHigh: high - middle * scale)
      let given = inputs.sorted { $0.key < $1.key }.compactMap { key, value -> Receipt? in
        guard let number = Self.middle(of: value) else { return nil }
        let stated = method.inputs.first { $0.key == key }?.unit ?? ""
        let unit = stated.isEmpty ? Ratio.baseUnit : stated
        return .stated(key, number, unit: unit, source: nil, note: "given by the user to \(method.id)")
      }
      return Receipt(
        label: "\(parameter.summary), \(method.id)", value: middle * scale, low: low, high: high, unit: quantity.unit,
        origin: .modelled, method: method.id, source: method.citation, inputs: given,
        deviations: low == high ? [:] : [name: deviation])
    }
    return nil
  }
}

extension MethodValue {
  /// The number, or both ends.
  fileprivate var ends: [Double] {
    switch self {
    case .number(let number): [number]
    case .numbers(let ends): ends
    case .text, .table: []
    }
  }
}

/// EcoLogits' estimate by provider, written as its formula with the provider's PUE, water and grid: so that each of them
/// can be changed by itself.
enum EcoLogitsSites {
  static func resolved(
    _ method: Method, _ inputs: [String: MethodValue]
  ) throws(MethodError) -> (method: Method, inputs: [String: MethodValue]) {
    guard method.id.name == "ecologits-llm" else { return (method, inputs) }
    // The method's own checks come first, so that a slip is told in the words of its inputs.
    _ = try method.calculate(inputs)
    guard let formula = PeerMethods.all.first(where: { $0.id.name == "ecologits-formula" }),
      case .text(let name)? = inputs["provider"], case .table(let rows)? = inputs["arch"], let arch = rows.first
    else { return (method, inputs) }
    do throws(FactorError) {
      let table = try EcoLogitsTable.embedded()
      let provider = try table.provider(name, of: .text)
      let stated: String? = if case .text(let zone)? = inputs["zone"], zone != "provider-default" { zone } else { nil }
      let (zone, world) = (try table.zone(stated ?? provider.zone), try table.zone(EcoLogitsTable.world))
      guard let grams = zone.gramsPerKilowattHour,
        let litres = zone.litresPerKilowattHour ?? world.litresPerKilowattHour
      else { return (method, inputs) }
      var resolved: [String: MethodValue] = [
        "datacenter_pue": ends(provider.pue), "datacenter_wue": ends(provider.litresPerKilowattHour),
        "if_electricity_mix_gwp": .number(grams / 1000), "if_electricity_mix_wue": .number(litres),
        // Neither is compared; the formula asks for them.
        "if_electricity_mix_adpe": .number(0), "if_electricity_mix_pe": .number(0),
      ]
      for key in ["output_tokens", "request_latency_s"] { resolved[key] = inputs[key] }
      for key in ["total_b", "active_b", "tps", "ttft"] { resolved[key] = arch[key] }
      return (formula, resolved)
    } catch {
      throw .noAnswer(error.description)
    }
  }

  private static func ends(_ range: ClosedRange<Double>) -> MethodValue {
    range.lowerBound == range.upperBound ? .number(range.lowerBound) : .numbers([range.lowerBound, range.upperBound])
  }
}

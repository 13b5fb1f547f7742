import Methods
import Quantities

/// What a peer's formula was given and gave, on its way to receipts.
struct PeerStatement {
  let method: Method
  let inputs: [String: MethodValue]
  let outputs: [String: MethodValue]

  /// A receipt for each numeric output. The ends of a range that has keys of its own (`min`, `max`) are the interval of
  /// the output before them.
  var receipts: [String: Receipt] {
    var receipts: [String: Receipt] = [:]
    let given = inputReceipts
    for output in method.outputs {
      guard let value = outputs[output.key] else { continue }
      let list: [Double]
      switch value {
      case .number(let number): list = [number]
      case .numbers(let numbers) where isRange(output): list = numbers
      default: continue
      }
      let unit = PeerUnit(output)
      var ends = list.map { $0 * unit.factor }
      if output.key == "kgco2e", let low = number("min"), let high = number("max") {
        ends = [low * unit.factor, ends[0], high * unit.factor]
      }
      receipts[output.key] = receipt(of: output, ends, in: unit, given: given)
    }
    return receipts
  }

  private func receipt(
    of output: MethodParameter, _ ends: [Double], in unit: PeerUnit, given: [Receipt]
  ) -> Receipt {
    let low = ends[0]
    let high = ends[ends.count - 1]
    let value = ends.count == 3 ? ends[1] : (low + high) / 2
    let deviation = Deviation(atLow: low - value, atHigh: high - value)
    return Receipt(
      label: "\(output.summary), as \(method.summary)", value: value, low: low, high: high, unit: unit.symbol,
      origin: .modelled, method: method.id, source: method.citation, note: note(isRange: ends.count == 2),
      inputs: given, deviations: low == high ? [:] : ["peer:\(method.id.name):range": deviation])
  }

  /// Two numbers are the ends of one only where the tool states ranges; elsewhere they are a list of results.
  private func isRange(_ output: MethodParameter) -> Bool {
    guard method.id.name.hasPrefix("ecologits-"), case .numbers(let list)? = outputs[output.key] else { return false }
    return list.count == 2
  }

  private func number(_ key: String) -> Double? {
    if case .number(let value)? = outputs[key] { value } else { nil }
  }

  /// What the tool says in words, and what the caller gave it in words.
  private func note(isRange: Bool) -> String? {
    var sentences: [String] = []
    if isRange { sentences.append("The tool states two ends; the value is their mean, and they are no 95 % interval.") }
    for output in method.outputs {
      if case .text(let text)? = outputs[output.key] {
        sentences.append(output.key == "note" ? text : "\(output.key): \(text).")
      }
    }
    let names = inputs.keys.sorted().compactMap { key -> String? in
      if case .text(let text)? = inputs[key] { "\(key) \(text)" } else { nil }
    }
    if !names.isEmpty { sentences.append("Asked for \(names.joined(separator: ", ")).") }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  /// The numbers that went in: declared where the caller gave them, assumed where the tool's own default stands in.
  private var inputReceipts: [Receipt] {
    method.inputs.flatMap { input -> [Receipt] in
      if let value = inputs[input.key] {
        return leaves(
          of: value, named: input.key, input: input, origin: .declared, note: "given to the tool by whoever ran it")
      }
      guard let value = input.defaultValue else { return [] }
      return leaves(
        of: value, named: input.key, input: input, origin: .assumed,
        note: "the tool's own default, as Dimmer read it there")
    }
  }

  private func leaves(
    of value: MethodValue, named name: String, input: MethodParameter, origin: Origin, note: String
  ) -> [Receipt] {
    let summary = "\(input.summary) (\(name))"
    switch value {
    case .number(let number):
      let unit = PeerUnit(input)
      return [
        Receipt(
          label: summary, value: number * unit.factor, low: number * unit.factor, high: number * unit.factor,
          unit: unit.symbol, origin: origin, method: DeclaredValue.formula.id, note: note)
      ]
    case .numbers(let list):
      return list.indices.flatMap {
        leaves(of: .number(list[$0]), named: "\(name)[\($0)]", input: input, origin: origin, note: note)
      }
    case .table(let rows):
      return rows.indices.flatMap { index in
        rows[index].keys.sorted().flatMap { key -> [Receipt] in
          guard let member = rows[index][key] else { return [] }
          return leaves(of: member, named: "\(name)[\(index)].\(key)", input: input, origin: origin, note: note)
        }
      }
    case .text: return []
    }
  }
}

/// A peer's unit in Dimmer's base unit of the same thing.
struct PeerUnit {
  /// What to multiply by.
  let factor: Double
  /// The base unit's symbol, or the peer's own where Dimmer has none.
  let symbol: String

  /// - Parameter parameter: grams of something else than CO2e keep that in their unit, so that nobody adds them to
  ///   carbon.
  init(_ parameter: MethodParameter) {
    switch parameter.unit {
    case "Wh": (factor, symbol) = (3600, Energy.baseUnit)
    case "kWh": (factor, symbol) = (3.6e6, Energy.baseUnit)
    case "MWh": (factor, symbol) = (3.6e9, Energy.baseUnit)
    case "MJ": (factor, symbol) = (1e6, Energy.baseUnit)
    case "kg/kWh": (factor, symbol) = (1000, "g/kWh")
    case "h": (factor, symbol) = (3600, Span.baseUnit)
    case "d": (factor, symbol) = (86_400, Span.baseUnit)
    case "kg" where parameter.summary.contains("antimony") || parameter.key.contains("Sb"):
      (factor, symbol) = (1000, "g Sb")
    case "kg" where !PeerUnit.isCarbon(parameter): (factor, symbol) = (1, "kg")
    case "kg": (factor, symbol) = (1000, Carbon.baseUnit)
    case "t": (factor, symbol) = (1e6, Carbon.baseUnit)
    case "": (factor, symbol) = (1, Ratio.baseUnit)
    default: (factor, symbol) = (1, parameter.unit)
    }
  }

  /// Whether kilograms are of CO2e, and not of a card or of fuel.
  private static func isCarbon(_ parameter: MethodParameter) -> Bool {
    !["casing_kg", "heatsink_kg", "mass_kg", "psu_kg", "fuel_kg"].contains(parameter.key)
  }
}

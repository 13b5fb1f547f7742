public import Methods
import Quantities

/// A receipt tree as text, down to its sources.
public enum ReceiptText {
  /// The tree with one figure a line and its method, source and note below it.
  public static func tree(_ receipt: Receipt, style: TextStyle = .plain) -> String {
    var lines: [String] = []
    write(receipt, lead: "", continuation: "", style: style, into: &lines)
    return lines.joined(separator: "\n")
  }

  private static func write(
    _ receipt: Receipt, lead: String, continuation: String, style: TextStyle, into lines: inout [String]
  ) {
    lines.append(lead + style.bold(receipt.label) + ": " + amount(receipt))
    let below = continuation + (receipt.inputs.isEmpty ? "   " : "│  ")
    var facts = [receipt.origin.rawValue]
    if let method = receipt.method { facts.append("by \(method)") }
    if let id = receipt.id { facts.append("id \(id)") }
    lines.append(below + style.dim(facts.joined(separator: ", ")))
    if let source = receipt.source {
      let details = [source.year.map { "valid for \($0)" }, source.licence].compactMap { $0 }.joined(separator: ", ")
      lines.append(below + style.dim("source: \(source.citation)" + (details.isEmpty ? "" : " (\(details))")))
    }
    if let note = receipt.note {
      lines.append(below + style.dim(receipt.value == nil ? "because \(note)" : "note: \(note)"))
    }
    for (index, input) in receipt.inputs.enumerated() {
      let isLast = index == receipt.inputs.count - 1
      write(
        input, lead: continuation + (isLast ? "└─ " : "├─ "), continuation: continuation + (isLast ? "   " : "│  "),
        style: style, into: &lines)
    }
  }

  /// The value with its interval in the unit people read, for example `1.2 kWh (1.0 to 1.4 kWh)`.
  public static func amount(_ receipt: Receipt) -> String {
    guard let value = receipt.value else { return "not known" }
    let text = { (number: Double) in UnitText.formatted(number, unit: receipt.unit) }
    guard let low = receipt.low, let high = receipt.high, low != high else { return text(value) }
    return "\(text(value)) (\(text(low)) to \(text(high)))"
  }
}

/// Printing a number whose unit is only known by its symbol, as in receipts.
public enum UnitText {
  /// The number with a readable unit when the symbol is one of Dimmer's base units, else with the symbol as it is.
  public static func formatted(_ value: Double, unit: String) -> String {
    switch unit {
    case Energy.baseUnit: Energy.joules(value).formatted()
    case Power.baseUnit: Power.watts(value).formatted()
    case Carbon.baseUnit: Carbon.grams(value).formatted()
    case CarbonIntensity.baseUnit: CarbonIntensity.gramsPerKilowattHour(value).formatted()
    case Water.baseUnit: Water.litres(value).formatted()
    case WaterIntensity.baseUnit: WaterIntensity.litresPerKilowattHour(value).formatted()
    case Span.baseUnit: Span.seconds(value).formatted()
    case Bits.baseUnit: Bits(baseValue: value).formatted()
    case Ratio.baseUnit: Ratio(value).formatted()
    default: Decimals.significant(value, digits: 3) + (unit.isEmpty ? "" : " \(unit)")
    }
  }
}

extension ReceiptText {
  /// The value alone, for narrow table cells; `unknown` when it is.
  public static func value(_ receipt: Receipt) -> String {
    receipt.value.map { UnitText.formatted($0, unit: receipt.unit) } ?? "unknown"
  }
}

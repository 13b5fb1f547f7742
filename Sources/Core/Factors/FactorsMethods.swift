public import Methods
import Quantities

/// The registry's entry of this room: looking a published value up.
public enum FactorsMethods {
  /// The methods that this room's figures are made by.
  public static let all: [Method] = [publishedFactor]

  private static let tables = ["region", "water", "fuel", "gpu", "cpu", "gpu-card", "pue"]

  private static let publishedFactor = Method(
    PublishedFactor.method, "A value as a named source prints it, with Dimmer's default bounds where it prints none",
    formula: "value(table, name, year)",
    citation: Source("The source of the row itself, see its receipt"),
    inputs: [
      MethodParameter("table", "one of \(tables.joined(separator: ", "))"),
      MethodParameter("name", "the name in the table, for example DE, coal or AWS"),
      MethodParameter("year", "a certain year; 0 for the newest", default: .number(0), in: 0...3000),
    ],
    outputs: [
      MethodParameter("value", "the printed value, in the unit given beside it"),
      MethodParameter("low", "the low end of the 95 % interval"),
      MethodParameter("high", "the high end of the 95 % interval"),
      MethodParameter("unit", "the unit"),
      MethodParameter("source", "where it stands"),
    ]
  ) { arguments throws(MethodError) in
    let receipt = try receipt(
      table: try arguments.text("table"), name: try arguments.text("name"), year: try arguments.number("year"))
    guard let value = receipt.value, let low = receipt.low, let high = receipt.high else {
      throw .noAnswer(receipt.note ?? "the table has no value")
    }
    return [
      "value": .number(value), "low": .number(low), "high": .number(high), "unit": .text(receipt.unit),
      "source": .text(receipt.source?.citation ?? ""),
    ]
  }

  private static func receipt(table: String, name: String, year: Double) throws(MethodError) -> Receipt {
    guard let whole = Int(exactly: year) else { throw .wrongKind("year", expected: "a whole number") }
    let year = whole == 0 ? nil : whole
    do throws(FactorError) {
      let factors = try FactorTables.embedded()
      switch table {
      case "region": return try factors.regions.intensity(of: name, year: year, for: .wholeYear).receipt
      case "water": return try factors.regions.waterIntensity(of: name).receipt(labelled: "water per generated energy")
      case "fuel": return try factors.fuels.intensity(of: name).receipt
      case "gpu": return try factors.hardware.gpuPower(of: name).receipt
      case "cpu": return try factors.hardware.cpuPower(of: name).receipt
      case "gpu-card": return try factors.embodied.gpuCard(name).receipt
      case "pue": return try factors.facilities.pue(of: name, year: year).receipt
      default: throw .unknown(kind: "table", name: table, near: Spelling.nearest(to: table, in: tables))
      }
    } catch {
      throw .noAnswer(error.description)
    }
  }
}

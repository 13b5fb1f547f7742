public import Ledger
import Quantities
import Reporting

/// Metadata for a model card on Hugging Face: the YAML block `co2_eq_emissions`
/// (huggingface.co/docs/hub/model-cards-co2), grams of CO2e.
public enum ModelCard {
  /// What only the model's author knows; what is `nil` is left out of the block.
  public struct Statement: Hashable, Sendable {
    /// `pre-training` or `fine-tuning`.
    public var trainingType: String?
    /// Where it was trained; without it, the runs' region.
    public var location: String?
    /// On what hardware.
    public var hardware: String?

    /// A statement.
    public init(trainingType: String? = nil, location: String? = nil, hardware: String? = nil) {
      self.trainingType = trainingType
      self.location = location
      self.hardware = hardware
    }
  }

  /// The block for the runs that made a model, between `---` lines.
  ///
  /// The number is the sum over all runs. When one of them has no carbon, the number is left out, and a comment says
  /// which run and why: a sum of some would read as all.
  ///
  /// - Parameter version: of the program that writes it.
  public static func text(_ runs: [ActivityAccount], _ statement: Statement = Statement(), version: String) -> String {
    var lines = ["---", "co2_eq_emissions:"]
    let unknown = runs.filter { $0.figure(.carbon)?.value == nil }
    if runs.isEmpty {
      lines.append("  # emissions are unknown: no run was given")
    } else if unknown.isEmpty {
      let grams = runs.compactMap { $0.figure(.carbon)?.value }.reduce(0, +)
      lines.append("  emissions: \(number(grams))  # grams of CO2e, operational")
    }
    for run in unknown {
      let reason = run.figure(.carbon)?.reason ?? "carbon was not recorded"
      lines.append("  # emissions are unknown: \(oneLine("\(run.activity.id): \(reason)"))")
    }
    lines.append("  source: \(quoted("Dimmer \(version), \(origins(runs))"))")
    if let type = statement.trainingType { lines.append("  training_type: \(quoted(type))") }
    let regions = Set(runs.compactMap(\.activity.region)).sorted()
    if let location = statement.location ?? (regions.isEmpty ? nil : regions.joined(separator: ", ")) {
      lines.append("  geographical_location: \(quoted(location))")
    }
    if let hardware = statement.hardware { lines.append("  hardware_used: \(quoted(hardware))") }
    return lines.joined(separator: "\n") + "\n---\n"
  }

  private static func origins(_ runs: [ActivityAccount]) -> String {
    let origins = Set(runs.flatMap(\.components).compactMap(\.origin?.rawValue)).sorted()
    return origins.isEmpty ? "energy unknown" : "energy \(origins.joined(separator: " and "))"
  }

  /// A number that YAML 1.1 takes for one: `1e-05` without a point is a text there.
  private static func number(_ value: Double) -> String {
    let text = JSONValue.number(value).text()
    guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  /// A JSON string is a double-quoted YAML scalar.
  private static func quoted(_ text: String) -> String { JSONValue.string(text).text() }

  private static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline || $0 == "\0" ? " " : $0 })
  }
}

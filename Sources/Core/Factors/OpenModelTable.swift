public import Methods
import Quantities

/// Shapes of open text models as their makers state them.
public struct OpenModelTable: Sendable {
  /// One model, or a family of one shape.
  public struct Entry: Hashable, Sendable {
    /// The name: `Llama 3.1 8B`.
    public let name: String
    /// Other names it is found under.
    public let aliases: [String]
    /// All parameters, in billions.
    public let totalBillions: Double
    /// Parameters that one token passes through, in billions; all of them unless it is a mixture of experts.
    public let activeBillions: Double
    /// Bits of a weight as it is published.
    public let weightBits: Double
    /// Where it was read: the makers' page, or who quotes it.
    public let source: Source
    /// What else to know.
    public let note: String?

    init(_ row: CSVRow) throws(CSVError) {
      name = try row.text("name")
      aliases = try row.names("aliases")
      totalBillions = try row.positiveNumber("total_billions")
      activeBillions = try row.positiveNumber("active_billions")
      guard activeBillions <= totalBillions else {
        throw try row.error(in: "active_billions", .other("more parameters are active than there are"))
      }
      weightBits = try row.positiveNumber("weight_bits")
      source = try row.source()
      note = try row.optionalText("note")
    }
  }

  /// The models, in the order of the table.
  public let entries: [Entry]

  init(_ bytes: [UInt8]) throws(FactorError) {
    entries = try readTable("open_models", bytes) { row throws(CSVError) in try Entry(row) }
  }

  /// The model of that name, with or without its maker, `Instruct`, `it`, a date or a number format behind it:
  /// `Llama 3.1 8B` and `meta-llama/Llama-3.1-8B-Instruct` are one.
  ///
  /// - Throws: ``FactorError/unknown(kind:name:near:)``.
  public func model(_ name: String) throws(FactorError) -> Entry {
    try NameLookup.find(name, in: entries, kind: "model", by: ModelName.key) { [$0.name] + $0.aliases }
  }
}

/// Models' names compared as people write them.
enum ModelName {
  /// What says how a model was tuned or packed and not what shape it has.
  private static let endings: Set<String> = [
    "instruct", "it", "chat", "thinking", "hf", "fp8", "bf16", "base", "diffusers", "2507", "fp16",
  ]

  /// The name without its maker and without such endings, folded.
  static func key(_ text: String) -> String {
    let bare = text.split(separator: "/").last ?? ""
    var words = bare.split { $0 == "-" || $0 == "_" || $0 == " " }.map { $0.lowercased() }
    while let last = words.last, words.count > 1, endings.contains(last) { words.removeLast() }
    return NameLookup.lettersAndDigits(words.joined())
  }
}

import ArgumentParser
import Foundation
import Methods
import Quantities
import Reporting

/// `dimmer calc`: run one formula on given numbers.
struct CalcCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calc",
    abstract: "Run a formula by name on JSON or on key=value pairs.",
    discussion: """
      Examples:
        dimmer calc operational-carbon energy_joules=3.6e6 pue=1.2 \\
          intensity_grams_per_kwh=342
        echo '{"tdp_watts": 225, "load": 0.5}' | dimmer calc load-curve --input -
        echo '{"process": "7nm", "area_mm2": 826}' | dimmer calc act.logic --input -

      'dimmer methods NAME' tells the inputs with their units and defaults. The
      answer is JSON.

      A name with a dot is a kind: another tool's formula, in that tool's own words
      and units. It is the method of that name with '.' and '_' as '-' (act.logic is
      act-logic), and its results stand together under "outputs".
      In a file of inputs null is the same as nothing, and an object may stand
      inside the object.
      """)

  @Argument(help: "A method's name, with or without @version, or a kind.")
  var name: String

  @Argument(help: ArgumentHelp("Inputs as key=value.", valueName: "key=value"))
  var values: [String] = []

  @Option(help: ArgumentHelp("Inputs as a JSON object from FILE, or from standard input with '-'.", valueName: "FILE"))
  var input: String?

  @Flag(help: "Accepted for symmetry: the answer is always JSON.")
  var json = false

  func run() throws {
    let isKind = name.contains(".")
    let method = try isKind ? Registry.methods.method(ofKind: name) : Registry.methods.method(named: name)
    var arguments: [String: MethodValue] = [:]
    if let input { arguments = try Self.object(in: try Files.read(input), named: input) }
    // What is written out goes over the file; twice written out, nobody knows which is meant.
    var written: Set<String> = []
    for pair in values {
      guard let split = pair.firstIndex(of: "=") else { throw Failure(.usage, "'\(pair)' is not key=value") }
      let (key, text) = (String(pair[..<split]), String(pair[pair.index(after: split)...]))
      guard written.insert(key).inserted else { throw Failure(.usage, "input '\(key)' is given twice; state it once") }
      arguments[key] = Double(text).map(MethodValue.number) ?? .text(text)
    }
    let results = try method.calculate(arguments)
    let outputs = method.outputs.compactMap { output in results[output.key].map { (key: output.key, value: $0.json) } }
    let id = (key: "method", value: JSONValue.string(method.id.description))
    Output.result(JSONValue.object(isKind ? [id, (key: "outputs", value: .object(outputs))] : [id] + outputs))
  }

  static func object(in bytes: [UInt8], named name: String) throws(Failure) -> [String: MethodValue] {
    let parsed = try JSONFile.parse(bytes, named: name)
    guard case .table(let rows)? = MethodValue(json: [parsed]), let row = rows.first else {
      throw Failure(
        .data, "\(name == "-" ? "standard input" : name): must be one JSON object of numbers, texts, lists and rows")
    }
    return row
  }
}

extension MethodValue {
  /// The value as JSON.
  var json: JSONValue {
    switch self {
    case .number(let value): .number(value)
    case .text(let value): .string(value)
    case .numbers(let values): .array(values.map(JSONValue.number))
    case .table(let rows):
      .array(rows.map { row in .object(row.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }) })
    }
  }

  /// A value from parsed JSON; `nil` for what no method takes.
  init?(json: Any) {
    if let number = json as? NSNumber {
      guard !number.isBoolean else { return nil }
      self = .number(number.doubleValue)
    } else if let text = json as? String {
      self = .text(text)
    } else if let list = json as? [NSNumber], !list.contains(where: \.isBoolean) {
      self = .numbers(list.map(\.doubleValue))
    } else if let list = json as? [[String: Any]] {
      var rows: [[String: MethodValue]] = []
      for object in list {
        guard let row = MethodValue.row(object) else { return nil }
        rows.append(row)
      }
      self = .table(rows)
    } else if let object = json as? [String: Any], let row = MethodValue.row(object) {
      self = .table([row])
    } else {
      return nil
    }
  }

  /// An object's members; what is null is not given, and is left out.
  private static func row(_ object: [String: Any]) -> [String: MethodValue]? {
    var row: [String: MethodValue] = [:]
    for (key, value) in object where !(value is NSNull) {
      guard let value = MethodValue(json: value) else { return nil }
      row[key] = value
    }
    return row
  }
}

extension NSNumber {
  /// Whether it stood as `true` or `false`, which is no number, in the JSON.
  fileprivate var isBoolean: Bool { String(cString: objCType) == "c" }
}

public import Quantities

/// A value on its way into or out of a method that is run by name.
public enum MethodValue: Hashable, Sendable {
  /// A number in the unit that the parameter states.
  case number(Double)
  /// A name.
  case text(String)
  /// Several numbers, for example a series.
  case numbers([Double])
  /// Several named rows, for example variants; one object inside another is a table of one row.
  case table([[String: MethodValue]])

  var isTable: Bool {
    if case .table = self { true } else { false }
  }

  /// Every number in it, however deep.
  var numbers: [Double] {
    switch self {
    case .number(let number): [number]
    case .numbers(let list): list
    case .text: []
    case .table(let rows): rows.flatMap { $0.values.flatMap(\.numbers) }
    }
  }
}

/// One typed input or output of a method.
public struct MethodParameter: Hashable, Sendable {
  /// The key in JSON, unit last: `energy_joules`.
  public let key: String
  /// The unit's symbol; empty for names and pure numbers.
  public let unit: String
  /// What it is.
  public let summary: String
  /// The value used when the caller gives none; `nil` means that it must be given, or is left out.
  public let defaultValue: MethodValue?
  /// Whether it may be left out without there being a default: the method then does without it.
  public let isOptional: Bool
  /// The accepted range of numbers; of a table's only that they are finite is checked.
  public let range: ClosedRange<Double>?

  /// A parameter.
  public init(
    _ key: String, unit: String = "", _ summary: String, default defaultValue: MethodValue? = nil,
    isOptional: Bool = false, in range: ClosedRange<Double>? = nil
  ) {
    self.key = key
    self.unit = unit
    self.summary = summary
    self.defaultValue = defaultValue
    self.isOptional = isOptional
    self.range = range
  }
}

/// A formula that makes a figure: what it is called, where it comes from, what it takes and gives.
///
/// The entry is for people, `dimmer methods` and `dimmer calc`. Code that makes many figures calls the typed function
/// itself; both are the same function.
public struct Method: Sendable {
  /// Name and version.
  public let id: MethodID
  /// What it computes, in one sentence.
  public let summary: String
  /// The formula as a line of text.
  public let formula: String
  /// Where it comes from.
  public let citation: Source
  /// What it takes.
  public let inputs: [MethodParameter]
  /// What it gives.
  public let outputs: [MethodParameter]
  /// What is other than in the version before, and why, in one or two sentences; `nil` for a first version.
  public let changes: String?
  private let body: @Sendable (MethodArguments) throws(MethodError) -> [String: MethodValue]

  /// An entry for the registry.
  public init(
    _ id: MethodID, _ summary: String, formula: String, citation: Source, inputs: [MethodParameter],
    outputs: [MethodParameter], changes: String? = nil,
    body: @escaping @Sendable (MethodArguments) throws(MethodError) -> [String: MethodValue]
  ) {
    self.id = id
    self.summary = summary
    self.formula = formula
    self.citation = citation
    self.inputs = inputs
    self.outputs = outputs
    self.changes = changes
    self.body = body
  }

  /// The same method under an earlier version's number, for figures that were made by it and formulas that have stayed
  /// the same: only intervals have changed.
  public func earlier(version: Int, changes: String? = nil) -> Method {
    Method(
      MethodID(id.name, version: version), summary, formula: formula, citation: citation, inputs: inputs,
      outputs: outputs, changes: changes, body: body)
  }

  /// Runs the method on named values.
  ///
  /// - Throws: ``MethodError`` for an input that is unknown, missing, of the wrong kind, not finite or out of range.
  public func calculate(_ values: [String: MethodValue]) throws(MethodError) -> [String: MethodValue] {
    for key in values.keys.sorted() where !inputs.contains(where: { $0.key == key }) {
      throw .unknownInput(key, known: inputs.map(\.key))
    }
    var resolved: [String: MethodValue] = [:]
    for input in inputs {
      guard let value = values[input.key] ?? input.defaultValue else {
        if input.isOptional { continue }
        throw .missingInput(input.key, unit: input.unit)
      }
      for number in value.numbers {
        let allowed = value.isTable ? nil : input.range
        guard number.isFinite, allowed?.contains(number) ?? true else {
          throw .outOfRange(input.key, number, allowed: allowed)
        }
      }
      resolved[input.key] = value
    }
    let results = try body(MethodArguments(values: resolved))
    for key in results.keys.sorted() where !(results[key]?.numbers.allSatisfy(\.isFinite) ?? true) {
      throw .noAnswer("'\(key)' has no finite value for these inputs")
    }
    return results
  }
}

/// Why a method could not be run.
public enum MethodError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No method of that name; the nearest known names follow.
  case unknownMethod(String, near: [String])
  /// An input that the method does not have.
  case unknownInput(String, known: [String])
  /// A required input was not given.
  case missingInput(String, unit: String)
  /// An input of the wrong kind.
  case wrongKind(String, expected: String)
  /// A number outside the range for which the method holds.
  case outOfRange(String, Double, allowed: ClosedRange<Double>?)
  /// The inputs are fine each but give no answer together.
  case noAnswer(String)

  /// One line with the fix.
  public var description: String {
    switch self {
    case .unknownMethod(let name, let near):
      "no method '\(name)'"
        + (near.isEmpty ? "; 'dimmer methods' lists them" : "; did you mean \(near.joined(separator: ", "))?")
    case .unknownInput(let key, let known): "unknown input '\(key)'; the method takes \(known.joined(separator: ", "))"
    case .missingInput(let key, let unit): "input '\(key)' is missing" + (unit.isEmpty ? "" : " (in \(unit))")
    case .wrongKind(let key, let expected): "input '\(key)' must be \(expected)"
    case .outOfRange(let key, let value, let allowed):
      "input '\(key)' is \(value)"
        + (allowed.map { ", allowed is \(MethodError.text(of: $0))" } ?? ", which is not a finite number")
    case .noAnswer(let reason): reason
    }
  }
}

extension MethodError {
  /// A range for people: without an end where there is none.
  private static func text(of range: ClosedRange<Double>) -> String {
    let number = { (value: Double) in "\(value)".hasSuffix(".0") ? String("\(value)".dropLast(2)) : "\(value)" }
    if range.upperBound == .greatestFiniteMagnitude { return "\(number(range.lowerBound)) and more" }
    return "\(number(range.lowerBound)) to \(number(range.upperBound))"
  }
}

/// A method's inputs, checked against its parameters.
public struct MethodArguments: Sendable {
  let values: [String: MethodValue]
  /// What stands before a key in errors: the key of the object that this is inside of.
  private let path: String

  init(values: [String: MethodValue], path: String = "") {
    self.values = values
    self.path = path
  }

  /// The keys that were given or have a default.
  public var keys: Set<String> { Set(values.keys) }

  /// The number under `key`.
  ///
  /// - Parameter range: where it must lie; for objects inside objects, whose ranges no parameter states.
  public func number(_ key: String, in range: ClosedRange<Double>? = nil) throws(MethodError) -> Double {
    guard let value = try optionalNumber(key, in: range) else { throw .missingInput(path + key, unit: "") }
    return value
  }

  /// The number under `key`, or `nil` when none was given.
  public func optionalNumber(_ key: String, in range: ClosedRange<Double>? = nil) throws(MethodError) -> Double? {
    guard let given = values[key] else { return nil }
    guard case .number(let value) = given else { throw .wrongKind(path + key, expected: "a number") }
    if let range, !range.contains(value) { throw .outOfRange(path + key, value, allowed: range) }
    return value
  }

  /// The text under `key`.
  public func text(_ key: String) throws(MethodError) -> String {
    guard let value = try optionalText(key) else { throw .missingInput(path + key, unit: "") }
    return value
  }

  /// The text under `key`, or `nil` when none was given.
  public func optionalText(_ key: String) throws(MethodError) -> String? {
    guard let given = values[key] else { return nil }
    guard case .text(let value) = given else { throw .wrongKind(path + key, expected: "a text") }
    return value
  }

  /// The list of numbers under `key`.
  public func numbers(_ key: String) throws(MethodError) -> [Double] {
    switch values[key] {
    case .numbers(let list): return list
    case .number(let value): return [value]
    default: throw .wrongKind(path + key, expected: "a list of numbers")
    }
  }

  /// The rows under `key`.
  public func table(_ key: String) throws(MethodError) -> [[String: MethodValue]] {
    guard case .table(let rows) = values[key] else { throw .wrongKind(path + key, expected: "a list of objects") }
    return rows
  }

  /// The objects under `key`, each with its own members.
  ///
  /// - Parameter known: the members that there are; any other is refused by name.
  public func rows(_ key: String, known: [String]) throws(MethodError) -> [MethodArguments] {
    var rows: [MethodArguments] = []
    for row in try table(key) {
      for member in row.keys.sorted() where !known.contains(member) {
        throw .unknownInput("\(path)\(key).\(member)", known: known)
      }
      rows.append(MethodArguments(values: row, path: "\(path)\(key)."))
    }
    return rows
  }

  /// The one object under `key`.
  ///
  /// - Parameter known: the members that there are; any other is refused by name.
  public func object(_ key: String, known: [String]) throws(MethodError) -> MethodArguments {
    let rows = try rows(key, known: known)
    guard rows.count == 1, let row = rows.first else { throw .wrongKind(path + key, expected: "one object") }
    return row
  }
}

public import Quantities

/// All methods of a program, by name and version.
///
/// Each room declares its own methods beside their typed functions; a program puts them together. That every method
/// named by a kept figure is in here is tested.
public struct MethodRegistry: Sendable {
  private let byID: [MethodID: Method]

  /// A registry of `methods` and the arithmetic ones. Two entries of one id are a programming error.
  public init(_ methods: [Method]) {
    byID = Dictionary(uniqueKeysWithValues: (methods + Method.arithmetic).map { ($0.id, $0) })
  }

  /// All entries, by name, newest version last.
  public var methods: [Method] {
    byID.values.sorted { ($0.id.name, $0.id.version) < ($1.id.name, $1.id.version) }
  }

  /// The entry of exactly that id.
  public subscript(id: MethodID) -> Method? { byID[id] }

  /// The entry called `name@version`, or the newest version of `name`.
  public func method(named text: String) throws(MethodError) -> Method {
    if let id = MethodID(parsing: text), let method = byID[id] { return method }
    if let newest = methods.last(where: { $0.id.name == text }) { return newest }
    throw .unknownMethod(text, near: Spelling.nearest(to: text, in: methods.map(\.id.name)))
  }

  /// The method of a kind of comparison vector: its name with `.` and `_` as `-`, so that `act.cpa` is `act-cpa`.
  ///
  /// - Throws: ``MethodError/unknownMethod(_:near:)`` with the kind as it was written.
  public func method(ofKind kind: String) throws(MethodError) -> Method {
    let name = String(kind.map { $0 == "." || $0 == "_" ? "-" : $0 })
    guard let newest = methods.last(where: { $0.id.name == name }) else {
      throw .unknownMethod(kind, near: Spelling.nearest(to: name, in: methods.map(\.id.name)))
    }
    return newest
  }
}

extension Method {
  /// The methods of plain arithmetic on estimates.
  private static let sum = binary(
    "sum@2", "The sum of two figures of one quantity", "a + b", changes: sumsAddTheirEnds, +)

  static let arithmetic: [Method] = [
    sum, sum.earlier(version: 1),
    binary("difference@1", "The difference of two figures of one quantity", "a - b", -),
    binary("ratio@1", "The ratio of two figures of one quantity", "a / b", /),
  ]

  private static func binary(
    _ id: MethodID, _ summary: String, _ formula: String, changes: String? = nil,
    _ operation: @escaping @Sendable (Double, Double) -> Double
  ) -> Method {
    Method(
      id, summary, formula: formula,
      citation: Source("Dimmer, interval arithmetic that moves shared terms together (see Estimate)"),
      inputs: [MethodParameter("a", "the first"), MethodParameter("b", "the second")],
      outputs: [MethodParameter("value", "the result")], changes: changes
    ) { arguments throws(MethodError) in
      let value = operation(try arguments.number("a"), try arguments.number("b"))
      guard value.isFinite else { throw .noAnswer("the result is not a finite number") }
      return ["value": .number(value)]
    }
  }
}

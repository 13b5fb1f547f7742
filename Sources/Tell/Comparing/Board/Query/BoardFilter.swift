import Quantities

/// A bound on one measure: `latency<2s`, `quality>=0.7`, `carbon<=0.1 g`. What is not known passes none.
public struct BoardFilter: Hashable, Sendable {
  /// On which side of the bound.
  public enum Relation: String, Hashable, Sendable, CaseIterable {
    /// At most; first, since its sign begins like that of the next.
    case atMost = "<="
    /// At least.
    case atLeast = ">="
    /// Below.
    case below = "<"
    /// Above.
    case above = ">"
  }

  /// What is bounded.
  public let measure: Measure
  /// How.
  public let relation: Relation
  /// The bound, in the base unit.
  public let bound: Double

  /// A bound.
  public init(_ measure: Measure, _ relation: Relation, _ bound: Double) {
    self.measure = measure
    self.relation = relation
    self.bound = bound
  }

  /// Reads `latency<2s`.
  ///
  /// - Throws: ``BoardError``.
  public init(_ text: String) throws(BoardError) {
    for relation in Relation.allCases {
      guard let sign = text.firstRange(of: relation.rawValue) else { continue }
      let name = text[..<sign.lowerBound].trimmedOfSpace.lowercased()
      guard let measure = Measure(rawValue: name) else {
        throw .unknownWord(what: "measure", name, known: Measure.allCases.map(\.rawValue))
      }
      self.init(measure, relation, try measure.amount(text[sign.upperBound...].trimmedOfSpace))
      return
    }
    throw .badFilter("filter '\(text)' must be a measure, <, <=, > or >=, and a bound with its unit: latency<2s")
  }

  /// The text that is read as this.
  public var text: String {
    let unit =
      switch measure {
      case .carbon: "g"
      case .energy: "J"
      case .water: "L"
      case .latency: "s"
      case .cost, .quality: ""
      }
    return "\(measure.rawValue)\(relation.rawValue)\(Decimals.significant(bound, digits: 15))\(unit)"
  }

  /// Whether a value is on the right side; nothing known is on none.
  func admits(_ value: Double?) -> Bool {
    guard let value else { return false }
    return switch relation {
    case .atMost: value <= bound
    case .atLeast: value >= bound
    case .below: value < bound
    case .above: value > bound
    }
  }
}

extension String {
  /// Where `part` first stands.
  fileprivate func firstRange(of part: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }
}

public import Methods
public import Quantities

/// Making figures of values printed by a named source.
public enum PublishedFactor {
  /// The method of every figure that is only looked up.
  public static let method: MethodID = "published-factor@1"

  /// A figure of one printed value.
  ///
  /// - Parameters:
  ///   - relative: the 95 % bounds as fractions of the value; nothing for a value without uncertainty.
  ///   - uncertainty: the name of the uncertain thing. Two figures from one row share it, so that its error cancels
  ///     between them.
  public static func figure<Q: Quantity>(
    _ label: String, _ value: Q, relative: ClosedRange<Double>? = nil, uncertainty: UncertaintySource, source: Source,
    note: String? = nil
  ) -> Figure<Q> {
    let bounds = relative ?? 0...0
    let estimate = Estimate(value, relative: bounds, origin: .published, method: method, source: uncertainty)
    return Figure(label, estimate, source: source, note: note)
  }
}

extension Source {
  /// A figure that this source prints, or that it prints none of the kind.
  func finding<Q: Quantity>(_ what: String, _ printed: Figure<Q>?) -> Finding<Q> {
    printed.map { .figure($0) } ?? .unknown("\(citation) prints no \(what) of it")
  }
}

/// Texts compared as people write them: without regard to case.
struct FoldedName: Hashable {
  let text: String
  init(_ text: some StringProtocol) { self.text = text.lowercased() }
}

extension CSVRow {
  /// The source columns that every table has.
  func source() throws(CSVError) -> Source {
    let citation = try text("source")
    guard !citation.isEmpty else { throw try error(in: "source", .other("a row must name its source")) }
    let licence = try text("licence")
    guard !licence.isEmpty else { throw try error(in: "licence", .other("a row must name its licence")) }
    return Source(citation, year: try integer("year"), licence: licence)
  }

  /// The field in the named column, or `nil` when it is empty.
  func optionalText(_ column: String) throws(CSVError) -> String? {
    let field = try text(column)
    return field.isEmpty ? nil : field
  }

  /// The names in a column that holds several, separated by semicolons.
  func names(_ column: String) throws(CSVError) -> [String] { try text(column).split(separator: ";").map(String.init) }

  /// A number that must be there and must not be negative.
  func requiredNumber(_ column: String) throws(CSVError) -> Double {
    guard let value = try number(column), value >= 0 else {
      throw try error(in: column, .other("a number of at least 0 must stand here"))
    }
    return value
  }
}

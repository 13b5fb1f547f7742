public import Quantities

/// One record of an `emissions.csv`. What is not known is not in it, and is an empty field in the file.
public struct CodeCarbonRow: Hashable, Sendable {
  /// The fields that are not empty.
  private(set) var fields: [CodeCarbonColumn: String]

  /// A record; empty fields count as unknown.
  public init(_ fields: [CodeCarbonColumn: String] = [:]) { self.fields = fields.filter { !$0.value.isEmpty } }

  /// The field, or `nil` when it is empty or the file has no such column.
  public subscript(column: CodeCarbonColumn) -> String? {
    get { fields[column] }
    set { fields[column] = newValue?.isEmpty == true ? nil : newValue }
  }

  /// The number in a field; `nil` when it is not known.
  public func number(_ column: CodeCarbonColumn) -> Double? { fields[column].flatMap(Double.init) }

  /// Sets a number; one that is not finite counts as unknown.
  mutating func set(_ column: CodeCarbonColumn, _ value: Double?) {
    self[column] = value.flatMap { $0.isFinite ? "\($0)" : nil }
  }

  /// Carbon of the electricity.
  public var emissions: Carbon? { number(.emissions).map(Carbon.kilograms) }
  /// Energy of all parts together, with the site's overhead. CodeCarbon's kilowatt-hours of counters are 8e-7 too many
  /// (``CodeCarbonUnits``).
  public var energy: Energy? { number(.energyConsumed).map(Energy.kilowattHours) }
  /// How long it took.
  public var duration: Span? { number(.duration).map(Span.seconds) }
}

/// A length of time, in seconds.
public struct Span: Quantity {
  public static let units = [
    UnitOfMeasure("s", 1), UnitOfMeasure("ns", 1e-9), UnitOfMeasure("µs", 1e-6), UnitOfMeasure("us", 1e-6),
    UnitOfMeasure("ms", 1e-3), UnitOfMeasure("min", 60), UnitOfMeasure("m", 60), UnitOfMeasure("h", 3600),
    UnitOfMeasure("d", 86400), UnitOfMeasure("y", 31_536_000),
  ]
  public static let displayUnits = [
    UnitOfMeasure("µs", 1e-6), UnitOfMeasure("ms", 1e-3), UnitOfMeasure("s", 1), UnitOfMeasure("min", 60),
    UnitOfMeasure("h", 3600), UnitOfMeasure("d", 86400),
  ]

  /// Seconds.
  public let baseValue: Double
  public init(baseValue: Double) { self.baseValue = baseValue }

  /// A span of so many seconds.
  public static func seconds(_ value: Double) -> Span { Span(baseValue: value) }
  /// A span of so many hours.
  public static func hours(_ value: Double) -> Span { Span(baseValue: value * 3600) }
  /// A span of so many years of 365 days, as device lifetimes are given.
  public static func years(_ value: Double) -> Span { Span(baseValue: value * 31_536_000) }
  /// The span in seconds.
  public var seconds: Double { baseValue }
  /// The span in hours.
  public var hours: Double { baseValue / 3600 }
}

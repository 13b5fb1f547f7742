public import ArgumentParser
public import Comparing
public import Grid
public import Quantities

extension Span: ExpressibleByArgument {
  /// A length of time with its unit: `4h`, `90 min`.
  public init?(argument: String) {
    guard let span = try? Span(parsing: argument) else { return nil }
    self = span
  }

  /// As it is written in help: `4 y`.
  public var defaultValueDescription: String { formatted() }
}

extension Timestamp: ExpressibleByArgument {
  /// ISO 8601 with a zone: `2023-06-03T16:00Z`.
  public init?(argument: String) { self.init(iso8601: argument) }
}

extension SignalKind: ExpressibleByArgument {}

extension ClaimQuantity: ExpressibleByArgument {}

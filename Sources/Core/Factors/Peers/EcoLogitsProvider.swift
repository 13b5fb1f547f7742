public import Methods

/// The site that EcoLogits takes a provider's models to run on.
public struct EcoLogitsProvider: Hashable, Sendable {
  /// What the provider's models make.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Text.
    case text
    /// Video.
    case video
  }

  /// What its models make.
  public let kind: Kind
  /// The name: `openai`.
  public let name: String
  /// The country of the site, as an ISO code of three letters.
  public let zone: String
  /// PUE; a single value has equal ends.
  public let pue: ClosedRange<Double>
  /// Litres consumed on the site per kilowatt-hour of IT energy; a single value has equal ends.
  public let litresPerKilowattHour: ClosedRange<Double>
  /// Where it stands.
  public let source: Source

  init(_ row: CSVRow) throws(CSVError) {
    let word = try row.text("kind")
    guard let kind = Kind(rawValue: word) else {
      throw try row.error(in: "kind", .other("'\(word)' is neither text nor video"))
    }
    self.kind = kind
    name = try row.text("provider")
    zone = try row.text("zone")
    pue = try row.range("pue_low", "pue_high")
    guard pue.lowerBound >= 1 else { throw try row.error(in: "pue_low", .other("a PUE is at least 1")) }
    litresPerKilowattHour = try row.range("litres_per_kwh_low", "litres_per_kwh_high")
    source = try row.source()
  }
}

extension CSVRow {
  /// Two numbers of at least 0, the lower first.
  func range(_ low: String, _ high: String) throws(CSVError) -> ClosedRange<Double> {
    let (first, second) = (try requiredNumber(low), try requiredNumber(high))
    guard first <= second else { throw try error(in: high, .other("the higher end must not be below the lower")) }
    return first...second
  }
}

import Quantities

/// What options are compared by, sorted by and filtered by.
public enum Measure: String, Hashable, Sendable, CaseIterable {
  /// Carbon, CO2e.
  case carbon
  /// Electricity, with the site's overhead where it was stated.
  case energy
  /// Water consumed for the electricity.
  case water
  /// What the electricity costs.
  case cost
  /// Time from asking to the last byte.
  case latency
  /// How good the answers are, 0 to 1.
  case quality

  /// Whether more of it is better; only of quality.
  public var isBetterHigh: Bool { self == .quality }

  /// The units that people read it in, smallest first; of cost the units of its currency.
  var displayUnits: [UnitOfMeasure] {
    switch self {
    case .carbon: Carbon.displayUnits
    // What bills are in, and not joules.
    case .energy: Energy.displayUnits.filter { $0.symbol.hasSuffix("Wh") }.shiftedDown
    case .water: Water.displayUnits
    case .cost: [UnitOfMeasure("", 1)]
    case .latency: Span.displayUnits
    case .quality: [UnitOfMeasure("%", 0.01)]
    }
  }

  /// The symbol of its base unit, as in receipts; empty for money and shares.
  var baseUnit: String {
    switch self {
    case .carbon: Carbon.baseUnit
    case .energy: Energy.baseUnit
    case .water: Water.baseUnit
    case .latency: Span.baseUnit
    case .cost, .quality: ""
    }
  }

  /// The key of the figure in JSON: with its unit behind.
  var key: String {
    switch self {
    case .carbon: "carbon_grams"
    case .energy: "energy_joules"
    case .water: "water_litres"
    case .cost: "cost"
    case .latency: "latency_seconds"
    case .quality: "quality"
    }
  }

  /// Its name for people who have never heard of it.
  var word: String {
    switch self {
    case .carbon: "carbon"
    case .energy: "electricity"
    case .water: "water"
    case .cost: "cost"
    case .latency: "time"
    case .quality: "quality"
    }
  }

  /// A number with its unit as a person writes it, in the base unit.
  ///
  /// - Throws: ``BoardError/badFilter(_:)`` for a number without a unit or with another quantity's.
  func amount(_ text: String) throws(BoardError) -> Double {
    do throws(QuantityParseError) {
      switch self {
      case .carbon: return try Carbon(parsing: text).grams
      case .energy: return try Energy(parsing: text).joules
      case .water: return try Water(parsing: text).litres
      case .latency: return try Span(parsing: text).seconds
      case .cost, .quality: return try Ratio(parsing: text).value
      }
    } catch { throw .badFilter("\(error)") }
  }
}

extension [UnitOfMeasure] {
  /// The units with a thousandth of the first before it.
  fileprivate var shiftedDown: [UnitOfMeasure] {
    guard let first else { return self }
    return [UnitOfMeasure("m\(first.symbol)", first.scale / 1000)] + self
  }
}

public import Quantities

/// The published or declared thing that a number was taken from.
public struct Source: Hashable, Sendable, Codable {
  /// What to cite: author or body, title, table.
  public var citation: String
  /// The year the value is valid for, when it has one.
  public var year: Int?
  /// Under which licence it is used, for example `CC-BY-4.0`.
  public var licence: String?

  /// A source.
  public init(_ citation: String, year: Int? = nil, licence: String? = nil) {
    self.citation = citation
    self.year = year
    self.licence = licence
  }
}

/// How a figure came about: its value, the method applied, and the receipts of everything the method was given.
///
/// Receipts are plain data without generics, so that a ledger can keep them and a page can print them years later.
public struct Receipt: Hashable, Sendable, Codable {
  /// The id that `dimmer explain` takes, when the figure has one of its own.
  public var id: String?
  /// What this is a figure of, for people: "grid carbon intensity, Germany".
  public var label: String
  /// The value in `unit`; `nil` when unknown, and then `note` holds the reason.
  public var value: Double?
  /// The low end of the 95 % interval.
  public var low: Double?
  /// The high end of the 95 % interval.
  public var high: Double?
  /// The unit's symbol.
  public var unit: String
  /// Where the figure comes from.
  public var origin: Origin
  /// The method that made it; nothing for a source's own number.
  public var method: MethodID?
  /// Where a source's own number stands.
  public var source: Source?
  /// What a reader should also know, or the reason why the value is unknown.
  public var note: String?
  /// What went in.
  public var inputs: [Receipt]
  /// The uncertain things it rests on, kept so that figures from a ledger can still be compared honestly.
  public var deviations: [UncertaintySource: Deviation]
  /// The scale on which they add; `nil` for the logarithm, that of a product.
  public var additivity: Additivity?

  /// A receipt from its parts.
  public init(
    id: String? = nil, label: String, value: Double?, low: Double? = nil, high: Double? = nil, unit: String,
    origin: Origin, method: MethodID? = nil, source: Source? = nil, note: String? = nil, inputs: [Receipt] = [],
    deviations: [UncertaintySource: Deviation] = [:], additivity: Additivity? = nil
  ) {
    self.id = id
    self.label = label
    self.value = value
    self.low = low
    self.high = high
    self.unit = unit
    self.origin = origin
    self.method = method
    self.source = source
    self.note = note
    self.inputs = inputs
    self.deviations = deviations
    self.additivity = additivity
  }
}

/// An estimate together with the receipt that explains it.
public struct Figure<Q: Quantity>: Hashable, Sendable, Codable {
  /// The number.
  public let estimate: Estimate<Q>
  /// The explanation.
  public private(set) var receipt: Receipt

  /// A figure made by a method from other figures.
  public init(
    _ label: String, _ estimate: Estimate<Q>, inputs: [Receipt] = [], source: Source? = nil, note: String? = nil
  ) {
    self.estimate = estimate
    self.receipt = Receipt(
      label: label, value: estimate.value.baseValue, low: estimate.low.baseValue, high: estimate.high.baseValue,
      unit: Q.baseUnit, origin: estimate.origin, method: estimate.method, source: source, note: note, inputs: inputs,
      deviations: estimate.deviations, additivity: estimate.additivity)
  }

  /// The same figure under an id of its own, as the ledger keeps it.
  public func identified(as id: String) -> Figure {
    var copy = self
    copy.receipt.id = id
    return copy
  }

  /// The best value.
  public var value: Q { estimate.value }
}

extension Receipt {
  /// The figure this is the receipt of, or `nil` when its unit is another or its value unknown.
  public func figure<Q: Quantity>(of _: Q.Type) -> Figure<Q>? {
    guard unit == Q.baseUnit, let value, let method else { return nil }
    return Figure(
      label,
      Estimate(
        Q(baseValue: value), origin: origin, method: method, deviations: deviations, additivity: additivity),
      inputs: inputs,
      source: source, note: note
    ).identified(as: id)
  }

  /// Every receipt in the tree, this one first.
  public var flattened: [Receipt] { [self] + inputs.flatMap(\.flattened) }
}

extension Figure {
  fileprivate func identified(as id: String?) -> Figure { id.map { identified(as: $0) } ?? self }
}

public import Methods
public import Quantities

/// A figure of an activity as the ledger keeps it: a value with its receipt, or the reason why it is unknown.
public struct FigureRecord: Hashable, Sendable, Codable {
  /// The activity and the figure's name.
  public var id: FigureID
  /// The value in `unit`; `nil` when unknown.
  public var value: Double?
  /// The low end of the 95 % interval.
  public var low: Double?
  /// The high end of the 95 % interval.
  public var high: Double?
  /// The unit's symbol.
  public var unit: String
  /// Where it comes from; `nil` when it is unknown.
  public var origin: Origin?
  /// The method that made it; `nil` when it is unknown.
  public var method: MethodID?
  /// Why it is unknown; `nil` when it is known.
  public var reason: String?
  /// How it came about.
  public var receipt: Receipt

  /// A known figure under the activity's id and that name.
  public init<Q: Quantity>(_ activity: ActivityID, _ name: FigureName, _ figure: Figure<Q>) {
    let id = FigureID(activity, name)
    let identified = figure.identified(as: id.description)
    self.init(id: id, receipt: identified.receipt, reason: nil)
    method = figure.estimate.method
  }

  /// A figure that is not known.
  ///
  /// - Parameters:
  ///   - inputs: the receipts of what is known of its inputs.
  ///   - reason: why, and what would make it known, in one sentence.
  public init<Q: Quantity>(
    _ activity: ActivityID, _ name: FigureName, of _: Q.Type, label: String, inputs: [Receipt] = [],
    unknownBecause reason: String
  ) {
    let id = FigureID(activity, name)
    let receipt = Receipt(
      id: id.description, label: label, value: nil, unit: Q.baseUnit, origin: .of(inputs.map(\.origin)), note: reason,
      inputs: inputs)
    self.init(id: id, receipt: receipt, reason: reason)
  }

  /// A figure, or the reason why there is none.
  public init<Q: Quantity>(_ activity: ActivityID, _ name: FigureName, _ finding: Finding<Q>, label: String) {
    switch finding {
    case .figure(let figure): self.init(activity, name, figure)
    case .unknown(let unknown): self.init(activity, name, of: Q.self, label: label, unknownBecause: unknown.reason)
    }
  }

  /// A figure as its receipt states it; `reason` is for a receipt without a value.
  public init(id: FigureID, receipt: Receipt, reason: String?) {
    self.id = id
    value = receipt.value
    low = receipt.low
    high = receipt.high
    unit = receipt.unit
    origin = receipt.value == nil ? nil : receipt.origin
    method = receipt.value == nil ? nil : receipt.method
    self.reason = receipt.value == nil ? reason ?? receipt.note : nil
    self.receipt = receipt
  }

  /// The figure with its deviations, or `nil` when it is unknown or of another unit.
  public func figure<Q: Quantity>(of quantity: Q.Type) -> Figure<Q>? { receipt.figure(of: quantity) }
}

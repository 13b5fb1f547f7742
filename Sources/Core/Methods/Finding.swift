public import Quantities

/// A figure, or the reason why there is none. Unknown is not zero, so whoever reads it must take both.
public enum Finding<Q: Quantity>: Hashable, Sendable {
  /// It is known.
  case figure(Figure<Q>)
  /// It is not known; the reason says what would make it known.
  case unknown(Unknown)

  /// An unknown for a reason in one line.
  public static func unknown(_ reason: String) -> Finding { .unknown(Unknown(reason)) }

  /// The figure, when known.
  public var figure: Figure<Q>? {
    if case .figure(let figure) = self { figure } else { nil }
  }

  /// Why it is not known, when it is not.
  public var reason: String? {
    if case .unknown(let unknown) = self { unknown.reason } else { nil }
  }

  /// The figure.
  ///
  /// - Throws: the reason when it is unknown.
  public func get() throws(Unknown) -> Figure<Q> {
    switch self {
    case .figure(let figure): return figure
    case .unknown(let unknown): throw unknown
    }
  }

  /// The figure under an id of its own; an unknown stays one.
  public func identified(as id: String) -> Finding {
    switch self {
    case .figure(let figure): .figure(figure.identified(as: id))
    case .unknown: self
    }
  }

  /// The figure's receipt, or one without a value whose note is the reason.
  public func receipt(labelled label: String) -> Receipt {
    switch self {
    case .figure(let figure): figure.receipt
    case .unknown(let unknown):
      Receipt(label: label, value: nil, unit: Q.baseUnit, origin: .assumed, note: unknown.reason)
    }
  }

  /// A figure made from this one, when it is known.
  public func map<R: Quantity>(_ transform: (Figure<Q>) -> Figure<R>) -> Finding<R> {
    switch self {
    case .figure(let figure): .figure(transform(figure))
    case .unknown(let unknown): .unknown(unknown)
    }
  }
}

/// Why something is not known, and what would make it known, in one line.
public struct Unknown: Error, Hashable, Sendable, Codable, CustomStringConvertible {
  /// The reason.
  public let reason: String
  /// A reason.
  public init(_ reason: String) { self.reason = reason }
  public var description: String { reason }
}

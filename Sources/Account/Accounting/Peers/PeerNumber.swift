import Methods

/// A number as a peer states it: one value, or the two ends of what the peer leaves open.
///
/// Two ends are no interval of confidence: they are what the peer's formula gives at its lower and at its upper inputs.
public enum PeerNumber: Hashable, Sendable {
  /// One value.
  case one(Double)
  /// The lower end and the upper end.
  case between(Double, Double)

  /// Both ends of a published range; one value when they are equal.
  init(_ range: ClosedRange<Double>) {
    self = range.lowerBound == range.upperBound ? .one(range.lowerBound) : .between(range.lowerBound, range.upperBound)
  }

  /// The lower end.
  public var low: Double {
    switch self {
    case .one(let value), .between(let value, _): value
    }
  }

  /// The upper end.
  public var high: Double {
    switch self {
    case .one(let value), .between(_, let value): value
    }
  }

  /// Whether it has two ends.
  public var isRange: Bool {
    if case .between = self { true } else { false }
  }

  /// Lower end with lower end, upper with upper: right for sums and for products of numbers of at least 0.
  private func joined(_ other: PeerNumber, _ operation: (Double, Double) -> Double) -> PeerNumber {
    guard isRange || other.isRange else { return .one(operation(low, other.low)) }
    return .between(operation(low, other.low), operation(high, other.high))
  }

  static func + (a: PeerNumber, b: PeerNumber) -> PeerNumber { a.joined(b, +) }
  static func * (a: PeerNumber, b: PeerNumber) -> PeerNumber { a.joined(b, *) }
  static func + (a: PeerNumber, b: Double) -> PeerNumber { a.joined(.one(b), +) }
  static func * (a: PeerNumber, b: Double) -> PeerNumber { a.joined(.one(b), *) }

  /// The value for a method's output: a number, or a list of two.
  var output: MethodValue {
    switch self {
    case .one(let value): .number(value)
    case .between(let low, let high): .numbers([low, high])
    }
  }
}

extension MethodArguments {
  /// A number, or two of them with the lower first.
  ///
  /// - Parameters:
  ///   - path: what stands before the key in errors, for an object inside the inputs.
  ///   - range: where it must lie, for an object inside the inputs.
  func peerNumber(
    _ key: String, inside path: String = "", in range: ClosedRange<Double>? = nil
  ) throws(MethodError) -> PeerNumber {
    guard keys.contains(key) else { throw .missingInput(path + key, unit: "") }
    let ends = try numbers(key)
    for end in ends {
      if let range, !range.contains(end) { throw .outOfRange(path + key, end, allowed: range) }
    }
    switch ends.count {
    case 1: return .one(ends[0])
    case 2 where ends[0] <= ends[1]: return .between(ends[0], ends[1])
    default: throw .wrongKind(path + key, expected: "a number, or two numbers with the lower first")
    }
  }
}

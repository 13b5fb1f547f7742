/// The number format that a model's weights are kept in.
public enum WeightPrecision: String, Hashable, Sendable, CaseIterable {
  /// 32 bits.
  case fp32
  /// 16 bits.
  case bf16
  /// 16 bits.
  case fp16
  /// 8 bits.
  case fp8
  /// 8 bits.
  case int8
  /// 4 bits and a scale of 8 bits for 32 weights.
  case mxfp4
  /// 4 bits and a scale of 8 bits for 16 weights.
  case nvfp4
  /// 4 bits and a scale of 16 bits for 128 weights, rounded up.
  case int4

  /// The format of that name in any case.
  ///
  /// - Throws: ``ServingError/unknownPrecision(_:known:)``.
  public init(named name: String) throws(ServingError) {
    guard let format = WeightPrecision(rawValue: name.lowercased()) else {
      throw .unknownPrecision(name, known: WeightPrecision.allCases.map(\.rawValue))
    }
    self = format
  }

  /// Bits of one weight with its part of the scales.
  public var bits: Double {
    switch self {
    case .fp32: 32
    case .bf16, .fp16: 16
    case .fp8, .int8: 8
    case .nvfp4: 4.5
    case .mxfp4, .int4: 4.25
    }
  }
}

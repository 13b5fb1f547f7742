/// Why two claims cannot be set against each other, or a claim cannot be read.
public enum WhyError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The claims have no quantity in common.
  case unlikeQuantities(String, String)
  /// One of the claims has no figure of the quantity asked for.
  case noAmount(ClaimQuantity, of: String, has: [ClaimQuantity])
  /// The claims are for unlike things.
  case unlikeUnits(String, String)
  /// A figure is zero or below, and has no ratio to another.
  case noRatio(of: String)
  /// A claim's text is not one.
  case unreadable(claim: String, reason: String)

  /// One line with the fix.
  public var description: String {
    switch self {
    case .unlikeQuantities(let first, let second):
      "\(first) and \(second) have no quantity in common; state energy and grid intensity (intensity=) to put energy "
        + "beside carbon"
    case .noAmount(let quantity, let claim, let has):
      "\(claim) states no \(quantity); it has \(has.map(\.rawValue).joined(separator: " and "))"
    case .unlikeUnits(let first, let second):
      "\(first) and \(second) are unlike things, and no factor leads from one to the other; compare figures for the "
        + "same thing (a token and a reply need tokens=)"
    case .noRatio(let claim): "\(claim) is not above zero, and what is zero or below has no ratio to anything"
    case .unreadable(let claim, let reason): "'\(claim)': \(reason)"
    }
  }

  /// Whether the fault is in how the command was written, not in what the figures are.
  public var isUsage: Bool {
    switch self {
    case .unreadable, .noAmount: true
    case .unlikeQuantities, .unlikeUnits, .noRatio: false
    }
  }
}

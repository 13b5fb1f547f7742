/// Why a switching problem cannot be stated.
public enum SwitchingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A ladder without variants.
  case noVariants
  /// Two variants of one name.
  case duplicateVariant(String)
  /// A variant with a number out of range.
  case invalidVariant(String, String)
  /// An interval with a number out of range.
  case invalidInterval(Int, String)
  /// A floor that is not a number of points.
  case invalidFloor(Double)
  /// A policy that is not in the list; the nearest names follow.
  case unknownPolicy(String, near: [String])
  /// A replay whose settings contradict each other.
  case invalidReplay(String)

  /// One line with the fix.
  public var description: String {
    switch self {
    case .noVariants: "there is no variant to choose from; name at least one under the alias"
    case .duplicateVariant(let name): "two variants are called '\(name)'; give each its own name"
    case .invalidVariant(let name, let problem): "variant '\(name)': \(problem)"
    case .invalidInterval(let index, let problem): "interval \(index): \(problem)"
    case .invalidFloor(let floor): "the floor is \(floor); it must be 0 to 100 points"
    case .unknownPolicy(let name, let near):
      "no policy '\(name)'; "
        + (near.isEmpty
          ? "known are \(SwitchingPolicies.all.map(\.name).joined(separator: ", "))"
          : "did you mean \(near.joined(separator: ", "))?")
    case .invalidReplay(let problem): problem
    }
  }
}

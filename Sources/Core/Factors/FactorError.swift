/// Why a published factor cannot be given. There is never a default instead.
public enum FactorError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Nothing of that kind and name; the nearest known names follow.
  case unknown(kind: String, name: String, near: [String])
  /// A name of several places on different grids; what it can be follows.
  case ambiguous(String, candidates: [String])
  /// The thing is known but not for that year; the years that are follow.
  case unknownYear(Int, of: String, available: [Int])
  /// The tables name the thing but hold no usable value, for the reason given.
  case noValue(of: String, reason: String)
  /// A table cannot be read.
  case damaged(table: String, CSVError)

  /// One line with the fix.
  public var description: String {
    switch self {
    case .unknown(let kind, let name, let near):
      "no \(kind) '\(name)' in the factor tables"
        + (near.isEmpty ? Self.form(of: kind) : "; did you mean \(near.map { "'\($0)'" }.joined(separator: " or "))?")
    case .ambiguous(let name, let candidates):
      "'\(name)' is the name of several places on different grids; write one of \(candidates.joined(separator: ", "))"
    case .unknownYear(let year, let name, let available):
      "no figure of \(name) for \(year); "
        + (available.isEmpty
          ? "its source states no year" : "there is one for \(available.map(String.init).joined(separator: ", "))")
    case .noValue(let name, let reason): "no usable figure of \(name): \(reason)"
    case .damaged(let table, let error): "the factor table '\(table)' is damaged: \(error)"
    }
  }

  /// What may be written, where no name is near.
  private static func form(of kind: String) -> String {
    kind == "region"
      ? "; write a country or its code (Germany, DE), a zone (US-CAL-CISO), a cloud region (aws:us-east-1) or World"
      : ""
  }
}

/// Where a figure comes from. A label shows it, so that a model is never taken for a measurement.
public enum Origin: String, Hashable, Sendable, Codable, CaseIterable {
  /// Read from a counter or a meter, or counted.
  case measured
  /// Computed by a model from something else.
  case modelled
  /// Printed by a named source.
  case published
  /// Stated by the user or the operator.
  case declared
  /// Chosen by Dimmer for want of better; always said.
  case assumed

  /// The origin of a figure computed from others: theirs when they agree, `assumed` when any of them is, else
  /// `modelled`.
  public static func of(_ inputs: some Sequence<Origin>) -> Origin {
    let kinds = Set(inputs)
    if kinds.count == 1, let only = kinds.first { return only }
    return kinds.contains(.assumed) ? .assumed : .modelled
  }
}

/// The name and version of a method, for example `operational-carbon@1`.
public struct MethodID: Hashable, Sendable, CodedAsText, ExpressibleByStringLiteral {
  /// The method's name in kebab case.
  public let name: String
  /// Its version; a change of result is a new version.
  public let version: Int

  /// A method's identity.
  public init(_ name: String, version: Int) {
    self.name = name
    self.version = version
  }

  /// Reads `name@version`; versions count from 1.
  public init?(parsing text: some StringProtocol) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, let version = Int(parts[1]), version > 0, parts[1].first != "+" else {
      return nil
    }
    self.init(String(parts[0]), version: version)
  }

  /// A literal `name@version`; a literal of another form is a programming error.
  public init(stringLiteral value: StaticString) {
    guard let id = MethodID(parsing: "\(value)") else { preconditionFailure("'\(value)' is not name@version") }
    self = id
  }

  public var description: String { "\(name)@\(version)" }
  public static var textForm: String { "name@version" }
}

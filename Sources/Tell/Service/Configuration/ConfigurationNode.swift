import Methods
import Quantities
import Yams

/// A place in a YAML file, read with errors that name the line.
struct ConfigurationNode {
  let node: Node
  let file: String
  let path: String

  var line: Int { node.mark?.line ?? 0 }

  /// The root of a file.
  static func root(of text: String, file: String) throws(ConfigurationError) -> ConfigurationNode {
    let composed: Node?
    do { composed = try Yams.compose(yaml: text) } catch let error as YamlError {
      throw ConfigurationError(file: file, line: error.line, "not YAML: \(error.problem)")
    } catch { throw ConfigurationError(file: file, line: 0, "not YAML: \(error)") }
    guard let composed else { throw ConfigurationError(file: file, line: 0, "the file is empty") }
    return ConfigurationNode(node: composed, file: file, path: "")
  }

  func failure(_ message: String) -> ConfigurationError { ConfigurationError(file: file, line: line, message) }

  /// The members of a mapping; a key that is not in `known` or stands twice is an error.
  func members(_ known: [String]) throws(ConfigurationError) -> [String: ConfigurationNode] {
    guard let mapping = node.mapping else {
      throw failure("\(name) must be a mapping of \(known.joined(separator: ", "))")
    }
    var members: [String: ConfigurationNode] = [:]
    for (keyNode, value) in mapping {
      let key = keyNode.string ?? ""
      let place = ConfigurationNode(node: keyNode, file: file, path: path)
      guard known.contains(key) else {
        let near = Spelling.nearest(to: key, in: known)
        let hint =
          near.isEmpty ? "known are \(known.joined(separator: ", "))" : "did you mean \(near.joined(separator: ", "))?"
        throw place.failure("unknown key '\(key)'\(path.isEmpty ? "" : " in \(path)"); \(hint)")
      }
      guard members[key] == nil else { throw place.failure("'\(key)' stands twice") }
      members[key] = ConfigurationNode(node: value, file: file, path: path.isEmpty ? key : "\(path).\(key)")
    }
    return members
  }

  private var name: String { path.isEmpty ? "the file" : "'\(path)'" }

  func items() throws(ConfigurationError) -> [ConfigurationNode] {
    guard let sequence = node.sequence else { throw failure("\(name) must be a list") }
    return sequence.enumerated().map { ConfigurationNode(node: $1, file: file, path: "\(path)[\($0)]") }
  }

  func text() throws(ConfigurationError) -> String {
    guard let text = node.scalar?.string, !text.isEmpty else { throw failure("\(name) must be a text") }
    return text
  }

  func number(in range: ClosedRange<Double>) throws(ConfigurationError) -> Double {
    guard let text = node.scalar?.string, let value = Double(text), range.contains(value) else {
      throw failure(
        "\(name) must be a number from \(Decimals.significant(range.lowerBound, digits: 6)) to "
          + Decimals.significant(range.upperBound, digits: 6)
      )
    }
    return value
  }

  func whole(in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
    guard let text = node.scalar?.string, let value = Int(text), range.contains(value) else {
      throw failure("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// A quantity with its unit, or a bare number in the base unit.
  func quantity<Q: Quantity>(_: Q.Type) throws(ConfigurationError) -> Q {
    let text = try text()
    if let value = Double(text), value.isFinite { return Q(baseValue: value) }
    do { return try Q(parsing: text) } catch { throw failure("\(name): \(error)") }
  }

  func time() throws(ConfigurationError) -> Timestamp {
    let text = try text()
    guard let time = Timestamp(iso8601: text) else {
      throw failure("\(name) must be an ISO 8601 UTC time, for example 2021-03-20T00:00:00Z")
    }
    return time
  }

  func choice<T: RawRepresentable & CaseIterable>(_: T.Type) throws(ConfigurationError) -> T
  where T.RawValue == String {
    let text = try text()
    guard let value = T(rawValue: text) else {
      let known = T.allCases.map(\.rawValue)
      throw failure("\(name) is '\(text)'; it must be one of \(known.joined(separator: ", "))")
    }
    return value
  }

  func address() throws(ConfigurationError) -> ListenAddress {
    let text = try text()
    guard let address = ListenAddress(text) else {
      throw failure("\(name) must be HOST:PORT, for example 127.0.0.1:8080")
    }
    guard address.isLoopback else {
      throw failure(
        "\(name) is \(address.host): Dimmer listens on loopback (127.0.0.1 or ::1) only, until it has authentication")
    }
    return address
  }
}

extension YamlError {
  fileprivate var line: Int {
    switch self {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
    default: 0
    }
  }
  fileprivate var problem: String {
    switch self {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
    default: "\(self)"
    }
  }
}

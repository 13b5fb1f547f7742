import Yams

/// YAML or JSON as a tree of values with their lines, bounded in depth and size.
indirect enum FieldTree: Sendable {
  case scalar(text: String, line: Int, isQuoted: Bool)
  case list([FieldTree], line: Int)
  case object([(key: String, line: Int, value: FieldTree)], line: Int)

  static let deepest = 60
  static let largest = 400_000

  var line: Int {
    switch self {
    case .scalar(_, let line, _), .list(_, let line), .object(_, let line): line
    }
  }

  var text: String? { if case .scalar(let text, _, _) = self { text } else { nil } }
  var members: [(key: String, line: Int, value: FieldTree)]? {
    if case .object(let members, _) = self { members } else { nil }
  }
  subscript(key: String) -> FieldTree? { members?.first { $0.key == key }?.value }

  /// Reads a document.
  ///
  /// - Parameter lineOffset: how many lines stand before the text in its file.
  init(_ text: String, file: String, lineOffset: Int = 0) throws(LintError) {
    if let problem = FieldTree.problem(in: text) {
      throw LintError(file: file, line: problem.line + lineOffset, problem.text)
    }
    let composed: Node?
    do { composed = try Yams.compose(yaml: FieldTree.withoutSurrogates(text)) } catch let error as YamlError {
      throw LintError(file: file, line: error.place.map { $0 + lineOffset }, field: nil, error.words)
    } catch { throw LintError(file: file, "not YAML or JSON: \(error)") }
    guard let composed else { throw LintError(file: file, line: 1 + lineOffset, "there is nothing in it") }
    var count = 0
    self = try FieldTree.tree(composed, depth: 0, count: &count, file: file, lineOffset: lineOffset)
  }

  private static func tree(
    _ node: Node, depth: Int, count: inout Int, file: String, lineOffset: Int
  ) throws(LintError) -> FieldTree {
    count += 1
    let line = (node.mark?.line ?? 1) + lineOffset
    guard count <= largest, depth <= deepest else {
      throw LintError(file: file, line: line, "too large or too deep for a report; lint a part of it")
    }
    switch node {
    case .scalar(let scalar):
      return .scalar(text: scalar.string, line: line, isQuoted: scalar.style != .plain && scalar.style != .any)
    case .sequence(let sequence):
      var items: [FieldTree] = []
      for item in sequence {
        items.append(try tree(item, depth: depth + 1, count: &count, file: file, lineOffset: lineOffset))
      }
      return .list(items, line: line)
    case .mapping(let mapping):
      var members: [(key: String, line: Int, value: FieldTree)] = []
      for (key, value) in mapping {
        members.append(
          (
            key.scalar?.string ?? "", (key.mark?.line ?? 1) + lineOffset,
            try tree(value, depth: depth + 1, count: &count, file: file, lineOffset: lineOffset)
          ))
      }
      return .object(members, line: line)
    case .alias: return .scalar(text: "", line: line, isQuoted: false)
    }
  }

  /// What would make the parser recurse or grow without bound.
  private static func problem(in text: String) -> (line: Int, text: String)? {
    var line = 1
    var depth = 0
    var aliases = 0
    var indent = 0
    var dashes = 0
    var atStart = true
    var last: UInt8 = 10
    for byte in text.utf8 {
      switch byte {
      case 10:
        line += 1
        indent = 0
        dashes = 0
        atStart = true
      case UInt8(ascii: " ") where atStart: indent += 1
      case UInt8(ascii: "-"), UInt8(ascii: "?"):
        if atStart || last == UInt8(ascii: " ") { dashes += 1 }
      default:
        atStart = false
        if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { depth += 1 }
        if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { depth = max(0, depth - 1) }
        if byte == UInt8(ascii: "*"),
          last == UInt8(ascii: " ") || last == UInt8(ascii: "[") || last == UInt8(ascii: ",")
        {
          aliases += 1
        }
      }
      last = byte
      if depth > deepest || indent > 400 || dashes > 200 { return (line, "nested too deep for a report") }
      if aliases > 64 { return (line, "more than 64 aliases; write the values out") }
    }
    return nil
  }

  /// JSON may write one character as two halves, which YAML does not know; lines stay as they are.
  private static func withoutSurrogates(_ text: String) -> String {
    guard text.contains("\\ud") || text.contains("\\uD") else { return text }
    return text.replacing(/\\u[dD][89a-fA-F][0-9a-fA-F]{2}/, with: "?")
  }
}

extension YamlError {
  fileprivate var place: Int? {
    switch self {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
    case .duplicatedKeysInMapping(_, let context): context.mark.line
    default: nil
    }
  }

  fileprivate var words: String {
    switch self {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _):
      "not YAML or JSON: \(problem)"
    case .reader(let problem, _, _, _): "not YAML or JSON: \(problem)"
    case .duplicatedKeysInMapping(let keys, _): "\(keys.joined(separator: ", ")) stands twice; keep one"
    default: "not YAML or JSON"
    }
  }
}

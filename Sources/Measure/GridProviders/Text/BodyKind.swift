/// What an answer's first bytes look like, whatever its content type says.
enum BodyKind: Hashable {
  case empty, html, xml, json, other

  static func of(_ body: [UInt8]) -> BodyKind {
    let start = body.prefix(512).drop { $0 <= 0x20 || [0xEF, 0xBB, 0xBF].contains($0) }
    guard let first = start.first else { return .empty }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return .json }
    guard first == UInt8(ascii: "<") else { return .other }
    let text = String(decoding: start, as: UTF8.self).lowercased()
    return text.hasPrefix("<!doctype html") || text.contains("<html") ? .html : .xml
  }

  /// What to call it where something else was expected; nothing where it looks like that after all.
  func unexpected(where expected: BodyKind) -> String? {
    guard self != expected else { return nil }
    return switch self {
    case .empty: "nothing"
    case .html: "a web page (a sign-in or error page?)"
    case .xml: "XML"
    case .json: "JSON"
    case .other: nil
    }
  }
}

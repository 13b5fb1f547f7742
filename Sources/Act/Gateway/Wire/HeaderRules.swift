import NIOHTTP1

/// Which header fields go on to the other side of a proxy (RFC 9110, section 7.6.1, and the caller's keys).
enum HeaderRules {
  /// Copies the fields that may go from a caller to a backend. The caller's own keys go only when `keepsCredentials`;
  /// for a gathered body, length and accepted encoding are set anew.
  static func forward(
    _ headers: HTTPHeaders, into result: inout HTTPHeaders, keepsCredentials: Bool, isGathered: Bool
  ) {
    let listed = connectionListed(headers)
    for (name, value) in headers {
      if isHopByHop(name) || isListed(name, listed) { continue }
      switch name.utf8.count {
      case 4 where same(name, "host"): continue
      case 6 where same(name, "expect"): continue
      case 7 where same(name, "api-key") && !keepsCredentials: continue
      case 9 where same(name, "x-api-key") && !keepsCredentials: continue
      case 13 where same(name, "authorization") && !keepsCredentials: continue
      case 14 where isGathered && same(name, "content-length"): continue
      case 15 where isGathered && same(name, "accept-encoding"): continue
      default: result.add(name: name, value: value)
      }
    }
  }

  /// Copies the fields that may go from a backend to a caller.
  static func giveBack(_ headers: HTTPHeaders, into result: inout HTTPHeaders, skipsLength: Bool) {
    let listed = connectionListed(headers)
    for (name, value) in headers {
      if isHopByHop(name) || isListed(name, listed) { continue }
      switch name.utf8.count {
      case 11 where same(name, "dimmer-grid"): continue
      case 13 where same(name, "dimmer-energy"): continue
      case 14 where same(name, "dimmer-variant"): continue
      case 14 where skipsLength && same(name, "content-length"): continue
      case 17 where same(name, "dimmer-request-id"): continue
      default: result.add(name: name, value: value)
      }
    }
  }

  /// Whether the field belongs to one connection and never travels on.
  static func isHopByHop(_ name: String) -> Bool {
    switch name.utf8.count {
    case 2: same(name, "te")
    case 7: same(name, "trailer") || same(name, "upgrade")
    case 10: same(name, "connection") || same(name, "keep-alive")
    case 16: same(name, "proxy-connection")
    case 17: same(name, "transfer-encoding")
    case 18: same(name, "proxy-authenticate")
    case 19: same(name, "proxy-authorization")
    default: false
    }
  }

  /// The fields that `Connection` names, in lower case; empty for the usual `keep-alive` and `close`.
  static func connectionListed(_ headers: HTTPHeaders) -> [String] {
    var names: [String] = []
    for (name, value) in headers where name.utf8.count == 10 && same(name, "connection") {
      if same(value, "keep-alive") || same(value, "close") { continue }
      for part in value.split(separator: ",") {
        let trimmed = part.drop { $0 == " " || $0 == "\t" }
        names.append(trimmed.prefix { $0 != " " && $0 != "\t" }.lowercased())
      }
    }
    return names
  }

  private static func isListed(_ name: String, _ listed: [String]) -> Bool {
    !listed.isEmpty && listed.contains(name.lowercased())
  }

  /// Whether two texts are equal but for the case of ASCII letters; `lowercase` has none in upper case.
  static func same(_ text: String, _ lowercase: StaticString) -> Bool { same(text.utf8, lowercase) }

  private static func same(_ text: some Collection<UInt8>, _ lowercase: StaticString) -> Bool {
    lowercase.withUTF8Buffer { wanted in
      text.count == wanted.count
        && text.elementsEqual(wanted) { $0 == $1 || ($0 | 0x20 == $1 && (0x61...0x7A).contains($1)) }
    }
  }

  /// Whether the media type of `Content-Type` is `type`, parameters aside.
  static func isMediaType(_ value: String?, _ type: StaticString) -> Bool {
    guard let value else { return false }
    let media = value.utf8.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
    return same(media, type)
  }
}

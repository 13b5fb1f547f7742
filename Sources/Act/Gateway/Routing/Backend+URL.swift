/// Why a text is no backend's URL, with what to write instead.
public struct BackendURLError: Error, Equatable, CustomStringConvertible {
  /// What is wrong and what to do.
  public let description: String
}

extension Backend {
  /// A backend from `http://HOST[:PORT][/prefix]` or `https://…`; without a port, 80 or 443.
  ///
  /// - Throws: ``BackendURLError`` for another scheme, a name or password in the URL, a query, or no usable host and
  ///   port.
  public init(
    parsing url: String, authorization: BackendAuthorization = .none, understandsStreamUsage: Bool = true,
    tls: BackendTLS = BackendTLS()
  ) throws(BackendURLError) {
    let parts = url.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let scheme = parts[0].lowercased()
    guard parts.count == 2, ["http", "https"].contains(scheme), parts[1].hasPrefix("//") else {
      throw BackendURLError(description: "'\(url)' must be http://HOST:PORT or https://HOST:PORT")
    }
    let rest = parts[1].dropFirst(2)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let path = rest[authority.endIndex...]
    // Never echoed: it may be a password.
    guard !authority.contains("@") else {
      throw BackendURLError(description: "a backend's URL must not hold a name or password; give its key apart")
    }
    guard !path.contains("?"), !path.contains("#") else {
      throw BackendURLError(description: "'\(url)' must end with its path; leave out what follows '?' or '#'")
    }
    let usual = scheme == "https" ? 443 : 80
    guard let (host, port) = Self.hostAndPort(authority, usual: usual) else {
      throw BackendURLError(description: "'\(url)' must name a host, and a port between 1 and 65535 if any")
    }
    self.init(
      host: host, port: port, pathPrefix: String(path), authorization: authorization,
      understandsStreamUsage: understandsStreamUsage, tls: scheme == "https" ? tls : nil)
  }

  private static func hostAndPort(_ authority: Substring, usual: Int) -> (String, Int)? {
    var host = authority
    var port: Substring?
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      host = authority[authority.index(after: authority.startIndex)..<end]
      let rest = authority[authority.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
      port = rest.isEmpty ? nil : rest.dropFirst()
      guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return nil }
    } else if let colon = authority.firstIndex(of: ":") {
      host = authority[..<colon]
      port = authority[authority.index(after: colon)...]
    }
    let isPlain = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    guard !host.isEmpty, isPlain else { return nil }
    guard let port else { return (String(host), usual) }
    guard port.allSatisfy(\.isNumber), let number = Int(port), (1...65_535).contains(number) else { return nil }
    return (String(host), number)
  }
}

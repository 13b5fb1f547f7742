/// Which `Host` and `Origin` a request may name: this machine's loopback names and addresses, and those configured.
///
/// A listener on loopback is safe from other machines, but not from a page in a browser on this one: a stranger's page
/// can have its own name resolved to 127.0.0.1 (DNS rebinding), or simply send a form here. Both carry the stranger's
/// name in these fields.
struct HostRule: Sendable, Equatable {
  private let names: Set<String>

  /// A rule that also lets these names pass (without a port; case does not matter).
  init(names: [String]) { self.names = Set(names.map { $0.lowercased() }) }

  /// Whether the value of a `Host` field names this gateway.
  func allows(host field: String) -> Bool {
    guard let name = Self.name(of: field[...]) else { return false }
    return Self.isLoopback(name) || names.contains(name)
  }

  /// Whether a page of this origin may call: one of this machine, or of a configured name. Programs that are no web
  /// pages (`app://`, `tauri://`, `vscode-webview://`) may, too; a page that hides its origin (`null`) may not.
  func allows(origin: String) -> Bool {
    let scheme = origin.prefix { $0 != ":" }.lowercased()
    let rest = origin.dropFirst(scheme.count)
    guard rest.hasPrefix("://") else { return false }
    guard scheme == "http" || scheme == "https" else { return true }
    guard let name = Self.name(of: rest.dropFirst(3)) else { return false }
    return Self.isLoopback(name) || names.contains(name)
  }

  /// The host in lower case, without port and brackets; nil for what is no host.
  private static func name(of authority: Substring) -> String? {
    var host = authority
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      host = authority[authority.index(after: authority.startIndex)..<end]
      guard isPort(authority[authority.index(after: end)...]) else { return nil }
    } else if let colon = authority.firstIndex(of: ":") {
      host = authority[..<colon]
      guard isPort(authority[colon...]) else { return nil }
    }
    if host.hasSuffix(".") { host.removeLast() }
    return host.isEmpty ? nil : host.lowercased()
  }

  private static func isPort(_ text: Substring) -> Bool {
    text.isEmpty || (text.first == ":" && text.dropFirst().utf8.allSatisfy { (0x30...0x39).contains($0) })
  }

  /// `localhost` and names below it (RFC 6761, section 6.3), 127.0.0.0/8, and ::1.
  private static func isLoopback(_ name: String) -> Bool {
    if name == "127.0.0.1" || name == "localhost" || name == "::1" || name.hasSuffix(".localhost") { return true }
    let numbers = name.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 4 && numbers[0] == "127"
      && numbers.allSatisfy { part in part.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8(part) != nil }
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The name that every machine has for itself, where its table of hosts lacks it.
///
/// `localhost` is this machine by definition (RFC 6761, section 6.3), but a resolver without `/etc/hosts`, as in a bare
/// container, answers that it does not exist.
public enum Localhost {
  /// What a client is told of names that it need not look up: nothing where `localhost` is known, and may then be
  /// 127.0.0.1 or ::1, else that it is 127.0.0.1.
  public static let override: [String: String] = isKnown ? [:] : ["localhost": "127.0.0.1"]

  private static var isKnown: Bool {
    var found: UnsafeMutablePointer<addrinfo>?
    defer { if let found { freeaddrinfo(found) } }
    return getaddrinfo("localhost", nil, nil, &found) == 0
  }
}

import NIOCore
import NIOHTTP1

/// Who may come in, and with which wishes.
extension Exchange {
  /// Checks the caller's key where keys are needed, and reads the caller's hints.
  func admit() throws(Refusal) {
    if !configuration.keys.isEmpty, endpoint != .live, endpoint != .ready {
      guard let key = CallerKey.find(in: configuration.keys, for: head.headers) else { throw .badKey }
      self.key = key
    }
    hints = try CallerHints(head.headers)
  }

  /// What the request brings to the choice under an alias.
  func wish(_ entry: AliasEntry) -> Wish {
    var wish = Wish(hints: hints, now: Int64(began.uptimeNanoseconds), received: received)
    if entry.route.stickiness != nil {
      wish.session = hints.session.map(SessionScan.session(named:))
      if wish.session == nil, isGathered { wish.session = kept.withUnsafeReadableBytes(SessionScan.session(of:)) }
    }
    if let scorer = entry.route.difficulty {
      let body = isGathered ? kept.readableBytesView : ByteBuffer().readableBytesView
      wish.score = scorer.score(body: body, hint: hints.difficulty)
    }
    return wish
  }
}

extension CallerKey {
  /// The key that a request carries: `Authorization: Bearer`, `api-key` or `x-api-key`.
  static func find(in keys: [CallerKey], for headers: HTTPHeaders) -> CallerKey? {
    var secret: Substring?
    for (name, value) in headers {
      switch name.utf8.count {
      case 7 where HeaderRules.same(name, "api-key"), 9 where HeaderRules.same(name, "x-api-key"):
        secret = secret ?? Substring(value)
      case 13 where HeaderRules.same(name, "authorization"):
        guard value.utf8.count > 7, HeaderRules.same(String(value.prefix(7)), "bearer ") else { continue }
        secret = value.dropFirst(7).drop { $0 == " " }
      default: break
      }
    }
    guard let secret else { return nil }
    // Every key is looked at to its end, so that the time taken tells nothing of any of them.
    var found: CallerKey?
    for key in keys where key.isSame(secret) { found = found ?? key }
    return found
  }

  /// Whether the secret is this, in a time that depends on the lengths only.
  private func isSame(_ candidate: Substring) -> Bool {
    var difference = UInt8(secret.utf8.count == candidate.utf8.count ? 0 : 1)
    for (own, other) in zip(secret.utf8, candidate.utf8) { difference |= own ^ other }
    return difference == 0
  }
}

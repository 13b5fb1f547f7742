/// A caller who may use the gateway, known by a secret.
public struct CallerKey: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// What the record calls the caller.
  public var name: String
  /// Whether the caller's streams may carry comments; nil leaves it to the alias.
  public var comments: Bool?
  /// Whether the caller's `usage` gains `dimmer` unasked; nil leaves it to the alias.
  public var usage: Bool?
  /// The secret after `Bearer `.
  let secret: String

  /// A caller with a bearer secret.
  public init(name: String, secret: String, comments: Bool? = nil, usage: Bool? = nil) {
    self.name = name
    self.secret = secret
    self.comments = comments
    self.usage = usage
  }

  /// The name, never the secret.
  public var description: String { "key '\(name)'" }
  /// The name, never the secret.
  public var debugDescription: String { description }
  /// The name, never the secret, in `dump` neither.
  public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

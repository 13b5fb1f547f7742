/// One key that callers may show, and what its holder is told.
public struct KeySettings: Hashable, Sendable {
  /// Whose it is, for the record.
  public var name: String
  /// Where the secret is.
  public var place: SecretPlace
  /// Whether streams carry the `: dimmer` comment; `nil`: as the model says.
  public var comments: Bool?
  /// Whether the usage of answers carries Dimmer's figures; `nil`: as the model says.
  public var usage: Bool?

  /// A key.
  public init(name: String, place: SecretPlace) {
    self.name = name
    self.place = place
  }

  init(_ node: ConfigurationNode) throws(ConfigurationError) {
    let members = try node.members(["name", "key_env", "key_file", "comments", "usage"])
    guard let name = members["name"] else { throw node.failure("'name' is missing: whose key it is") }
    let place = try SecretPlace(variable: members["key_env"], file: members["key_file"], named: "key")
    guard let place else { throw node.failure("'key_env' or 'key_file' is missing: where the key is") }
    self.init(name: try name.text(), place: place)
    comments = try members["comments"]?.truth()
    usage = try members["usage"]?.truth()
  }
}

/// What a path under `/v1/` that Dimmer does not know gets.
public enum UnknownPathRule: String, CaseIterable, Hashable, Sendable {
  /// 404.
  case refused = "404"
  /// The default backend's answer, untouched.
  case forwarded = "forward"
}

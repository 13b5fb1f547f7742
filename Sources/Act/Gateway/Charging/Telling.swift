/// What callers are told of a request's energy and carbon beyond header fields.
public struct Telling: Sendable, Hashable {
  /// Whether event streams carry the comment `: dimmer {…}` before their end.
  public var comments: Bool
  /// Whether the answer's `usage` object gains `dimmer` without being asked for (`Prefer: dimmer=usage` asks).
  public var usage: Bool

  /// Comments, and `usage` only for those who ask.
  public init(comments: Bool = true, usage: Bool = false) {
    self.comments = comments
    self.usage = usage
  }

  /// Header fields, and what a caller asks for: no body is touched unasked.
  public static let fieldsOnly = Telling(comments: false)
}

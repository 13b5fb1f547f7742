/// Documents that the gateway itself answers questions with, beside its models: `/dimmer/…` and `/.well-known/…`.
public struct OwnDocuments: Sendable {
  /// What is at a path.
  public enum Answer: Sendable, Hashable {
    /// A JSON document.
    case found(String)
    /// Nothing, and where to look instead.
    case missing(String)
  }

  /// Looks a path up. It runs on an event loop: it must not wait.
  public let look: @Sendable (_ path: String) -> Answer

  /// Documents that `look` finds.
  public init(look: @escaping @Sendable (_ path: String) -> Answer) { self.look = look }

  /// No documents.
  public static let none = OwnDocuments { .missing("There is nothing at GET \($0).") }
}

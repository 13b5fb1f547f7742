/// Why the machine cannot be metered, in one line that tells what to do.
public struct MeteringError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The line.
  public let description: String

  /// An error that says `description`.
  public init(_ description: String) { self.description = description }
}

/// A key, token or password. It never prints itself; only a request's URL and headers hold it in clear.
public struct Credential: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let secret: String
  /// Where it was set, for errors: `DIMMER_ELECTRICITY_MAPS_KEY`.
  public let place: String

  /// A secret and where it was set. Space around it, as the line end of a file, is no part of it.
  ///
  /// - Returns: nothing for an empty text or one with characters that no key has; those would break a header.
  public init?(_ secret: String, from place: String) {
    let trimmed = secret.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
    guard !trimmed.isEmpty, trimmed.allSatisfy({ $0.isASCII && !$0.isWhitespace && !("\0"..."\u{1F}").contains($0) })
    else { return nil }
    self.secret = String(trimmed)
    self.place = place
  }

  /// The secret in clear, for the request and nothing else.
  var revealed: String { secret }

  public var description: String { "(secret from \(place))" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

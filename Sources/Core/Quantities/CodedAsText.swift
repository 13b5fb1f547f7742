/// A value that stands as one text wherever it is coded: `2021-03-01T08:00:00Z`, `operational-carbon@1`, `run_01k…`.
///
/// Its text is ``description``, and ``init(parsing:)`` reads it back.
public protocol CodedAsText: Codable, CustomStringConvertible {
  /// What its texts are, for the error of a text that is none: `an ISO 8601 UTC time`.
  static var textForm: String { get }
  /// Reads a value; `nil` for a text of another form.
  init?(parsing text: some StringProtocol)
}

extension CodedAsText {
  /// Encodes as the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  /// Decodes the text.
  ///
  /// - Throws: `DecodingError` with the text and the form that it lacks.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Self(parsing: text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not \(Self.textForm)")
    }
    self = value
  }
}

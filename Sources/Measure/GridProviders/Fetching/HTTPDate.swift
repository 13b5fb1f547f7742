import Quantities

/// Times in HTTP headers: `Wed, 21 Oct 2015 07:28:00 GMT` (RFC 9110, 5.6.7; the two obsolete forms are not read).
enum HTTPDate {
  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

  static func parse(_ text: String) -> Timestamp? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT", words[1].count == 2, words[3].count == 4,
      let month = months.firstIndex(of: words[2].lowercased())
    else { return nil }
    let number = month + 1
    return Timestamp(iso8601: "\(words[3])-\(number < 10 ? "0" : "")\(number)-\(words[1])T\(words[4])Z")
  }

  /// The moment a `Retry-After` names, as seconds or as a time; nothing for anything else.
  static func retryAfter(_ text: String?, at now: Timestamp) -> Timestamp? {
    guard let text else { return nil }
    if let seconds = UInt32(text) { return now + .seconds(Double(seconds)) }
    return parse(text)
  }
}

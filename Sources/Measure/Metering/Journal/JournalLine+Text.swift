extension JournalLine {
  /// The line without checksum and sequence, as it goes over a socket.
  var text: String {
    var text = kind
    for field in fields { text += " \(PercentText.encode(field.key))=\(PercentText.encode(field.value))" }
    return text
  }

  /// Reads a line of a socket.
  init?(controlText text: String) {
    let words = text.split(separator: " ")
    guard let kind = words.first else { return nil }
    self.init(String(kind))
    for word in words.dropFirst() {
      guard let equals = word.firstIndex(of: "="), let key = PercentText.decode(word[..<equals].utf8),
        let value = PercentText.decode(word[word.index(after: equals)...].utf8)
      else { return nil }
      set(key, value)
    }
  }
}

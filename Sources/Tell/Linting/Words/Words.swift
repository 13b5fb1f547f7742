/// The words of a name or sentence, each as written and in lower case.
struct Words: Sendable {
  /// One word: letters and digits, or one of `/`, `%`.
  struct Word: Hashable, Sendable {
    let text: String
    let lower: String
  }

  let words: [Word]

  /// The words of a key, heading or sentence.
  ///
  /// - Parameter splitsCamelCase: whether `carbonIntensity` is two words; in sentences it is left alone.
  init(_ text: some StringProtocol, splitsCamelCase: Bool = false) {
    var pieces: [String] = []
    var current = ""
    func end() {
      if !current.isEmpty { pieces.append(current) }
      current = ""
    }
    var inTag = false
    let characters = Array(text)
    for (index, character) in characters.enumerated() {
      if inTag {
        if character == ">" { inTag = false }
        continue
      }
      switch character {
      case "<":
        // <sub>2</sub> is part of CO2; a tag never ends a word.
        let rest = characters[index...].prefix(8)
        if rest.contains(">") { inTag = true } else { end() }
      case "₂": current.append("2")
      case "³": current.append("3")
      case "~", "$", "{", "}", "*", "`": continue
      case "/", "%":
        end()
        pieces.append(String(character))
      case ",":
        // The comma of 1,000 belongs to the number.
        let isInNumber =
          index > 0 && index + 1 < characters.count && characters[index - 1].isNumber && characters[index + 1].isNumber
        if !isInNumber { end() }
      case "·", "⋅": end()
      case _ where character.isLetter || character.isNumber: current.append(character)
      default: end()
      }
    }
    end()
    var words: [Word] = []
    for piece in pieces {
      for part in splitsCamelCase ? Words.camelParts(piece) : [piece] {
        let lower = part.lowercased()
        // "CO 2" and "co_2" are one word.
        if lower == "2", let last = words.last, last.lower == "co" || last.lower.hasSuffix("gco") {
          words[words.count - 1] = Word(text: last.text + "2", lower: last.lower + "2")
        } else {
          words.append(Word(text: part, lower: lower))
        }
      }
    }
    self.words = words
  }

  /// The parts of `gridCarbonIntensity` or `energyKWh`; units with capitals inside stay whole.
  private static func camelParts(_ piece: String) -> [String] {
    guard piece.contains(where: \.isLowercase), piece.contains(where: \.isUppercase) else { return [piece] }
    let lower = piece.lowercased()
    if UnitNames.energy[lower] != nil || lower.contains("co2") && piece.count <= 8 { return [piece] }
    for (ending, symbol) in [("KWh", "kWh"), ("kWh", "kWh"), ("MWh", "MWh"), ("Wh", "Wh"), ("GCo2", "gCO2")]
    where piece.hasSuffix(ending) && piece.count > ending.count {
      return camelParts(String(piece.dropLast(ending.count))) + [symbol]
    }
    var parts: [String] = []
    var current = ""
    var last: Character?
    for character in piece {
      if character.isUppercase, last.map({ $0.isLowercase }) ?? false {
        parts.append(current)
        current = ""
      }
      current.append(character)
      last = character
    }
    return parts + [current]
  }

  var lower: [String] { words.map(\.lower) }
  func contains(_ word: String) -> Bool { words.contains { $0.lower == word } }
  func containsAny(_ wanted: Set<String>) -> Bool { words.contains { wanted.contains($0.lower) } }
  /// Whether one word follows the other.
  func contains(_ first: String, _ second: String) -> Bool {
    zip(words, words.dropFirst()).contains { $0.lower == first && $1.lower == second }
  }
}

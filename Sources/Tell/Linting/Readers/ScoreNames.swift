/// The names of a report of Software Carbon Intensity, SCI = (E x I + M) / R.
enum ScoreNames {
  /// A name by the letters of the formula, with or without a unit behind them; `nil` for all others.
  static func name(_ keys: [String]) -> StatedName? {
    guard let key = keys.last else { return nil }
    let words = Words(key, splitsCamelCase: true).lower
    if ["count", "quantity", "amount", "number", "n", "units"].contains(key.lowercased()),
      keys.dropLast().contains(where: { $0.lowercased() == "r" || $0.lowercased().hasPrefix("functional") })
    {
      return count
    }
    guard let letter = words.first, letter.count == 1 || letter == "sci" else {
      if words == ["score"] || words == ["value"] && keys.dropLast().last?.lowercased() == "score" {
        return StatedName("sci score")
      }
      if words.first == "functional", words.contains("units") || words.contains("count") || words.contains("quantity") {
        return count
      }
      return nil
    }
    let rest = words.dropFirst().joined(separator: " ")
    switch letter {
    case "e": return StatedName("energy \(rest)")
    case "i": return StatedName("carbon intensity \(rest)")
    case "o": return StatedName("operational carbon \(rest)")
    case "m":
      var name = StatedName("embodied carbon \(rest)")
      name?.stage = .embodied
      return name
    case "r": return count
    case "sci" where words.count == 1 || !words.contains("version") && !words.contains("type"):
      return StatedName("sci score \(rest)")
    default: return nil
    }
  }

  /// Whether columns are those of the formula.
  static func recognises(_ columns: [String]) -> Bool {
    let letters = Set(columns.compactMap { Words($0).lower.first })
    return letters.isSuperset(of: ["e", "i", "m"])
  }

  private static var count: StatedName? {
    var name = StatedName("requests")
    name?.subject = .count("unit")
    return name
  }
}

/// A unit read from words: "kg CO2e per 1000 queries".
struct UnitReading: Sendable {
  var unit: StatedUnit
  /// What the amount is for, if it says.
  var per: PerUnit?
  /// How many words it took.
  var length: Int
  /// Whether it names CO2.
  var saysCarbon: Bool

  /// The unit that begins at `start`, or `nil`.
  init?(_ words: [Words.Word], at start: Int) {
    guard start < words.count, let amount = UnitReading.amount(words, at: start) else { return nil }
    unit = amount.unit
    length = amount.length
    saysCarbon = amount.saysCarbon
    guard let (divisor, used) = UnitReading.divisor(words, at: start + length) else { return }
    switch (unit.measure, divisor) {
    case (.mass, .unit(let below)) where below.measure == .energy:
      unit = StatedUnit(
        symbol: "\(unit.symbol)/\(below.symbol)", measure: .intensity, scale: unit.scale / (below.scale / 3.6e6))
    case (.mass, .unit(let below)) where below.measure == .time:
      unit = StatedUnit(symbol: "\(unit.symbol)/\(below.symbol)", measure: .massRate, scale: unit.scale / below.scale)
    case (.volume, .unit(let below)) where below.measure == .energy:
      unit = StatedUnit(
        symbol: "\(unit.symbol)/\(below.symbol)", measure: .waterIntensity, scale: unit.scale / (below.scale / 3.6e6))
    case (_, .unit(let below)): per = PerUnit(count: 1, noun: below.symbol)
    case (_, .count(let count)): per = count
    }
    length += used
  }

  private enum Divisor {
    case unit(StatedUnit)
    case count(PerUnit)
  }

  private static func divisor(_ words: [Words.Word], at start: Int) -> (Divisor, Int)? {
    guard start < words.count, words[start].lower == "per" || words[start].lower == "/" else { return nil }
    if let (count, used) = perUnit(words, at: start) { return (.count(count), used) }
    if let below = amount(words, at: start + 1) { return (.unit(below.unit), 1 + below.length) }
    return nil
  }

  /// "per 1000 queries" at `start`.
  static func perUnit(_ words: [Words.Word], at start: Int) -> (PerUnit, length: Int)? {
    guard start < words.count, words[start].lower == "per" || words[start].lower == "/" else { return nil }
    var index = start + 1
    var count = 1.0
    while index < words.count, index < start + 4, let factor = multiplier(words[index].lower) {
      count *= factor
      index += 1
    }
    // "per generated token", "per median text prompt"
    for skip in 0..<3 where index + skip < words.count {
      if let noun = UnitNames.nouns[words[index + skip].lower] {
        if skip == 0 || !["kwh", "wh", "mwh"].contains(words[index].lower) {
          return (PerUnit(count: count, noun: noun), index + skip + 1 - start)
        }
      }
    }
    return nil
  }

  private static func multiplier(_ word: String) -> Double? {
    switch word {
    case "thousand": return 1e3
    case "million", "mio": return 1e6
    case "billion": return 1e9
    case "k": return 1e3
    case "one", "a", "each", "single": return 1
    case "hundred": return 100
    default: break
    }
    if let number = Double(word), number.isFinite, number > 0, word.first?.isNumber == true { return number }
    if let last = word.last, let number = Double(word.dropLast()), number > 0, word.first?.isNumber == true {
      return last == "k" ? number * 1e3 : last == "m" ? number * 1e6 : nil
    }
    return nil
  }

  /// A unit without a divisor.
  private static func amount(
    _ words: [Words.Word], at start: Int
  ) -> (unit: StatedUnit, length: Int, saysCarbon: Bool)? {
    guard start < words.count else { return nil }
    let word = words[start]
    let next = start + 1 < words.count ? words[start + 1].lower : ""
    if UnitNames.devices.contains(word.lower), let seconds = UnitNames.time[next], seconds >= 1 {
      return (
        StatedUnit(symbol: "\(word.text)-\(words[start + 1].text)", measure: .deviceTime, scale: seconds), 2, false
      )
    }
    if word.lower == "gpuh" {
      return (StatedUnit(symbol: "GPU-hours", measure: .deviceTime, scale: 3600), 1, false)
    }
    if let mass = massUnit(words, at: start) { return mass }
    // Kilowatt hours, in two words.
    if let watts = UnitNames.power[word.lower], ["h", "hour", "hours", "hr", "hrs"].contains(next) {
      return (StatedUnit(symbol: "\(word.text)h", measure: .energy, scale: watts * 3600), 2, false)
    }
    let plain: (String) -> (Measure, Double)? = { lower in
      if let scale = UnitNames.energy[lower] { return (.energy, scale) }
      if let scale = UnitNames.power[lower] { return (.power, scale) }
      if let scale = UnitNames.time[lower] { return (.time, scale) }
      if let scale = UnitNames.volume[lower] { return (.volume, scale) }
      return nil
    }
    // The case of the first letter tells milli from mega.
    switch word.text {
    case "mWh": return (StatedUnit(symbol: "mWh", measure: .energy, scale: 3.6), 1, false)
    case "MJ": return (StatedUnit(symbol: "MJ", measure: .energy, scale: 1e6), 1, false)
    case "mJ": return (StatedUnit(symbol: "mJ", measure: .energy, scale: 1e-3), 1, false)
    case "MW": return (StatedUnit(symbol: "MW", measure: .power, scale: 1e6), 1, false)
    case "mW": return (StatedUnit(symbol: "mW", measure: .power, scale: 1e-3), 1, false)
    default: break
    }
    guard let (measure, scale) = plain(word.lower) else { return nil }
    let symbols = ["wh": "Wh", "kwh": "kWh", "mwh": "MWh", "gwh": "GWh", "j": "J", "kj": "kJ", "w": "W", "kw": "kW"]
    return (StatedUnit(symbol: symbols[word.lower] ?? word.lower, measure: measure, scale: scale), 1, false)
  }

  private static func massUnit(
    _ words: [Words.Word], at start: Int
  ) -> (unit: StatedUnit, length: Int, saysCarbon: Bool)? {
    var lower = words[start].lower
    var length = 1
    var saysCarbon = false
    if let co2 = lower.firstRange(of: "co2"), co2.lowerBound != lower.startIndex {
      let behind = lower[co2.upperBound...]
      guard behind.isEmpty || UnitNames.equivalentWords.contains(String(behind)) else { return nil }
      // Mt is megatonnes, mt in lower case is anything.
      if lower.hasPrefix("mtco2") { return nil }
      lower = String(lower[..<co2.lowerBound])
      saysCarbon = true
    }
    var unit: StatedUnit?
    let next = start + 1 < words.count ? words[start + 1].lower : ""
    if ["metric", "short", "us", "long"].contains(lower), ["ton", "tons", "tonne", "tonnes"].contains(next) {
      let scale = lower == "metric" ? 1e6 : lower == "long" ? 1_016_046.9088 : UnitNames.shortTon
      unit = StatedUnit(symbol: lower == "metric" ? "t" : "\(lower) tons", measure: .mass, scale: scale)
      length = 2
    } else if UnitNames.looseTons.contains(lower) {
      unit = StatedUnit(symbol: "tons", measure: .mass, scale: 1e6, isLooseTon: true)
    } else if let scale = UnitNames.mass[lower] {
      let symbols = [1: "g", 1e3: "kg", 1e6: "t", UnitNames.pound: "lb"]
      unit = StatedUnit(symbol: symbols[scale] ?? lower, measure: .mass, scale: scale)
    }
    guard let unit else { return nil }
    var index = start + length
    while index < words.count, !saysCarbon || UnitNames.equivalentWords.contains(words[index].lower) {
      let word = words[index].lower
      if word == "of" {
        guard index + 1 < words.count, UnitNames.carbonWords.contains(words[index + 1].lower) else { break }
      } else if word.hasPrefix("co2") || word == "carbon" || word == "ghg" {
        saysCarbon = true
      } else if !(saysCarbon && UnitNames.equivalentWords.contains(word)) {
        break
      }
      index += 1
    }
    if index < words.count, saysCarbon, words[index].lower == "dioxide" { index += 1 }
    return (unit, index - start, saysCarbon)
  }
}

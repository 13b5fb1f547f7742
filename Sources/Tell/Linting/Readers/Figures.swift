import Quantities

/// Makes statements of fields.
enum Figures {
  static let gram = StatedUnit(symbol: "g", measure: .mass, scale: 1)
  static let kilogram = StatedUnit(symbol: "kg", measure: .mass, scale: 1e3)
  static let kilowattHour = StatedUnit(symbol: "kWh", measure: .energy, scale: 3.6e6)
  static let joule = StatedUnit(symbol: "J", measure: .energy, scale: 1)
  static let watt = StatedUnit(symbol: "W", measure: .power, scale: 1)
  static let second = StatedUnit(symbol: "s", measure: .time, scale: 1)
  static let gramsPerKilowattHour = StatedUnit(symbol: "g/kWh", measure: .intensity, scale: 1)
  static let kilogramsPerKilowattHour = StatedUnit(symbol: "kg/kWh", measure: .intensity, scale: 1e3)
  static let litre = StatedUnit(symbol: "L", measure: .volume, scale: 1)
  static let litrePerKilowattHour = StatedUnit(symbol: "L/kWh", measure: .waterIntensity, scale: 1)

  /// Texts that say that something is not known, which is no slip.
  static func saysUnknown(_ text: String) -> Bool {
    let lower = text.trimmedOfSpace.lowercased()
    return lower.isEmpty
      || [
        "null", "none", "~", "n/a", "na", "-", "–", "—", "unknown", "tbd", "not measured", "not reported", "n.a.",
        "not available", "undisclosed", "not disclosed", "todo", "to be defined", "to be determined",
        "[more information needed]", "more information needed", "?",
      ].contains(lower)
  }

  /// Whether a text says that something is no number or no finite one.
  static func saysNotANumber(_ text: String) -> Bool {
    ["nan", ".nan", "inf", "-inf", ".inf", "-.inf", "infinity", "-infinity", "+inf", "#div/0!", "#value!", "#ref!"]
      .contains(text.trimmedOfSpace.lowercased())
  }

  /// A number with the unit that may stand behind it.
  static func figure(_ text: some StringProtocol) -> (number: StatedNumber, unit: UnitReading?, isAll: Bool)? {
    let bare = StatedNumber.bare(text)
    guard let (number, rest) = StatedNumber.reading(bare) else { return nil }
    let words = Words(rest.prefix(80))
    guard !words.words.isEmpty else { return (number, nil, true) }
    let reading = UnitReading(words.words, at: 0)
    return (number, reading, reading?.length == words.words.count)
  }

  /// Whether a unit of that measure can stand behind a figure of that subject.
  static func agrees(_ measure: Measure, _ subject: StatedName.Subject) -> Bool {
    switch (measure, subject) {
    case (.mass, .carbon), (.mass, .score), (.mass, .offset), (.mass, .deviceEmbodied), (.energy, .energy),
      (.power, .power), (.time, .duration), (.time, .deviceTime), (.deviceTime, .deviceTime),
      (.deviceTime, .duration), (.intensity, .intensity), (.massRate, .carbonRate), (.volume, .water),
      (.waterIntensity, .wue):
      true
    default: false
    }
  }

  /// Whether the name counts work, whose noun may stand behind the number: "22800 requests".
  static func isCount(_ name: StatedName) -> Bool { if case .count = name.subject { true } else { false } }
}

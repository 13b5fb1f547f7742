import Factors

/// A model card's field of grams against the card's own text.
enum CardRules {
  static let find: @Sendable (LintDocument) -> [Slip] = { document in
    guard document.format == .modelCard, let record = document.records.first,
      let field = record.statements.first(where: {
        $0.name.subject == .carbon && !$0.isProse && $0.field.hasPrefix("co2_eq")
      }),
      field.value > 0
    else { return [] }
    if let slip = text(field, record, document) { return [slip] }
    if let slip = hardware(field, record) { return [slip] }
    return []
  }

  /// The text's own carbon.
  private static func text(_ field: Statement, _ record: LintRecord, _ document: LintDocument) -> Slip? {
    let tables = document.records.dropFirst().flatMap(\.statements)
    let said = (record.statements + tables).filter {
      $0.name.subject == .carbon && $0.unit != nil && $0.value > 0 && $0.name.per == nil && !$0.name.isAside
        && !$0.name.isBound && $0.field != field.field
    }
    guard !said.isEmpty, !said.contains(where: { abs(field.value / $0.value - 1) <= 0.03 + $0.slack + field.slack })
    else {
      return nil
    }
    // A sum over rows is no other amount.
    for statement in said {
      guard statement.name.basis != .market, statement.name.stage != .embodied else { continue }
      let ratio = field.value / statement.value
      let slack = min(0.02 + statement.slack + field.slack, 0.06)
      let isSameNumber = abs(field.number.value / statement.number.value - 1) < 0.005
      let slip = SlipFactor(ratio, tolerance: slack)
      guard slip != nil || isSameNumber else { continue }
      let rule: RuleName =
        slip?.rule ?? (statement.unit?.scale == UnitNames.pound ? .poundsForKilograms : .sameThingTwice)
      return Slip(
        rule, field,
        "line \(statement.line) says \(statement.text), which is \(Say.number(statement.value, digits: 6)) g; the field "
          + "says \(field.number.text) g: \(Say.times(ratio)). Write \(Say.number(statement.value, digits: 6))")
    }
    return nil
  }

  /// Cards and hours bound what the work can have taken.
  private static func hardware(_ field: Statement, _ record: LintRecord) -> Slip? {
    guard !record.statements.contains(where: { $0.name.subject == .energy && $0.name.per == nil && $0.unit != nil }),
      let hardware = ["hardware_used", "hardware type", "hardware", "hardware used", "gpu", "gpus"].lazy.compactMap({
        record.texts[$0]
      }).first,
      let (count, watts, name) = device(hardware.text)
    else { return nil }
    let plain = record.statements.filter { !$0.name.isAside && $0.unit != nil && $0.value > 0 }
    let deviceHours = plain.filter { $0.name.subject == .deviceTime }
    let hours = plain.filter { $0.name.subject == .duration && $0.value >= 1800 }
    let seconds: Double
    let said: String
    if deviceHours.count == 1, let time = deviceHours.first {
      (seconds, said) = (time.value, time.text)
    } else if deviceHours.isEmpty, hours.count == 1, let time = hours.first {
      (seconds, said) = (time.value * count, "\(Say.number(count)) x \(name) for \(time.text)")
    } else {
      return nil
    }
    let most = watts * seconds / 3.6e6
    let range = grid(record)
    // Hours may be those of all cards together, and a figure may hold the runs before the last.
    let lowest = most * 0.04 * min(1, 8 / max(count, 1)) * range.lowerBound
    let highest = most * 30 * range.upperBound
    guard field.value < lowest || field.value > highest else { return nil }
    let isSmall = field.value < lowest
    let fixed = field.value * (isSmall ? 1e3 : 1e-3)
    return Slip(
      (lowest...highest).contains(fixed) ? .factorThousand : .impossibleIntensity, field,
      "\(said) take about \(Say.energy(most * 3.6e6)) at full power; \(Say.carbon(field.value)) from that is "
        + "\(Say.intensity(field.value / most))\((lowest...highest).contains(fixed) ? ": the field is in grams; \(Say.carbon(fixed)) would fit, written \(Say.number(fixed, digits: 6))" : ". Check the field, which is in grams")"
    )
  }

  /// The grid's range, narrower where the country is known.
  private static func grid(_ record: LintRecord) -> ClosedRange<Double> {
    guard let place = record.texts["geographical_location"]?.text, !place.contains(","),
      let regions = try? FactorTables.embedded().regions, let region = try? regions.region(place),
      !["US", "CA"].contains(region.iso2 ?? "US"),
      let grams = regions.entries.first(where: { $0.region.iso3 == region.iso3 })?.years.first?.gramsPerKilowattHour
    else { return IntensityRules.possible }
    return max(5, grams / 3)...min(1300, grams * 3)
  }

  /// "8 x NVIDIA A100 80GB": how many, and the watts of each.
  private static func device(_ text: String) -> (count: Double, watts: Double, name: String)? {
    guard let hardware = try? FactorTables.embedded().hardware else { return nil }
    let words = Words(text).lower
    let families = ["a100", "h100", "v100", "h200", "t4", "p100", "l4", "a10", "a10g", "l40s", "k80", "p40"]
    guard let place = words.firstIndex(where: { families.contains($0) }) else { return nil }
    let family = words[place]
    guard words.filter({ families.contains($0) }).count == 1,
      let watts = hardware.gpus.filter({ Words($0.name).lower.contains(family) }).map(\.watts).max()
    else { return nil }
    var count: Double?
    for word in words.prefix(place) {
      if let number = Double(word.filter { $0 != "x" && $0 != "×" }), (1...20_000).contains(number) { count = number }
    }
    if count == nil, place + 1 < words.count, words[place + 1].hasPrefix("x"),
      let number = Double(words[place + 1].dropFirst())
    {
      count = number
    }
    if count == nil { count = words.first == "one" || words.first == "single" || place <= 3 ? 1 : nil }
    return count.map { ($0, watts, family.uppercased()) }
  }
}

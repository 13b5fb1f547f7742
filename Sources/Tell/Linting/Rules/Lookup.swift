extension LintDocument {
  /// The statements of a record of one kind.
  func own(_ record: Int, _ subject: StatedName.Subject) -> [Statement] {
    records[record].statements.filter { $0.name.subject == subject && !$0.name.isAside && !$0.name.isBound }
  }

  /// The statements of a record of one kind, or those of the records around it.
  func inherited(_ record: Int, _ subject: StatedName.Subject) -> [Statement] {
    var place: Int? = record
    var steps = 0
    while let index = place, steps < 40 {
      let found = own(index, subject)
      if !found.isEmpty { return found }
      place = records[index].parent
      steps += 1
    }
    return []
  }

  /// A text of a record, or of the records around it, by one of its names.
  func text(_ record: Int, _ names: [String]) -> LintField? {
    var place: Int? = record
    var steps = 0
    while let index = place, steps < 40 {
      for name in names {
        if let field = records[index].texts[name], !Figures.saysUnknown(field.text) { return field }
      }
      place = records[index].parent
      steps += 1
    }
    return nil
  }

  /// Whether energies of the record are those of the whole facility, PUE included.
  func isAtFacility(_ record: Int, _ energy: Statement) -> Bool {
    if energy.name.site == .facility { return true }
    if energy.name.site == .machine { return false }
    if claims.pueIncluded.contains(energy.line) { return true }
    if claims.saysPUEIncluded { return true }
    guard let boundary = text(record, ["boundary", "energy_boundary", "energy boundary", "scope_boundary", "meter"])
    else { return false }
    let words = Words(boundary.text)
    return words.containsAny(["facility", "datacenter", "datacentre", "building"]) || words.contains("data", "centre")
      || words.contains("data", "center")
      || words.contains("pue") && words.containsAny(["incl", "included", "including", "with"])
  }
}

/// A factor between two amounts that tells which unit was taken for which.
struct SlipFactor: Sendable {
  let rule: RuleName
  let words: String
  /// The words in brackets, where the factor itself does not say it.
  var aside: String { rule == .factorThousand ? "" : " (\(words))" }

  /// The slip whose factor `ratio` is, stated over right; `nil` when it is none of them.
  ///
  /// - Parameter tolerance: how far rounding may have moved the ratio, as a share.
  init?(_ ratio: Double, tolerance: Double) {
    guard ratio.isFinite, ratio > 0 else { return nil }
    let near = { (factor: Double, limit: Double) in abs(ratio / factor - 1) <= limit }
    let wide = min(max(tolerance, 0.03), 0.3)
    for factor: Double in [1e3, 1e-3, 1e6, 1e-6, 1e9, 1e-9] where near(factor, wide) {
      self.init(rule: .factorThousand, words: "a unit 1000 times larger or smaller")
      return
    }
    let narrow = min(max(tolerance, 0.004), 0.015)
    for factor: Double in [3.6e6, 3600, 3.6, 1 / 3.6, 1 / 3600, 1 / 3.6e6] where near(factor, narrow) {
      self.init(rule: .joulesForWattHours, words: "joules and watt-hours")
      return
    }
    let thousands = [1.0, 1e3, 1e-3, 1e6, 1e-6]
    for scale in thousands where near(scale * 1000 / UnitNames.pound, narrow) {
      self.init(rule: .poundsForKilograms, words: "a number of pounds where kilograms are meant")
      return
    }
    for scale in thousands where near(scale * UnitNames.pound / 1000, narrow) {
      self.init(rule: .poundsForKilograms, words: "kilograms where pounds are meant")
      return
    }
    let exact = 0.004
    guard tolerance <= 0.03 else { return nil }
    for scale in thousands where near(scale * 1e6 / UnitNames.shortTon, exact) {
      self.init(rule: .shortTons, words: "short tons of 907.18474 kg where tonnes are meant")
      return
    }
    for scale in thousands where near(scale * UnitNames.shortTon / 1e6, exact) {
      self.init(rule: .shortTons, words: "tonnes where short tons of 907.18474 kg are meant")
      return
    }
    return nil
  }

  init(rule: RuleName, words: String) {
    self.rule = rule
    self.words = words
  }

}
